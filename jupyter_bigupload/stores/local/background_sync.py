"""Flush what was written to the disk while more of it arrives, so that the fsync at the end is short."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from ...disk.open_file import OpenFile, finished
from ...disk.writing import sync_data

#: Bytes written to a file between two flushes.
_EVERY = 32 * 2**20


class BackgroundSync:
    """The flushing of one open file; at most one flush runs at a time.

    One that fails has lost bytes that the operating system had taken: the next call raises its error.
    """

    def __init__(self, file: OpenFile) -> None:
        self._file = file
        self._unflushed = 0
        self._running: asyncio.Task[None] | None = None

    async def wrote(self, length: int) -> None:
        """Count `length` bytes more, and start a flush if it is time."""
        self._unflushed += length
        if self._running is not None and self._running.done():
            await finished(self._running)
            self._running = None
        if self._unflushed >= _EVERY and self._running is None:
            self._unflushed = 0
            self._running = self._file.start(sync_data)

    async def close(self, write_last: Callable[[int], None] | None) -> None:
        """Write the last bytes, flush, close the file, and return when all of it is on the disk."""
        if self._running is not None:
            await finished(self._running)

        def write_and_sync(fd: int) -> None:
            if write_last is not None:
                write_last(fd)
            sync_data(fd)

        await self._file.close(write_and_sync)
