"""Finished objects of a bucket, read by ranges; one that breaks off is asked for again from there on."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable
from typing import Protocol

from ...errors import Changed, NotFound, SlowDown, StoreUnreachable
from ..reading import FileState

#: Seconds before a range is asked for again that brought nothing; one more failure is told.
_PAUSES = (0.5, 2.0, 5.0)


class ObjectRanges(Protocol):
    """What a bucket needs of an object store to read. Each method may raise what `Multipart` does."""

    async def head(self, key: str) -> FileState:
        """Return what is known of the object.

        Raises
        ------
        NotFound
            When there is none.
        """
        ...

    def read(self, key: str, start: int, end: int, etag: str) -> AsyncGenerator[bytes, None]:
        """Yield the bytes `[start, end)`, at least one, or fewer when the store ends early.

        Raises
        ------
        Changed, NotFound
            When the object has another ETag, or is gone.
        """
        ...


class BucketReading:
    """Ranges of objects.

    Parameters
    ----------
    key_of : Callable
        From a path to its key.
    """

    def __init__(self, ranges: ObjectRanges, key_of: Callable[[str], str]) -> None:
        self._ranges = ranges
        self._key_of = key_of

    async def head(self, path: str) -> FileState:
        """Return what the object is now (see `RangeReading`)."""
        return await self._ranges.head(self._key_of(path))

    async def read(self, path: str, start: int, end: int, etag: str) -> AsyncGenerator[bytes, None]:
        """Ask for the range, and again for what is missing of it (see `RangeReading`)."""
        key = self._key_of(path)
        pauses = iter(_PAUSES)
        while start < end:
            before = start
            try:
                async with contextlib.aclosing(_ahead(self._ranges.read(key, start, end, etag))) as pieces:
                    async for piece in pieces:
                        start += len(piece)
                        yield piece
                failure: Exception = StoreUnreachable("The store ended its answer early.")
            except NotFound:
                raise Changed("The file is gone.") from None
            except (SlowDown, StoreUnreachable) as error:
                failure = error
            if start > before:
                pauses = iter(_PAUSES)
            if start < end:
                pause = next(pauses, None)
                if pause is None:
                    raise failure
                await asyncio.sleep(pause)


async def _ahead(pieces: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
    """Yield `pieces`, of which the next one comes while whoever asked is at work on one."""

    async def following() -> bytes:
        return await anext(pieces, b"")

    coming = asyncio.ensure_future(following())
    try:
        while piece := await coming:
            coming = asyncio.ensure_future(following())
            yield piece
    finally:
        coming.cancel()
        await asyncio.wait([coming])
        if not coming.cancelled():
            coming.exception()
        await pieces.aclose()
