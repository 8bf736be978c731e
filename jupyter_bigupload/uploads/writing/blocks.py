"""A long body, cut into blocks: what came of it is kept block by block, however the connection ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from ...errors import BigUploadError


class Block:
    """The next bytes of a body, up to where a block of the file ends.

    Parameters
    ----------
    start : int
        Offset of its first byte in the file.
    end : int or None
        Offset after its last byte, if the whole body comes; None where nobody knows how long that is.
    """

    def __init__(self, start: int, end: int | None, pieces: AsyncIterator[bytes]) -> None:
        self.start = start
        self.end = end
        #: Set once nothing of the body is read for this block any more.
        self.read = asyncio.Event()
        self._pieces = pieces

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Yield its bytes."""
        try:
            async for piece in self._pieces:
                yield piece
        finally:
            self.read.set()


class Blocks:
    """The blocks of a body, one after the other: each must have been read when the next is asked for.

    They end at multiples of `size` in the file. A body that breaks off ends the last one early.

    Parameters
    ----------
    start, end : int
        The body's bytes, `[start, end)`; `end` None for all that come.
    size : int
        Most bytes of a block.
    """

    def __init__(self, body: AsyncIterator[bytes], start: int, end: int | None, size: int) -> None:
        #: Why the body broke off; None as long as it did not.
        self.failure: Exception | None = None
        self._body = body
        self._at = start
        self._end = end
        self._size = size
        self._rest = b""

    async def next(self) -> Block | None:
        """Return the next block, as soon as its first bytes are there; None after the last one."""
        await self._fetch()
        if not self._rest:
            return None
        border = self._at - self._at % self._size + self._size
        if self._end is None:
            return Block(self._at, None, self._pieces(border))
        border = min(border, self._end)
        return Block(self._at, border, self._pieces(border))

    async def _pieces(self, border: int) -> AsyncIterator[bytes]:
        while self._at < border:
            await self._fetch()
            piece, self._rest = self._rest, b""
            if len(piece) > border - self._at:
                piece, self._rest = piece[: border - self._at], piece[border - self._at :]
            if not piece:
                return
            self._at += len(piece)
            yield piece

    async def _fetch(self) -> None:
        """Have more of the body at hand, unless it has ended."""
        if self._rest or self.failure is not None:
            return
        try:
            self._rest = await anext(self._body, b"")
        except BigUploadError:
            raise
        except Exception as error:  # noqa: BLE001  # whatever ends a connection
            self.failure = error
