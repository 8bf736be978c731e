"""What takes a request's body: memory, for a small one, or a store.

tornado pushes pieces as they come; a store pulls. Between them is a `StreamingBody`, which holds about 3 MiB
and makes the socket wait when the store is slower. A broken connection looks to the store like an error of
the body.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator

from ...errors import TooLarge
from .connection import LINGER, PIECE

#: Pieces that may wait for the store.
_WAITING = 2


class ClientGone(Exception):
    """The connection ended before the body did."""


class SmallBody:
    """The body of one request, kept as a whole.

    Parameters
    ----------
    limit : int
        Most bytes that it may have.
    """

    def __init__(self, limit: int) -> None:
        self.data = bytearray()
        self._limit = limit

    async def feed(self, data: bytes) -> None:
        """Take what came.

        Raises
        ------
        TooLarge
            As soon as it is more than the limit; then nothing of it is kept.
        """
        if len(self.data) + len(data) > self._limit:
            self.data.clear()
            raise TooLarge(f"The body of this request may have {self._limit} bytes.", limit=self._limit)
        self.data += data


class StreamingBody:
    """The body of one request: `feed` and `finish` at one end, `async for` at the other."""

    def __init__(self) -> None:
        self._gathered: list[bytes] = []
        self._length = 0
        self._ready: deque[bytes] = deque()
        self._ended = False
        self._unwanted = False
        self._failure: Exception | None = None
        self._changed = asyncio.Event()
        self._handed_over = time.monotonic()
        #: Set once someone asks for the body: then whatever can be known before it has been checked.
        self.wanted = asyncio.Event()

    async def feed(self, data: bytes) -> None:
        """Take what came; return when there is room for more."""
        if self._unwanted:
            return
        self._gathered.append(data)
        self._length += len(data)
        if self._length >= PIECE or time.monotonic() - self._handed_over > LINGER:
            self._hand_over()
            # Once the rest will never come, nobody waits for room any more.
            while len(self._ready) >= _WAITING and not self._unwanted and self._failure is None:
                await self._change()

    def finish(self) -> None:
        """Say that the body is complete."""
        if self._gathered and not self._unwanted:
            self._hand_over()
        self._ended = True
        self._changed.set()

    def fail(self, error: Exception) -> None:
        """Say that the rest will never come, if there is one: a body that has come whole is taken."""
        if not self._ended:
            if self._gathered and not self._unwanted:
                self._hand_over()
            self._failure = error
            self._changed.set()

    def discard(self) -> None:
        """Say that nobody wants the rest: what still comes is dropped."""
        self._unwanted = True
        self._ready.clear()
        self._gathered.clear()
        self._changed.set()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Yield the body in pieces of about 1 MiB.

        Raises
        ------
        ClientGone
            When the connection broke, after what had come until then.
        """
        self.wanted.set()
        while True:
            if self._ready:
                piece = self._ready.popleft()
                self._changed.set()
                yield piece
            elif self._failure is not None:
                raise self._failure
            elif self._ended:
                return
            else:
                await self._change()

    def _hand_over(self) -> None:
        whole = self._gathered[0] if len(self._gathered) == 1 else b"".join(self._gathered)
        self._ready.append(whole)
        self._gathered.clear()
        self._length = 0
        self._handed_over = time.monotonic()
        self._changed.set()

    async def _change(self) -> None:
        self._changed.clear()
        await self._changed.wait()
