"""The plain Content-Range protocol: uploads without an id, known by their name alone.

docs/wire.md describes it; blueimp-file-upload 10.x and every client of Big upload for Jupyter Notebook
speak it. Chunks come in order, so that of two senders of one name the second is told where the first one is,
and never mixed in.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from contextlib import suppress

from ...destinations import HOME
from ...digests import Digest
from ...errors import BigUploadError, Locked, Malformed, NotFound, NotReceiving, OffsetMismatch
from ...stores.base import OnConflict
from ...uploads import NewUpload, State, Upload, UploadService
from ..parsing.headers import ContentRange


class PlainUploads:
    """The uploads that have no id on the wire.

    Parameters
    ----------
    service : UploadService
        Where they become real ones, under an id made from the path.
    """

    def __init__(self, service: UploadService) -> None:
        self._service = service

    async def receive_chunk(
        self,
        path: str,
        chunk: ContentRange,
        body: AsyncIterator[bytes],
        on_conflict: OnConflict,
        *,
        digest: Digest | None = None,
    ) -> Upload:
        """Store the next chunk of `path`; the last one completes the file.

        Raises
        ------
        Malformed
            When it does not say how large the file is, so that nobody could tell which one is the last.
        OffsetMismatch
            When the chunk does not start where the bytes so far end; nothing is written.
        BigUploadError
            As `UploadService.create`, `write` and `complete`.
        """
        if chunk.total is None:
            raise Malformed("Say in the Content-Range how large the file is: 'bytes first-last/total'.")
        try:
            upload = await self._write(path, chunk, body, digest)
        except (NotFound, NotReceiving, OffsetMismatch):  # none of them has touched the body
            begun = await self._ready_for_more(path)
            if begun is None:
                if chunk.start:
                    raise OffsetMismatch("Nothing of this file is there yet.", offset=0) from None
                new = NewUpload(path, chunk.total, HOME, on_conflict=on_conflict)
                await self._service.create(new, upload_id=plain_id(path))
                upload = await self._write(path, chunk, body, digest)
            elif begun.received.prefix == begun.size == chunk.total == chunk.end:
                # All is there but its name (it was taken, or the server died): the last chunk comes again.
                async for _ in body:
                    pass
                upload = begun
            else:
                raise
        return upload if chunk.end != chunk.total else await self._finish(upload, on_conflict)

    async def receive_whole(
        self,
        path: str,
        size: int | None,
        body: AsyncIterator[bytes],
        on_conflict: OnConflict,
        *,
        digest: Digest | None = None,
    ) -> Upload:
        """Store a file that comes in one request; nothing is left of it if that fails.

        Parameters
        ----------
        size : int or None
            Bytes; None when only the end of the body tells.
        digest : Digest or None
            What the client says that the bytes have.
        """
        upload = await self._service.create(NewUpload(path, size, HOME, on_conflict=on_conflict))
        try:
            await self._service.write(upload.id, start=0, end=size, total=size, body=body, digest=digest)
            return await self._finish(upload, on_conflict)
        except BaseException:
            with suppress(BigUploadError):
                await self._service.abort(upload.id)
            raise

    async def size(self, path: str) -> int | None:
        """Return the bytes that are there of `path`, unfinished or finished, or None for nothing."""
        upload = await self._recorded(path)
        if upload is None or upload.state in {State.DONE, State.FAILED}:
            return await self._service.finished_size(HOME, path)
        return upload.received.prefix

    async def cancel(self, path: str) -> bool:
        """Remove the unfinished upload of `path`; return whether there was one."""
        try:
            await self._service.abort(plain_id(path))
        except (NotFound, NotReceiving):  # there is none, or no longer
            return False
        return True

    async def _write(
        self, path: str, chunk: ContentRange, body: AsyncIterator[bytes], digest: Digest | None
    ) -> Upload:
        return await self._service.write(
            plain_id(path),
            start=chunk.start,
            end=chunk.end,
            total=chunk.total,
            body=body,
            digest=digest,
            in_order=True,
        )

    async def _recorded(self, path: str) -> Upload | None:
        """Return the upload that has a record under `path`'s id, whatever its state, or None."""
        with suppress(NotFound):
            return await self._service.status(plain_id(path))
        return None

    async def _ready_for_more(self, path: str) -> Upload | None:
        """Return the unfinished upload of `path`, or None. One that is over makes way for another."""
        upload = await self._recorded(path)
        if upload is not None and upload.state is State.DONE:
            await self._service.forget(upload.id)
            return None
        if upload is not None and upload.state is State.FAILED:
            await self._service.abort(upload.id)
            return None
        return upload

    async def _finish(self, upload: Upload, on_conflict: OnConflict) -> Upload:
        done = await self._service.complete(upload.id, on_conflict)
        # The next upload of this name is a new one. A record that stays, because someone else has its lock or
        # the server dies here, makes way for it then.
        with suppress(Locked, NotFound):
            await self._service.forget(upload.id)
        return done


def plain_id(path: str) -> str:
    """Return the upload id that stands for an upload known by its path."""
    return f"plain-{hashlib.sha256(path.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"
