"""Bytes that come in order, for protocols in which an upload grows only at its end: tus, the IETF draft.

A body is kept as far as it comes, however the connection ends, unless the client says what digest all of it
has. Nothing is completed here: a protocol asks for that once all bytes are there.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from types import MappingProxyType

from ...digests import Digest
from ...errors import InconsistentSize, OffsetMismatch
from ..claims import Claim, Claims
from ..model import Upload
from ..quota import Quota
from .chunk import checked
from .writer import BodyWriter


class TakenOver(Exception):
    """Another connection goes on with the upload: the rest of this body is not read."""


class Appending:
    """Appends bodies to uploads.

    Parameters
    ----------
    claims : Claims
        Claims on the uploads.
    writer : BodyWriter
        Brings bodies into their stores.
    quota : Quota
        How many bytes are allowed.
    """

    def __init__(self, claims: Claims, writer: BodyWriter, quota: Quota) -> None:
        self._claims = claims
        self._writer = writer
        self._quota = quota

    async def append(
        self,
        upload_id: str,
        *,
        offset: int,
        length: int | None,
        body: AsyncIterator[bytes],
        digest: Digest | None = None,
        size: int | None = None,
        ends: bool = False,
        take_over: bool = False,
        notes: Mapping[str, str] = MappingProxyType({}),
        grown: Callable[[Upload], None] | None = None,
    ) -> Upload:
        """Store a body behind the bytes so far, and return the upload with it.

        Whatever can be refused before the body is read is refused before.

        Parameters
        ----------
        offset : int
            Where the client says that it begins, bytes.
        length : int or None
            Its bytes; None where only its end tells.
        digest : Digest or None
            What the client says that it has; then it is kept whole or not at all.
        size : int or None
            The file's bytes, where the client says them now.
        ends : bool
            Whether the body's last byte is the file's.
        take_over : bool
            Whether another connection that still writes is ended; what it brought stays. Otherwise one is
            only if nothing came on it for a time.
        notes : Mapping[str, str]
            What the protocol wants kept with the upload besides, from before the body is read.
        grown : Callable, optional
            Is called with the upload each time that more of the body is on the disk and in the record.

        Raises
        ------
        NotFound, NotReceiving, Checking, FolderUnavailable
            When the upload takes no bytes, or not now.
        OffsetMismatch
            When it does not go on at `offset`; it says where.
        InconsistentSize
            When `size` is not what was said before, or the body does not end where the file does.
        Locked
            When another connection writes, or has taken this one over.
        TooLarge, QuotaExceeded, DigestMismatch, BigUploadError
            As `UploadService.write`.
        """
        claiming = self._claims.range(upload_id, offset, None, evict="all" if take_over else "stalled")
        async with claiming as claim:
            claim.upload.require_receiving()
            _require_offset(claim.upload, offset)
            if grown is not None:
                claim.grown = grown
            end = None if length is None else offset + length
            _require_room(claim.upload.size if size is None else size, end, ends=ends)
            await self._state_size(claim, end if ends and end is not None else size, notes)
            upload = await self._take(claim, offset, end, body, digest)
            if ends:
                await self._state_size(claim, upload.received.prefix)
            return claim.upload

    async def offset(self, upload_id: str) -> Upload:
        """Return the upload once nobody writes to it any more: another connection that does is ended.

        What that brought stays, and is told of.

        Raises
        ------
        NotFound, Checking, FolderUnavailable
            When there is no such upload, or none that can be gone on with now.
        """
        async with self._claims.range(upload_id, 0, None, evict="all") as claim:
            return claim.upload

    async def _state_size(
        self, claim: Claim, size: int | None, notes: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        upload = claim.upload
        if size is None or size == upload.size:
            if not notes.items() <= upload.metadata.items():
                await claim.note(upload.size, notes)
            return
        if upload.size is not None:
            raise InconsistentSize(
                f"This upload has {upload.size} bytes, as was said before, not {size}.", size=upload.size
            )
        if size < upload.received.total:
            raise InconsistentSize(
                f"{upload.received.total} bytes of this upload are there: it can't have {size}.", size=size
            )
        # What has been received counts already.
        async with self._quota.room_for(size, counted=upload.received.total):
            await claim.note(size, notes)

    async def _take(
        self, claim: Claim, offset: int, end: int | None, body: AsyncIterator[bytes], digest: Digest | None
    ) -> Upload:
        length = None if end is None else end - offset
        limit = await self._quota.most(claim.upload)
        exact = checked(_within(body, claim.upload, offset), length, limit, claim)
        if digest is not None:
            upload = await self._writer.write(claim, offset, end, exact, digest)
            await self._writer.flush_acknowledged(upload, offset)
            return upload
        try:
            return await self._writer.write_blocks(claim, offset, end, _until_taken_over(exact, claim))
        except TakenOver:
            assert claim.taken_over is not None  # noqa: S101  # what has ended the body
            raise claim.taken_over from None


def _require_offset(upload: Upload, offset: int) -> None:
    there = upload.received.prefix
    if offset != there:
        raise OffsetMismatch(f"This upload goes on at byte {there}, not {offset}.", offset=there)


def _require_room(size: int | None, end: int | None, *, ends: bool) -> None:
    if size is None or end is None:
        return
    if end > size:
        raise InconsistentSize(f"This upload ends at byte {size}, not {end}.", size=size)
    if ends and end < size:
        raise InconsistentSize(f"This upload has {size} bytes; this body would end it at {end}.", size=size)


async def _within(body: AsyncIterator[bytes], upload: Upload, offset: int) -> AsyncIterator[bytes]:
    """Pass on a body as long as it does not go beyond the file's end."""
    at = offset
    async for piece in body:
        at += len(piece)
        if upload.size is not None and at > upload.size:
            raise InconsistentSize(f"The body goes on after byte {upload.size}.", size=upload.size)
        yield piece


async def _until_taken_over(body: AsyncIterator[bytes], claim: Claim) -> AsyncIterator[bytes]:
    """Pass on a body until another connection goes on with the upload.

    Raises
    ------
    TakenOver
        When one does.
    """
    stopped = asyncio.Event()
    claim.when_taken_over(stopped.set)
    stopping = asyncio.ensure_future(stopped.wait())
    try:
        while True:
            coming = asyncio.ensure_future(anext(body, None))
            try:
                await asyncio.wait([coming, stopping], return_when=asyncio.FIRST_COMPLETED)
            finally:
                if not coming.done():
                    coming.cancel()
                    await asyncio.wait([coming])
            if coming.cancelled():
                raise TakenOver
            piece = coming.result()
            if piece is None:
                return
            yield piece
            if stopped.is_set():
                raise TakenOver
    finally:
        stopping.cancel()
