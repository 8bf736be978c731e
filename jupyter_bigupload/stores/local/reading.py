"""Finished files of a folder, read by descriptor."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, Callable, Sequence
from functools import partial
from pathlib import Path

from ...disk.errors import translated
from ...disk.open_file import finished, opened
from ...errors import BigUploadError, Changed, NotFound
from ...threads import in_bytes_thread, in_thread
from ..reading import FileState, TreeEntry
from .walk import TreeWalk, is_young, state_of

#: Bytes that are read at once; so many again are read while a piece is on its way to whoever asked.
_PIECE = 2**20
#: Files that a walk looks at in one turn of a thread.
_AT_ONCE = 500


class LocalReading:
    """Ranges of files.

    Parameters
    ----------
    root : Path
        The store's, as it really is.
    open_file : Callable
        Returns a descriptor of the finished file at a path, reached through no link.
    """

    def __init__(self, root: Path, open_file: Callable[[str], int]) -> None:
        self._root = root
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

    async def read_small(self, path: str, size: int, etag: str) -> bytes:
        """Open, read and close it in one turn of a thread (see `RangeReading`)."""
        return await in_bytes_thread(self._read_small)(path, size, etag)

    async def walk(self, path: str, *, hidden: bool) -> AsyncGenerator[Sequence[TreeEntry], None]:
        """Look at a folder after the other, by descriptor (see `RangeReading`)."""
        walk = await in_thread(TreeWalk)(self._root, path, hidden=hidden)
        while not walk.ended:
            yield await in_bytes_thread(walk.step)(_AT_ONCE)

    def _head(self, path: str) -> FileState:
        fd = self._open_file(path)
        try:
            found = os.fstat(fd)
            # A change right after this one could have the same times, so none may be as near.
            if is_young(found):
                found = os.fstat(fd)
            return state_of(found)
        finally:
            os.close(fd)

    def _read_small(self, path: str, size: int, etag: str) -> bytes:
        with translated():
            fd = self._open(path, etag)
            try:
                return _read(fd, 0, size, etag)
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
