"""One upload made of the bytes of others, which came in parallel (tus' concatenation)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from ...errors import Incomplete, InconsistentSize, Unsupported
from ...stores.base import Handle
from ...stores.joining import Joining
from ...stores.reading import PartialReadable
from ..claims import Claim, Claims
from ..lifecycle import Event, State
from ..model import Upload
from ..parts import VerifiedPart
from .writer import BodyWriter

#: Bytes read at once of what goes to another store.
_PIECE = 2**20


class Concatenation:
    """Fills uploads with the bytes of others.

    Parameters
    ----------
    claims : Claims
        Claims on the uploads.
    writer : BodyWriter
        Brings bodies into their stores.
    """

    def __init__(self, claims: Claims, writer: BodyWriter) -> None:
        self._claims = claims
        self._repository = claims.repository
        self._writer = writer

    async def join(self, upload_id: str, sources: Sequence[str]) -> Upload:
        """Fill an upload with all bytes of others, in order, and return it. Safe to repeat.

        On the same disk the file system copies them (see `Joining`), and they are held against their digests
        when the upload is completed; into another store they are sent.

        Parameters
        ----------
        sources : Sequence[str]
            Uploads of which all bytes have come, none of them completed. They stay as they are.

        Raises
        ------
        NotFound
            When one of them is gone.
        Incomplete
            When one of them has not come whole; `upload` is its id.
        InconsistentSize
            When they have other sizes than the upload, together.
        Unsupported
            When they are where nothing can be read before it is complete, as in buckets.
        Locked, BigUploadError
            As `UploadService.write`.
        """
        async with self._claims.whole(upload_id) as claim:
            claim.upload.require_receiving()
            at = 0
            for source_id in sources:
                async with self._claims.range(source_id, 0, None) as source:
                    at += await self._add(claim, source.upload, at)
            if at != claim.upload.size:
                raise InconsistentSize(
                    f"The parts have {at} bytes, the upload {claim.upload.size}.", size=claim.upload.size
                )
            return claim.upload

    async def release(self, sources: Sequence[str]) -> None:
        """Remove the bytes of uploads of which another one was made, and that is done. Safe to repeat.

        They are done themselves then, and answer as long as others: a client that never heard of the other
        one finds them complete, and asks for it again.

        Raises
        ------
        NotFound
            When one of them is gone.
        BigUploadError
            When the bytes can't be removed now: they expire.
        """
        for source_id in dict.fromkeys(sources):
            async with self._claims.whole(source_id) as claim:
                upload = claim.upload
                if upload.state is not State.DONE:
                    done = upload.after(Event.COMPLETE).after(Event.COMMIT, updated=self._claims.clock())
                    await claim.save(done)
                store, handle = self._repository.store_and_handle(upload)
                await store.discard(handle)

    async def _add(self, claim: Claim, source: Upload, at: int) -> int:
        """Enter all bytes of `source`, the first one at offset `at`; return how many they are."""
        size = source.received.total
        if size != source.size or source.received.prefix != size:
            raise Incomplete(
                "One of the parts has not come whole.",
                upload=source.id,
                missing=[] if source.size is None else list(source.received.gaps(source.size).ranges),
            )
        for part in source.parts:
            if not claim.upload.received.covers(at + part.start, at + part.end):
                await self._add_part(claim, source, part, at)
        return size

    async def _add_part(self, claim: Claim, source: Upload, part: VerifiedPart, at: int) -> None:
        store, handle = self._repository.store_and_handle(claim.upload)
        from_store, from_handle = self._repository.store_and_handle(source)
        start, end = at + part.start, at + part.end
        if store is from_store and isinstance(store, Joining):
            await store.copy_partial(from_handle, part.start, part.end, handle, start)
            # Without a stamp, so that the bytes are read before they are believed.
            await claim.append(VerifiedPart(start, end, part.digest))
            return
        if not isinstance(from_store, PartialReadable):
            raise Unsupported("What is there of the parts can't be read before they are complete.")
        body = _read(from_store, from_handle, part)
        upload = await self._writer.write(claim, start, end, body, part.digest)
        await self._writer.flush_acknowledged(upload, start)


async def _read(store: PartialReadable, handle: Handle, part: VerifiedPart) -> AsyncIterator[bytes]:
    at = part.start
    while at < part.end:
        piece = await store.read_partial(handle, at, min(at + _PIECE, part.end))
        if not piece:
            return  # its digest will tell
        yield piece
        at += len(piece)
