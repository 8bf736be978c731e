"""A file of a store as Python's libraries take files: blocking, and with a position."""

from __future__ import annotations

import asyncio
import io
import os
import threading
from collections.abc import AsyncGenerator, Coroutine
from typing import Any, TypeVar

from ..stores.reading import FileState, RangeReading

T = TypeVar("T")


class EventLoop:
    """An event loop in a thread of its own, for a process that is synchronous but for its stores."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, name="bigupload-loop", daemon=True).start()

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Return what `coroutine` returns, or raise what it raises. A signal's handler may interrupt this."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()


class StoredFile(io.RawIOBase):
    """A finished file of a store, read by ranges; every byte is of the state that it had when it was opened.

    Reading on from where the last read ended goes on in the same request; another position begins a new one.

    Raises `Changed`, when the file changes, and whatever else the store's `read` raises.
    """

    def __init__(self, loop: EventLoop, reading: RangeReading, path: str) -> None:
        super().__init__()
        self._loop = loop
        self._reading = reading
        self._path = path
        self._state: FileState = loop.run(reading.head(path))
        self._position = 0
        self._pieces: AsyncGenerator[bytes, None] | None = None
        self._piece = memoryview(b"")
        #: Where the piece begins that is read on.
        self._at = 0

    @property
    def etag(self) -> str:
        """What its store calls the state that it had when it was opened."""
        return self._state.etag

    @property
    def size(self) -> int:
        """Bytes."""
        return self._state.size

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def tell(self) -> int:
        """Return the position, in bytes."""
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a position; nothing is asked of the store before the next read."""
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self.size}[whence]
        if start + offset < 0:
            raise ValueError("there is nothing before the start of a file")
        self._position = start + offset
        return self._position

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer, as far as the piece reaches that came last."""
        wanted = memoryview(buffer).cast("B")
        if self._position >= self.size or not wanted:
            return 0
        if self._at != self._position or self._pieces is None:
            self._stop()
            self._at = self._position
            self._pieces = self._reading.read(self._path, self._at, self.size, self._state.etag)
        if not self._piece:
            self._piece = memoryview(self._loop.run(self._next(self._pieces)))
        count = min(len(wanted), len(self._piece))
        wanted[:count] = self._piece[:count]
        self._piece = self._piece[count:]
        self._position = self._at = self._at + count
        return count

    def close(self) -> None:
        """Let go of the connection."""
        if not self.closed:
            self._stop()
        super().close()

    def _stop(self) -> None:
        pieces, self._pieces = self._pieces, None
        self._piece = memoryview(b"")
        if pieces is not None:
            self._loop.run(_close(pieces))

    @staticmethod
    async def _next(pieces: AsyncGenerator[bytes, None]) -> bytes:
        return await anext(pieces)


async def _close(pieces: AsyncGenerator[bytes, None]) -> None:
    await pieces.aclose()
