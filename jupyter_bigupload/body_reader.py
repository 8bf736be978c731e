"""A body that is read by numbers of bytes, however large the pieces are in which it comes."""

from __future__ import annotations

from collections.abc import AsyncIterator

from .errors import LengthMismatch


class BodyReader:
    """Reads `body` from its beginning on."""

    def __init__(self, body: AsyncIterator[bytes]) -> None:
        self._body = body
        self._held = memoryview(b"")

    async def read(self, length: int) -> bytes:
        """Return the next `length` bytes.

        Raises
        ------
        LengthMismatch
            When the body ends before.
        """
        return b"".join([piece async for piece in self._next(length)])

    async def skip(self, length: int) -> None:
        """Drop the next `length` bytes; raises as `read`."""
        async for _ in self._next(length):
            pass

    async def rest(self) -> AsyncIterator[bytes]:
        """Yield all that was not read."""
        held, self._held = self._held, memoryview(b"")
        if held:
            yield bytes(held)
        async for piece in self._body:
            yield piece

    async def _next(self, length: int) -> AsyncIterator[bytes]:
        while length:
            if not self._held:
                piece = await anext(self._body, b"")
                if not piece:
                    raise LengthMismatch("The body is shorter than its manifest.")
                self._held = memoryview(piece)
            part, self._held = self._held[:length], self._held[length:]
            length -= len(part)
            yield bytes(part)
