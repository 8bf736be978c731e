"""One upload: `api/bigupload/resumable/<id>`."""

from __future__ import annotations

from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from ...errors import InconsistentSize, Malformed, NotFound, NotReceiving, OffsetMismatch, WrongMediaType
from ...uploads import State, Upload
from ..base import RESOURCE
from ..bodies.streaming import StreamingHandler
from ..uploads import as_json
from .appending import DRAFT, append, complete, has_ended
from .fields import integer
from .handler import PARTIAL_UPLOAD, DraftHandler


class ResourceHandler(DraftHandler):
    """Tells how far an upload is, goes on with it, and gives it up."""

    verbs = frozenset({"PATCH"})
    patch = StreamingHandler.post
    post = web.RequestHandler.post

    @web.authenticated
    @authorized(action="write", resource=RESOURCE)
    async def head(self, upload_id: str) -> None:
        """Tell how far it is, once nobody writes to it any more; give its file its name if all has come."""
        self._require_bare()
        upload = await self._find(upload_id)
        if upload.state is not State.DONE:
            upload = _open(await self.service.appending.offset(upload_id))
        if upload.state is not State.DONE and has_ended(upload):
            # A client that is told of all its bytes asks for nothing more.
            upload = await complete(self, upload)
        self.describe(upload)
        if upload.size is None:
            # tus' own header: tus-js-client asks for it in the draft's protocols too.
            self.set_header("Upload-Defer-Length", "1")
        self.set_status(204)
        self.finish()

    get = head

    @web.authenticated
    @authorized(action="write", resource=RESOURCE)
    async def delete(self, upload_id: str) -> None:
        """Give it up: whoever writes to it is ended. A file that has its name stays."""
        self._require_bare()
        await self._find(upload_id)
        try:
            await self.service.abort(upload_id)
        except NotReceiving:
            await self.service.forget(upload_id)
        self.set_status(204)
        self.finish()

    async def take_body(self) -> dict[str, Any] | None:
        """Store the content behind the bytes so far, and complete the upload if that is all."""
        self._require_media_type()
        offset = integer(self.request.headers, "Upload-Offset")
        if offset is None:
            raise Malformed("Say in Upload-Offset where the content begins.")
        upload_id = self.path_kwargs["upload_id"] or ""
        upload = self.upload = await self._find(upload_id)
        if upload.state is State.DONE:
            return self._answer_again(upload, offset)
        ends = self._ends(_open(upload), offset)
        try:
            upload = await append(self, upload, offset, ends=ends, take_over=True)
        except NotReceiving:
            upload = await self._find(upload_id)
            if upload.state is not State.DONE:
                raise
            return self._answer_again(upload, offset)
        if not ends:
            self.describe(upload)
            self.set_status(self.version.appended)
            return None
        return self._answer(await complete(self, upload))

    async def _find(self, upload_id: str) -> Upload:
        """Return an upload that was begun here.

        Raises
        ------
        NotFound
            When there is none, or no longer.
        BigUploadError
            As `UploadService.status`.
        """
        upload = await self.service.status(upload_id)
        if DRAFT not in upload.metadata:
            raise NotFound("There is no such upload, or no longer.")
        return upload

    def _require_bare(self) -> None:
        of_appends = ("Upload-Offset", "Upload-Length", self.version.complete)
        if self.version.bare_looks and any(name in self.request.headers for name in of_appends):
            raise Malformed(f"This request has none of {', '.join(of_appends)}.")

    def _require_media_type(self) -> None:
        given = self.request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if self.version.media_type and given != PARTIAL_UPLOAD:
            raise WrongMediaType(f"What goes behind an upload comes with Content-Type: {PARTIAL_UPLOAD}.")

    def _ends(self, upload: Upload, offset: int) -> bool:
        """Return whether the content ends the file.

        A client must say so. One that does not, but has said how long the file is, is taken to be done when
        it is: tus-js-client leaves the header out when a stream turns out to have ended already.
        """
        completes = self.completes()
        length = self.content_length()
        if completes is None and self.version.omitted_ends:
            return True
        if completes is not None or length is None:
            return bool(completes)
        stated = integer(self.request.headers, "Upload-Length")
        return offset + length == (upload.size if stated is None else stated)

    def _answer(self, upload: Upload) -> dict[str, Any]:
        """Answer what became of the file, as the creation of its upload would have been."""
        self.is_final = True
        self.describe(upload)
        self.set_status(201)
        return as_json(upload, self.service)

    def _answer_again(self, upload: Upload, offset: int) -> dict[str, Any]:
        """Answer a request that would add to an upload which is done.

        Raises
        ------
        OffsetMismatch, InconsistentSize, NotReceiving
            When it asks for anything but what is so already, or its version wants that refused.
        """
        if offset != upload.size:
            raise OffsetMismatch(f"All {upload.size} bytes of this upload are there.", offset=upload.size)
        if self.content_length() != 0:
            raise InconsistentSize(f"All {upload.size} bytes of this upload are there.", size=upload.size)
        # Of an empty file nobody has had to say that it ends.
        replays = self.version.replays or upload.size == 0
        if not replays or not self.completes():
            raise NotReceiving("This upload has been completed.", state=upload.state.value)
        return self._answer(upload)


def _open(upload: Upload) -> Upload:
    """Return an upload that can be gone on with, or is done.

    Raises
    ------
    NotReceiving
        When it has failed.
    """
    if upload.state is State.FAILED:
        message = upload.failure.message if upload.failure else "This upload has failed."
        raise NotReceiving(message, state=upload.state.value)
    return upload
