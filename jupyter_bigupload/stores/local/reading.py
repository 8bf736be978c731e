"""Finished files of a folder, read by descriptor."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncGenerator, Callable
from functools import partial

from ...disk.open_file import finished, opened
from ...errors import BigUploadError, Changed, NotFound
from ...threads import in_thread
from ..reading import FileState

#: Bytes that are read at once; so many again are read while a piece is on its way to whoever asked.
_PIECE = 2**20
#: Seconds between two changes that their times surely tell apart: a kernel's clock ticks every 10 ms, or
#: more often. File systems that keep whole seconds tell less.
_TICK = 0.02


class LocalReading:
    """Ranges of files.

    Parameters
    ----------
    open_file : Callable
        Returns a descriptor of the finished file at a path, reached through no link.
    """

    def __init__(self, open_file: Callable[[str], int]) -> None:
        self._open_file = open_file

    async def head(self, path: str) -> FileState:
        """Return what the file is now (see `RangeReading`)."""
        return await in_thread(self._head)(path)

    async def read(self, path: str, start: int, end: int, etag: str) -> AsyncGenerator[bytes, None]:
        """Read a piece ahead, and look at the file after each (see `RangeReading`)."""
        if start >= end:
            return
        async with opened(partial(self._open, path, etag)) as file:
            reading: asyncio.Task[bytes] | None = None
            for at in range(start, end, _PIECE):
                ahead = file.start(_read, at, min(_PIECE, end - at), etag)
                if reading is not None:
                    yield await finished(reading)
                reading = ahead
            if reading is not None:
                yield await finished(reading)

    def _head(self, path: str) -> FileState:
        fd = self._open_file(path)
        try:
            found = os.fstat(fd)
            # A change right after this one could have the same times, so none may be as near.
            if abs(time.time() - found.st_ctime) < _TICK:
                time.sleep(_TICK)
                found = os.fstat(fd)
            return state_of(found)
        finally:
            os.close(fd)

    def _open(self, path: str, etag: str) -> int:
        try:
            fd = self._open_file(path)
        except NotFound:
            raise _changed() from None
        try:
            _require(fd, etag)
        except BaseException:
            os.close(fd)
            raise
        return fd


def state_of(found: os.stat_result) -> FileState:
    """Return what tells this state of a file from all others.

    The time of the last change to its inode is part of it, which no program can set: whoever copies a file
    over another and gives it the old modification time is noticed. Renaming and `chmod` change it, too, and
    a download that is cut off by then begins again.
    """
    numbers = (found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
    return FileState(found.st_size, f'"{"-".join(f"{number:x}" for number in numbers)}"', found.st_mtime)


def _read(fd: int, start: int, length: int, etag: str) -> bytes:
    data = os.pread(fd, length, start)
    while len(data) < length and (more := os.pread(fd, length - len(data), start + len(data))):
        data += more
    _require(fd, etag)  # afterwards: what was read before a change counts, nothing else
    if len(data) < length:
        raise _changed()
    return data


def _require(fd: int, etag: str) -> None:
    if state_of(os.fstat(fd)).etag != etag:
        raise _changed()


def _changed() -> BigUploadError:
    return Changed("The file has changed, or is gone.")
