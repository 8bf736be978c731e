"""Push what was written to the disk while more of it arrives, so that the fsync at the end is short."""

from __future__ import annotations

import asyncio
import os

from ..disk import in_thread
from ..errors import StorageFailed

#: Bytes written to a file between two pushes.
_EVERY = 32 * 2**20


class Push:
    """The pushing of one open file; at most one push runs at a time.

    Parameters
    ----------
    fd : int
        Stays open until `finish` has returned.
    """

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._waiting = 0
        self._running: asyncio.Task[None] | None = None

    def wrote(self, length: int) -> None:
        """Count `length` bytes more, and start a push if it is time.

        Raises
        ------
        StorageFailed
            When an earlier push failed: then bytes are lost that the operating system had taken.
        """
        self._waiting += length
        if self._running is not None and self._running.done():
            _raise_failure(self._running)
            self._running = None
        if self._waiting >= _EVERY and self._running is None:
            self._waiting = 0
            self._running = asyncio.ensure_future(in_thread(os.fdatasync)(self._fd))

    async def finish(self) -> None:
        """Wait for the push that runs, whatever comes of it; even when the caller is being cancelled."""
        if self._running is not None and not self._running.done():
            await asyncio.wait([self._running])

    async def complete(self) -> None:
        """Push what is left, and return when all of it is on the disk.

        Raises
        ------
        StorageFailed
            When the disk did not take it.
        """
        await self.finish()
        if self._running is not None:
            _raise_failure(self._running)
        self._running = asyncio.ensure_future(in_thread(os.fdatasync)(self._fd))
        await self.finish()
        _raise_failure(self._running)


def _raise_failure(push: asyncio.Task[None]) -> None:
    error = push.exception()
    if error is not None:
        raise StorageFailed(f"The disk failed to keep what was written: {error}.") from error
