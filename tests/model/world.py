"""The computer with a server on it, and beside it what its clients and the person who uses it know."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Coroutine
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from jupyter_bigupload.uploads import Limits

from .computer import Computer
from .model import ModelUpload, Range
from .operations import Body, Operation

LARGEST = 36
BLOCK = 3
QUOTA = 72
EXPIRE_AFTER = 1000
KEEP_DONE = 100


@dataclass(eq=False)
class Asked:
    """An operation under way, and what it is about."""

    operation: Operation
    upload: ModelUpload | None = None
    chunk: Range = (0, 0)
    body: Body | None = None
    task: asyncio.Task[Any] | None = None

    @property
    def ended(self) -> bool:
        """Whether there is an answer."""
        return self.task is not None and self.task.done()

    @property
    def stalled(self) -> bool:
        """Whether the server waits for a client that says nothing."""
        return self.body is not None and self.body.stalled

    @property
    def in_blocks(self) -> bool:
        """Whether it is a body of which each block is kept, and what came of it, however it ends."""
        if self.body is None or self.upload is None or self.upload.size is None:
            return False
        start, end = self.chunk
        return end - start > BLOCK and self.body.digest(self.upload.digest) is None

    @property
    def blocks(self) -> set[Range]:
        """The blocks of the most that can have come of such a body."""
        assert self.body is not None
        start = self.chunk[0]
        end = start + self.body.sent
        edges = [start, *range(start - start % BLOCK + BLOCK, end, BLOCK), end]
        return {(first, last) for first, last in pairwise(edges) if first < last}

    @property
    def damage(self) -> int:
        """Offset of the byte that changes on its way, where one does."""
        return self.chunk[0] + (self.chunk[1] - self.chunk[0]) // 2

    @property
    def error(self) -> BaseException | None:
        """The answer, where it is an error."""
        assert self.task is not None
        return self.task.exception()


class World:
    """Everything that the rules act on and the invariants look at.

    Attributes
    ----------
    now : int
        The time that the server reads.
    computer : Computer
        What is really there.
    uploads : list
        What clients know of theirs: of every one whose creation was answered, even when it is gone.
    files : dict
        What each name showed when the disk was last looked at, or what the person wrote to it since.
    stalled : list
        Operations whose client has fallen silent.
    damaged : set
        Ids of uploads whose record was damaged: their bytes stay until the next sweep.
    strays : set
        Those of the damaged whose bytes stay for good, because nothing is left that says where they are.
    measured : set
        Ids of uploads whose size nobody announced, and which are taken to be whole since a completion of them
        got as far as the name, and found it taken.
    patient : bool
        Whether the server waits for clients that have fallen silent, whoever else comes.
    read_back : bool
        Whether the server reads a file back before it gets its name.
    lost_creations : int
        Uploads whose client may never have learned their id, because a server died while it created them.
    """

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="bigupload-model-"))
        self.now = 1_000_000
        self.computer = Computer(self._folder, clock=lambda: self.now)
        self.uploads: list[ModelUpload] = []
        self.files: dict[str, bytes] = {}
        self.stalled: list[Asked] = []
        self.damaged: set[str] = set()
        self.strays: set[str] = set()
        self.measured: set[str] = set()
        self.lost_creations = 0

    def first_boot(self, *, read_back: bool) -> None:
        """Start the first server, which is quick and has nothing to find."""
        self.read_back = read_back
        self._limits = Limits(
            max_upload_size=LARGEST,
            max_unfinished_size=QUOTA,
            expire_after=EXPIRE_AFTER,
            keep_done=KEEP_DONE,
            read_back=read_back,
            block_size=BLOCK,
        )
        self.start(new_boot=True, slow=False, stalled_after=1e9)

    def start(self, *, new_boot: bool, slow: bool, stalled_after: float) -> None:
        """Start a server; with `new_boot`, the machine itself was started anew."""
        self.patient = stalled_after > 0
        for upload in self.uploads:
            if new_boot:
                upload.spoiled ^= upload.rotten
                upload.rotten = set()
        self.computer.start(self._limits, new_boot=new_boot, slow=slow, stalled_after=stalled_after)

    def crash(self) -> None:
        """Let the server die, and with it every connection that a silent client held."""
        self.computer.crash()
        self.stalled.clear()

    def call(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        """Return what the server answers, with whatever else happens until then."""
        task = self.computer.loop.create_task(coroutine)
        self.computer.loop.run(task.done)
        return task.result()

    def upload(self, which: int) -> ModelUpload:
        """Return the upload that a drawn number stands for: rather one that is not over yet, or not long."""
        receiving = [upload for upload in self.uploads if upload.state == "receiving"]
        over = [upload for upload in self.uploads if upload.state != "receiving"]
        candidates = 3 * receiving + over[-3:]
        return candidates[which % len(candidates)]

    def busy(self, upload: ModelUpload) -> bool:
        """Return whether a client of `upload` is in the midst of a chunk."""
        return any(asked.upload is upload for asked in self.stalled)

    def ends(self, upload: ModelUpload) -> int:
        """Return when a sweep lets `upload` go, unless a client is in the midst of a chunk."""
        return upload.updated + (KEEP_DONE if upload.state == "done" else EXPIRE_AFTER)

    def due(self, upload: ModelUpload) -> bool:
        """Return whether a sweep lets `upload` go."""
        return self.ends(upload) <= self.now and not self.busy(upload)

    def end(self) -> None:
        """Remove the disk and let go what servers had open on it."""
        shutil.rmtree(self._folder)
        self.computer.switch_off()
