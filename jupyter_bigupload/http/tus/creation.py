"""New uploads: `api/bigupload/tus`."""

from __future__ import annotations

import contextlib
import hashlib

from jupyter_server.utils import url_path_join

from ...digests import Digest
from ...errors import BigUploadError, Forbidden, Malformed, NotFound
from ...uploads import State, Upload
from ..naming import Place, place_of
from .base import CONCAT, PARTIAL, TusHandler
from .chunk import append
from .headers import Concat, checksum, concat, is_chunk, new_size
from .new_file import create


class CreationHandler(TusHandler):
    """Creates uploads: empty ones, ones with their first bytes, and files of parts."""

    async def take_body(self) -> None:
        """Create an upload, and store the body, if it is one of a file."""
        headers = self.request.headers
        parts = concat(headers)
        place = place_of(self)
        if parts is not None and parts.is_final:
            upload = await self._concatenate(place, parts)
        else:
            size = new_size(headers)
            # Bodies of another type are dropped: some clients send one with every POST.
            digest = checksum(headers) if is_chunk(headers) else None
            upload = await self._start(place, size, parts, digest)
        self.set_header("Location", self._location(upload.id))
        self.say_expiry(upload)
        self.set_status(201)

    def _location(self, upload_id: str) -> str:
        """Return where an upload is.

        Programs get a whole URL: some (aiotus) understand nothing else. A page gets a path, since its browser
        knows best how it came here: a proxy that ends TLS need not say so.
        """
        headers, path = self.request.headers, url_path_join(self.base_url, "api/bigupload/tus", upload_id)
        if "Origin" in headers:
            return path
        told = headers.get("X-Forwarded-Proto", headers.get("X-Scheme", "")).partition(",")[0].strip()
        scheme = told if told in {"http", "https"} else self.request.protocol
        return f"{scheme}://{self.request.host}{path}"

    async def _start(
        self, place: Place, size: int | None, parts: Concat | None, digest: Digest | None
    ) -> Upload:
        upload = await create(self, place, size, parts)
        try:
            if is_chunk(self.request.headers):
                upload = await append(self, upload, offset=0, digest=digest)
                self.set_header("Upload-Offset", str(upload.received.prefix))
            return await self.complete_if_whole(upload)
        except BaseException:
            # Its client never learns where it is.
            await self._give_up(upload.id)
            raise

    async def _concatenate(self, place: Place, parts: Concat) -> Upload:
        if is_chunk(self.request.headers):
            raise Forbidden("A file of parts takes no bytes of its own.")
        upload_id = _id_of(place, self.request.headers.get("Upload-Metadata", ""), parts)
        with contextlib.suppress(NotFound):
            upload = await self.find(upload_id)
            if upload.state is State.DONE:
                return upload  # its answer was lost
        size = sum([await self._size_of(part) for part in parts.parts])
        upload = await create(self, place, size, parts, upload_id=upload_id)
        try:
            await self.service.concatenation.join(upload.id, parts.parts)
            upload = await self.service.complete(upload.id)
        except BigUploadError as error:
            if not error.retryable:
                await self._give_up(upload.id)
            raise
        with contextlib.suppress(BigUploadError):  # what can't be removed now expires
            await self.service.concatenation.release(parts.parts)
        return upload

    async def _size_of(self, part_id: str) -> int:
        """Return the bytes of a part that has come whole."""
        part = await self.find(part_id)
        if part.metadata.get(CONCAT) != PARTIAL:
            raise Malformed("Upload-Concat has an upload that is no part.")
        if part.size is None or part.received.prefix != part.size:
            raise Malformed("Upload-Concat has a part that has not come whole.")
        return part.size

    async def _give_up(self, upload_id: str) -> None:
        """Remove an upload; what can't be removed now expires."""
        with contextlib.suppress(BigUploadError):
            await self.service.abort(upload_id)


def _id_of(place: Place, header: str, parts: Concat) -> str:
    """Return the id of a file of parts: a client that repeats the request finds it again."""
    return hashlib.sha256(repr([place, header, *parts.parts]).encode()).hexdigest()[:32]
