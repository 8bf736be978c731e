"""What a chunk must be: where it may lie, and that its body is as long as it says."""

from __future__ import annotations

from collections.abc import AsyncIterator

from ..errors import LengthMismatch, Malformed, OffsetMismatch, RangeOverlap, TooLarge
from .locks import Lease
from .model import Upload


def check_range(upload: Upload, start: int, end: int | None, total: int | None) -> None:
    """Return if `[start, end)` is a part of the upload's file of `total` bytes.

    Raises
    ------
    OffsetMismatch
        When the client speaks of a file of another size.
    Malformed
        When the file has no such bytes.
    """
    if total != upload.size:
        raise OffsetMismatch(
            f"This upload is of a file with {upload.size} bytes, not {total}.",
            offset=upload.received.prefix,
        )
    if upload.size is not None and end is not None and not 0 <= start <= end <= upload.size:
        raise Malformed(f"The file has no bytes {start} to {end}.")


def overlap_of(upload: Upload, start: int, end: int | None) -> RangeOverlap:
    """Return the error for a chunk `[start, end)` of which a part is there, with what is there of it."""
    there = upload.received.overlapping(start, start + 1 if end is None else end)
    return RangeOverlap("Part of this chunk is there already.", received=list(there))


async def checked(
    body: AsyncIterator[bytes], expected: int | None, limit: int, lease: Lease
) -> AsyncIterator[bytes]:
    """Pass `body` on, and tell `lease` that bytes come.

    Parameters
    ----------
    expected : int or None
        Bytes that the body must have; None for any number.
    limit : int
        Most bytes that it may have; 0 for no limit.

    Raises
    ------
    LengthMismatch, TooLarge
        As soon as it is clear that the body is not what was announced.
    """
    length = 0
    async for piece in body:
        length += len(piece)
        if expected is not None and length > expected:
            raise LengthMismatch("The body is longer than its Content-Range.")
        if limit and length > limit:
            raise TooLarge(f"The file is larger than the {limit} bytes allowed.", limit=limit)
        lease.progress()
        yield piece
    if expected is not None and length < expected:
        raise LengthMismatch("The body is shorter than its Content-Range.")
