"""One upload: `api/bigupload/tus/<id>`."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from jupyter_server.utils import url_path_join
from tornado import web
from tornado.httputil import url_concat

from ...errors import Forbidden, NotFound, NotReceiving, OffsetMismatch, TooLarge, WrongMediaType
from ...uploads import State, Upload
from ..base import RESOURCE
from ..bodies.streaming import StreamingHandler
from .base import CONCAT, METADATA, PARTIAL, TusHandler
from .chunk import append, length_of
from .headers import CHUNK, checksum, is_chunk, offset, size


class UploadHandler(TusHandler):
    """Tells how far an upload is, goes on with it, and ends it."""

    verbs = frozenset({"PATCH"})
    patch = StreamingHandler.post
    post = web.RequestHandler.post

    @web.authenticated
    @authorized(action="write", resource=RESOURCE)
    async def head(self, upload_id: str) -> None:
        """Tell how far it is, once nobody writes to it any more."""
        upload = await self.find(upload_id)
        if upload.state is not State.DONE and not _is_final(upload):
            upload = await self.complete_if_whole(await self.service.appending.offset(upload_id))
        self._describe(upload)
        self.finish()

    @web.authenticated
    @authorized(action="read", resource=RESOURCE)
    async def get(self, upload_id: str) -> None:
        """Lead to the file, once it has its name. tus says nothing of this, but its servers do it."""
        upload = await self.find(upload_id)
        if upload.state is not State.DONE or upload.metadata.get(CONCAT) == PARTIAL:
            raise NotFound("There is no file of it, or not yet.")
        place = {"destination": upload.destination, "path": upload.path}
        self.redirect(url_concat(url_path_join(self.base_url, "api/bigupload/download"), place))

    @web.authenticated
    @authorized(action="write", resource=RESOURCE)
    async def delete(self, upload_id: str) -> None:
        """End it. A file that has its name stays."""
        await self.find(upload_id)
        try:
            await self.service.abort(upload_id)
        except NotReceiving:
            await self.service.forget(upload_id)
        self.set_status(204)
        self.finish()

    async def take_body(self) -> None:
        """Store the body behind the bytes so far."""
        headers = self.request.headers
        if not is_chunk(headers):
            raise WrongMediaType(f"A part of a file comes with Content-Type: {CHUNK}.")
        at, total, digest = offset(headers), size(headers), checksum(headers)
        upload = await self.find(self.path_kwargs["upload_id"] or "")
        if _is_final(upload):
            raise Forbidden("A file of parts takes no bytes of its own.")
        if upload.state is State.DONE:
            self._require_end(upload, at)
        else:
            upload = await append(self, upload, offset=at, digest=digest, size=total)
            upload = await self.complete_if_whole(upload)
        self.set_header("Upload-Offset", str(_offset(upload)))
        self.say_expiry(upload)
        self.set_status(204)

    def _require_end(self, upload: Upload, at: int) -> None:
        """Return if the request adds nothing to a file that is there."""
        if at != upload.size:
            raise OffsetMismatch(f"All {upload.size} bytes of this upload are there.", offset=upload.size)
        if length_of(self) != 0:
            raise TooLarge(f"All {upload.size} bytes of this upload are there.", limit=upload.size)

    def _describe(self, upload: Upload) -> None:
        concat = upload.metadata.get(CONCAT)
        if upload.state is State.DONE or not _is_final(upload):
            self.set_header("Upload-Offset", str(_offset(upload)))
        if upload.size is None:
            self.set_header("Upload-Defer-Length", "1")
        else:
            self.set_header("Upload-Length", str(upload.size))
        if upload.metadata[METADATA]:
            self.set_header("Upload-Metadata", upload.metadata[METADATA])
        if concat is not None:
            self.set_header("Upload-Concat", concat)
        self.say_expiry(upload)


def _is_final(upload: Upload) -> bool:
    return upload.metadata.get(CONCAT, PARTIAL) != PARTIAL


def _offset(upload: Upload) -> int:
    if upload.state is State.DONE and upload.size is not None:
        return upload.size
    return upload.received.prefix
