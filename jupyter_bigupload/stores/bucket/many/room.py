"""How many files are in memory at once, and how many bytes of them."""

from __future__ import annotations

import asyncio


class Room:
    """Room for some files, of so many bytes together.

    Parameters
    ----------
    files : int
        Most of them.
    size : int
        Most bytes of all, of which one alone may take more.
    """

    def __init__(self, files: int, size: int) -> None:
        self._free = files
        self._files = files
        self._size = size
        self._changed = asyncio.Condition()

    async def take(self, size: int) -> None:
        """Wait until there is room for a file of `size` bytes, and take it."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._fits(size))
            self._free -= 1
            self._size -= size

    async def give_back(self, size: int) -> None:
        """Say that a file is no longer in memory."""
        async with self._changed:
            self._free += 1
            self._size += size
            self._changed.notify_all()

    def _fits(self, size: int) -> bool:
        return self._free > 0 and (size <= self._size or self._free == self._files)
