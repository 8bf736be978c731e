"""Chunks that are no whole parts, gathered in files until they are: a folder an upload, a file a part.

The folder is there from the upload's beginning to its end, so that a chunk that comes later finds nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path

from ...digests import Digest, Hasher, SupportsUpdate
from ...disk.errors import translated
from ...disk.open_file import finished, opened
from ...disk.reading import hash_range
from ...disk.space import SpaceWatch
from ...disk.writing import replace_file, sync_data, sync_folder, write_at
from ...errors import BigUploadError, NotFound
from ...threads import in_bytes_thread, in_thread
from .part_plan import PartPlan

_PIECE = 2**18
_SUFFIX = ".part"
_BEGUN = "begun.json"


class Spool:
    """The files of one upload.

    Parameters
    ----------
    folder : Path
        Its own, which nothing else writes to.
    plan : PartPlan
        Which bytes are which part.
    min_free_space : int
        Bytes that stay free on its disk.
    """

    def __init__(self, folder: Path, plan: PartPlan, min_free_space: int = 0) -> None:
        self._folder = folder
        self._plan = plan
        self._min_free_space = min_free_space

    async def write(self, start: int, body: AsyncIterator[bytes], hasher: SupportsUpdate) -> int:
        """Write `body` at `start` of the file, durably, and return the offset after its last byte.

        Raises
        ------
        NotFound
            When the folder is gone.
        NoSpace
            When the disk would be too full.
        """
        chunk = _ChunkWriter(self._folder, self._plan, hasher, SpaceWatch(self._min_free_space))
        await self.require_present()
        at = start
        writing: asyncio.Task[None] | None = None
        try:
            async for piece in body:
                if writing is not None:
                    await finished(writing)
                writing = asyncio.ensure_future(in_bytes_thread(chunk.write)(at, piece))
                at += len(piece)
            if writing is not None:
                await finished(writing)
            writing = asyncio.ensure_future(in_bytes_thread(chunk.finish)())
            await finished(writing)
        finally:
            await asyncio.shield(_close(chunk, writing))
        return at

    async def require_present(self) -> None:
        """Return if the upload is still there.

        Raises
        ------
        NotFound
            When it isn't.
        """
        if not await in_thread(self._folder.is_dir)():
            raise NotFound("The upload is no longer there.")

    async def lengths(self) -> dict[int, int]:
        """Return how far each part's file reaches, in bytes from the part's start, by number.

        Raises
        ------
        NotFound
            When the folder is gone.
        """
        with translated():
            return await in_thread(self._lengths)()

    async def digest(self, number: int, algorithm: str) -> Digest:
        """Return the digest of a part's file."""
        hasher = Hasher(algorithm)
        async with opened(partial(self._open, number)) as file:
            await hash_range(file, 0, self._plan.part_size, hasher)
        return hasher.digest

    async def read(self, number: int) -> AsyncIterator[bytes]:
        """Yield a part's file in pieces."""
        async with opened(partial(self._open, number)) as file:
            offset = 0
            while piece := await finished(file.start(os.pread, _PIECE, offset)):
                yield piece
                offset += len(piece)

    async def drop(self, number: int) -> None:
        """Remove a part's file, which the store has by now. Safe to repeat."""
        await in_thread(self._path(number).unlink)(missing_ok=True)

    async def remove(self) -> None:
        """Remove all of it. Safe to repeat."""
        with translated(), contextlib.suppress(FileNotFoundError):
            await in_thread(shutil.rmtree)(self._folder)

    async def make(self) -> None:
        """Make the folder, empty."""
        await self.remove()
        with translated():
            await in_bytes_thread(_make_folder)(self._folder)

    async def keep_begun(self, key: str, upload_id: str) -> None:
        """Keep what was begun in the store, for whoever finds the folder without a handle."""
        with translated():
            await in_thread(replace_file)(self._folder / _BEGUN, json.dumps([key, upload_id]).encode())

    async def begun(self) -> tuple[str, str] | None:
        """Return key and id of what was begun in the store; None when that is not known."""
        try:
            key, upload_id = json.loads(await in_thread((self._folder / _BEGUN).read_bytes)())
        except (OSError, ValueError):
            return None
        return str(key), str(upload_id)

    def _path(self, number: int) -> Path:
        return _path(self._folder, number)

    def _open(self, number: int) -> int:
        return os.open(self._path(number), os.O_RDONLY | os.O_CLOEXEC)

    def _lengths(self) -> dict[int, int]:
        return dict(self._found())

    def _found(self) -> Iterator[tuple[int, int]]:
        with os.scandir(self._folder) as entries:
            for entry in entries:
                if entry.name.endswith(_SUFFIX):
                    # Another chunk's end may just have sent this part on and removed its file.
                    with contextlib.suppress(FileNotFoundError):
                        yield int(entry.name.removesuffix(_SUFFIX)), entry.stat().st_size


class _ChunkWriter:
    """One chunk's way into the files of the parts that it is in. Used by one thread at a time."""

    def __init__(self, folder: Path, plan: PartPlan, hasher: SupportsUpdate, space: SpaceWatch) -> None:
        self._folder = folder
        self._plan = plan
        self._hasher = hasher
        self._space = space
        self._number = 0
        self._fd: int | None = None

    def write(self, start: int, piece: bytes) -> None:
        self._hasher.update(piece)
        for number, offset, data in self._plan.split(start, memoryview(piece)):
            if number != self._number or self._fd is None:
                self.finish()
                flags = os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
                self._number, self._fd = number, os.open(_path(self._folder, number), flags, 0o600)
            self._space.before(self._fd, len(data))
            write_at(self._fd, data, offset)

    def finish(self) -> None:
        """Make durable what was written, the file's name included."""
        if self._fd is None:
            return
        sync_data(self._fd)
        self.close()
        sync_folder(self._folder)

    def close(self) -> None:
        """Give the open file back, whatever became of it."""
        fd, self._fd = self._fd, None
        if fd is not None:
            os.close(fd)


async def _close(chunk: _ChunkWriter, writing: asyncio.Task[None] | None) -> None:
    """Close once no thread uses the file any more."""
    if writing is not None:
        await asyncio.wait([writing])
        writing.exception()  # whoever waited for it has heard of it
    with contextlib.suppress(BigUploadError, OSError):
        await in_bytes_thread(chunk.close)()


def _path(folder: Path, number: int) -> Path:
    return folder / f"{number:05}{_SUFFIX}"


def _make_folder(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True)
    sync_folder(folder.parent)
