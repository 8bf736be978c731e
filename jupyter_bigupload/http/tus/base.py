"""What all requests of tus have in common: its version, its statuses, and pages of other sites."""

from __future__ import annotations

from asyncio import Future
from email.utils import formatdate
from typing import Any

from jupyter_server.auth.decorator import allow_unauthenticated

from ...errors import BigUploadError, DigestMismatch, NotFound, WrongVersion
from ...uploads import State, Upload
from ..base import Services
from ..cross_origin import CrossOriginHandler
from .headers import ACCEPTED, CHECKSUMS, EXPOSED, EXTENSIONS, VERSION

#: What is kept with an upload: its `Upload-Metadata` and `Upload-Concat`, as they came.
METADATA, CONCAT = "tus-metadata", "tus-concat"
PARTIAL = "partial"

_CONFLICT, _FORBIDDEN, _LOCKED, _INTERNAL = 409, 403, 423, 500
#: tus' own status for a body that has not the checksum that was sent with it.
_CHECKSUM_MISMATCH = 460
#: Seconds for which a browser need not ask again what a page of another site may do.
_PREFLIGHT_KEPT = 7200


class TusHandler(CrossOriginHandler):
    """A route of tus."""

    sent_by_pages = ACCEPTED
    read_by_pages = EXPOSED

    def initialize(self, services: Services) -> None:
        """Take the services; and the verb that is meant, where a client can't send it as such."""
        self._sent_as = self.request.method
        override = self.request.headers.get("X-HTTP-Method-Override")
        if override is not None:
            # One that nobody knows is refused like PUT: tornado would close the connection without a word.
            self.request.method = override.upper() if override.upper() in self.SUPPORTED_METHODS else "PUT"
        super().initialize(services)

    def finish(self, *args: Any, **kwargs: Any) -> Future[None]:
        """Send the answer, with a body or without as the client expects of the verb that it sent."""
        self.request.method = self._sent_as
        return super().finish(*args, **kwargs)

    def set_default_headers(self) -> None:
        """Say the version in every answer, errors too, and that none of them is to be kept."""
        super().set_default_headers()
        self.set_header("Tus-Resumable", VERSION)
        self.set_header("Cache-Control", "no-store")

    async def admit(self) -> None:
        """Settle who may pass, and then whether the client speaks this version.

        Raises
        ------
        WrongVersion
            When it does not say so.
        """
        await super().admit()
        spoken = self.request.method not in {"GET", "OPTIONS"}  # which any browser sends
        if spoken and self.request.headers.get("Tus-Resumable") != VERSION:
            raise WrongVersion(f"This server speaks tus {VERSION}: say so in a Tus-Resumable header.")

    @allow_unauthenticated
    def options(self, *args: Any, **kwargs: Any) -> None:
        """Say what this server can do, and what a page of another site may send."""
        super().options(*args, **kwargs)
        self.set_header("Access-Control-Allow-Methods", "POST, HEAD, PATCH, DELETE, OPTIONS")
        self.set_header("Access-Control-Max-Age", str(_PREFLIGHT_KEPT))
        self.set_header("Tus-Version", VERSION)
        self.set_header("Tus-Extension", ",".join(EXTENSIONS))
        self.set_header("Tus-Checksum-Algorithm", ",".join(CHECKSUMS))
        if self.service.limits.max_upload_size:
            self.set_header("Tus-Max-Size", str(self.service.limits.max_upload_size))
        self.set_status(204)

    def status_of(self, error: BigUploadError) -> int:
        """Return the status of an error, as clients of tus take it.

        They repeat a request that was answered with 409, 423 or 5xx, and no other; and after a HEAD with
        any status but 423 they begin from the start.
        """
        if isinstance(error, DigestMismatch):
            return _CHECKSUM_MISMATCH
        if error.status == _CONFLICT and not error.retryable:
            return _FORBIDDEN
        if self.request.method == "HEAD" and error.retryable and error.status >= _INTERNAL:
            return _LOCKED
        return error.status

    def send_error(self, status_code: int = 500, **kwargs: Any) -> None:
        """Answer with an error, by the name that its status has in tus."""
        if isinstance(kwargs.get("exc_info", (None, None))[1], DigestMismatch):
            kwargs["reason"] = "Checksum Mismatch"
        super().send_error(status_code, **kwargs)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Write the error, with the version that is asked for."""
        if isinstance(kwargs.get("exc_info", (None, None))[1], WrongVersion):
            self.set_header("Tus-Version", VERSION)
        super().write_error(status_code, **kwargs)

    def say_expiry(self, upload: Upload) -> None:
        """Say when an upload is given up that nobody goes on with, if it ever is."""
        expires = None if upload.state is State.DONE else self.service.expiry.expires(upload)
        if expires is not None:
            self.set_header("Upload-Expires", formatdate(expires, usegmt=True))

    async def find(self, upload_id: str) -> Upload:
        """Return an upload that came by tus.

        Raises
        ------
        NotFound
            When there is none, or no longer, or it can't ever be gone on with.
        BigUploadError
            As `UploadService.status`.
        """
        upload = await self.service.status(upload_id)
        if METADATA not in upload.metadata:
            raise NotFound("There is no such upload, or no longer.")
        if upload.state is State.FAILED:
            raise NotFound(upload.failure.message if upload.failure else "This upload has failed.")
        return upload

    async def complete_if_whole(self, upload: Upload) -> Upload:
        """Give the file its name if all of it is there, and it is no part of another; return the upload.

        A client takes the offset at the end for success: it is told of none before this has succeeded.

        Raises
        ------
        BigUploadError
            As `UploadService.complete`.
        """
        is_whole = upload.size is not None and upload.received.prefix == upload.size
        if not is_whole or upload.metadata.get(CONCAT) == PARTIAL:
            return upload
        return await self.service.complete(upload.id)
