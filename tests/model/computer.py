"""A machine with a disk, on which a server runs until it dies."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jupyter_bigupload.stores.local import LocalStore
from jupyter_bigupload.uploads import Limits, Locks, Records, UploadRepository, UploadService
from tests.support.services import NoHooks

from .simulation import SimulatedLoop

#: Simulated seconds for one operation: of a few, a request never notices; of four of the other, it does.
QUICK, SLOW = 0.01, 3.0


class Computer:
    """The disk, and the server that is running.

    Parameters
    ----------
    folder : Path
        Where everything is: the files of the person, and the records.
    """

    def __init__(self, folder: Path, *, clock: Callable[[], float]) -> None:
        self.root = folder / "root"
        self.records = folder / "records"
        (self.root / "folder").mkdir(parents=True)
        self._folder = folder
        self._clock = clock
        self._dead: list[tuple[SimulatedLoop, set[asyncio.Task[Any]]]] = []
        self._boots = 0

    def start(self, limits: Limits, *, new_boot: bool, slow: bool, stalled_after: float) -> None:
        """Start a server; with `new_boot`, the machine itself was started anew."""
        self._boots += new_boot
        self.loop = SimulatedLoop(SLOW if slow else QUICK)
        self.repository = UploadRepository(
            stores={"home": LocalStore(self.root)}, records=Records(self.records), boot=f"boot {self._boots}"
        )
        self.service = UploadService(
            repository=self.repository,
            locks=Locks(self.records, stalled_after=stalled_after),
            limits=limits,
            hooks=NoHooks(),
            clock=self._clock,
        )

    def crash(self) -> None:
        """Let the server die where it stands, as with `kill -9`."""
        # What was suspended must not clean up, as it would if it were collected: so it is kept.
        self._dead.append((self.loop, asyncio.all_tasks(self.loop)))

    def switch_off(self) -> None:
        """Let go what servers had open, once nobody looks at the disk any more."""
        for loop in [*(loop for loop, _ in self._dead), self.loop]:
            loop.end()
        for fd in os.listdir("/proc/self/fd"):  # noqa: PTH208  # as numbers
            with contextlib.suppress(OSError):
                if os.readlink(f"/proc/self/fd/{fd}").startswith(str(self._folder)):  # noqa: PTH115  # may be deleted
                    os.close(int(fd))

    def files(self) -> dict[str, bytes]:
        """Return the finished files: what a person sees."""
        return {
            path.relative_to(self.root).as_posix(): path.read_bytes()
            for path in self.root.rglob("*")
            if path.is_file() and not path.name.startswith(".")
        }

    def partials(self) -> dict[str, Path]:
        """Return the unfinished files by the id of their upload."""
        return {path.name.split(".")[-2].split("-")[0]: path for path in self.root.rglob(".*.bigupload")}
