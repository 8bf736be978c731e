"""What a chunk must be: where it may lie, and that its body is as long as it says."""

from __future__ import annotations

from collections.abc import AsyncIterator

from ...errors import LengthMismatch, Malformed, OffsetMismatch, RangeOverlap, TooLarge
from ..claims import Claim
from ..model import Upload


def require_range(upload: Upload, start: int, end: int | None, total: int | None) -> None:
    """Return if `[start, end)` is a part of the upload's file of `total` bytes.

    Raises
    ------
    OffsetMismatch
        When the client speaks of a file of another size.
    Malformed
        When the file has no such bytes, or only one of client and upload knows how many it has.
    """
    if (total is None) != (upload.size is None):
        known = "the upload's" if total is None else "no"
        raise Malformed(f"Say in the Content-Range {known} size, as when the upload was created.")
    if total != upload.size:
        raise OffsetMismatch(
            f"This upload is of a file with {upload.size} bytes, not {total}.",
            offset=upload.received.prefix,
        )
    if upload.size is not None and end is not None and not 0 <= start <= end <= upload.size:
        raise Malformed(f"The file has no bytes {start} to {end}.")


def require_free(upload: Upload, start: int, end: int | None) -> None:
    """Return if none of the chunk `[start, end)` is there yet (`end` None: of its first byte).

    Raises
    ------
    RangeOverlap
        When some of it is; it says what.
    """
    end = start + 1 if end is None else end
    if upload.received.overlaps(start, end):
        there = upload.received.overlapping(start, end)
        raise RangeOverlap("Part of this chunk is there already.", received=list(there))


async def checked(
    body: AsyncIterator[bytes], expected: int | None, limit: int | None, claim: Claim
) -> AsyncIterator[bytes]:
    """Pass `body` on, and tell `claim` that bytes come.

    Parameters
    ----------
    expected : int or None
        Bytes that the body must have; None for any number.
    limit : int or None
        Most bytes that it may have; None for no limit.

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
        if limit is not None and length > limit:
            raise TooLarge(f"No more than {limit} bytes of this body are allowed.", limit=limit)
        claim.progress()
        yield piece
    if expected is not None and length < expected:
        raise LengthMismatch("The body is shorter than its Content-Range.")
