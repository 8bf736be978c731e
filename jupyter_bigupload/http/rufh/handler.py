"""What the routes of the draft share: its headers, its errors, and its 104 responses."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from typing import Any

from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.utils import url_path_join
from tornado.iostream import IOStream, StreamClosedError

from ...errors import BigUploadError, Locked, NotFound, OffsetMismatch, TooLarge, WrongMediaType
from ...uploads import State, Upload
from ..base import Services
from ..cross_origin import CrossOriginHandler
from .fields import as_boolean, as_limits, boolean, integer
from .problems import Problem, problem_of
from .versions import NEWEST, VERSIONS, Version

#: The media type of content that goes behind what an upload has.
PARTIAL_UPLOAD = "application/partial-upload"
_INTEROP = "Upload-Draft-Interop-Version"
_OWN = ("Upload-Complete", "Upload-Incomplete", "Upload-Length", "Upload-Offset")


class DraftHandler(CrossOriginHandler):
    """A route of the draft."""

    sent_by_pages = (
        *_OWN,
        _INTEROP,
        "Content-Digest",
        "Content-Disposition",
        "Repr-Digest",
        "Upload-Metadata",
        "Want-Repr-Digest",
        "X-Request-ID",
    )
    read_by_pages = (*_OWN, "Accept-Patch", "Location", "Repr-Digest", "Upload-Defer-Length", "Upload-Limit")

    def initialize(self, services: Services) -> None:
        """Take the services, and find out which version the client speaks."""
        super().initialize(services)
        number = integer(self.request.headers, _INTEROP)
        known = None if number is None else VERSIONS.get(number)
        self.version: Version = known or NEWEST
        #: Whether the client knows what a 104 response of ours means.
        self.may_announce = known is not None and self.request.version == "HTTP/1.1"
        #: The upload that the request is about, as far as it is known.
        self.upload: Upload | None = None
        # How many bytes the client has been told of.
        self._told = 0
        #: Whether the answer is what became of the whole file, rather than of the upload.
        self.is_final = False

    def set_default_headers(self) -> None:
        """Say that no answer is to be kept."""
        super().set_default_headers()
        self.set_header("Cache-Control", "no-store")

    @allow_unauthenticated
    def options(self, *args: str, **kwargs: str) -> None:
        """Say that uploads can be resumed here, and what is allowed."""
        super().options(*args, **kwargs)
        self.set_header("Accept-Patch", PARTIAL_UPLOAD)
        self.set_header("Upload-Limit", self._limits(None))
        self.set_status(204)

    def completes(self) -> bool | None:
        """Return whether the request's content ends the file; None where the client does not say so."""
        stated = boolean(self.request.headers, self.version.complete)
        return None if stated is None else stated is self.version.complete_is

    def content_length(self) -> int | None:
        """Return the bytes of the request's content; None where only its end tells."""
        if self.body_length is None and "Transfer-Encoding" not in self.request.headers:
            return 0
        return self.body_length

    def location(self, upload: Upload) -> str:
        """Return the URL of an upload's own resource."""
        return url_path_join(self.base_url, "api/bigupload/resumable", upload.id)

    def announce(self) -> None:
        """Tell the client where its upload can be resumed, before any of the content is read."""
        if self.upload is None:
            return
        limits = {"Upload-Limit": self._limits(self.upload)} if self.version.limits else {}
        self._send_interim({"Location": self.location(self.upload), **limits})

    def tell_progress(self, upload: Upload) -> None:
        """Tell the client how many of its bytes are safe."""
        self.upload = upload
        offset = upload.received.prefix
        # Blocks are written side by side: not each that is there is one behind the bytes before.
        if self.version.progress and self.completes() is not None and offset > self._told:
            self._told = offset
            self._send_interim({"Upload-Offset": str(offset)})

    def describe(self, upload: Upload) -> None:
        """Say in the answer's headers how an upload is."""
        self.upload = upload
        offset = upload.received.prefix
        if upload.state is State.DONE and upload.size is not None:
            offset = upload.size
        self.set_header("Upload-Offset", str(offset))
        if upload.size is not None:
            self.set_header("Upload-Length", str(upload.size))
        self._say_complete(upload.state is State.DONE)
        if self.version.limits:
            self.set_header("Upload-Limit", self._limits(upload))

    def status_of(self, error: BigUploadError) -> int:
        """Return the status of an error, as clients of the draft take it."""
        return problem_of(error).status

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Write the error as a problem of the draft, where it has one."""
        error = kwargs.get("exc_info", (None, None))[1]
        self.restore_cors_headers()
        self._say_complete(self.is_final and not getattr(error, "retryable", True))
        if not isinstance(error, BigUploadError):
            super().write_error(status_code, **kwargs)
            return
        self._say_more(error)
        problem = problem_of(error)
        if problem.kind is None or not self.version.problems:
            super().write_error(status_code, **kwargs)
            return
        fields = {**error.as_json(), **self._problem_fields(error, problem)}
        self.finish(json.dumps(fields), set_content_type="application/problem+json")

    def _say_complete(self, complete: bool) -> None:  # noqa: FBT001  # it is what is said
        stated = as_boolean(complete is self.version.complete_is)
        self.set_header(self.version.complete, stated)

    def _say_more(self, error: BigUploadError) -> None:
        """Say in headers what a client needs to know to go on after an error."""
        if isinstance(error, OffsetMismatch):
            self.set_header("Upload-Offset", str(error.details["offset"]))
        elif self._tells_offset(error) and self.upload is not None:
            self.set_header("Upload-Offset", str(self.upload.received.prefix))
        if isinstance(error, TooLarge):
            self.set_header("Upload-Limit", self._limits(self.upload))
        if isinstance(error, WrongMediaType):
            self.set_header("Accept-Patch", PARTIAL_UPLOAD)

    def _tells_offset(self, error: BigUploadError) -> bool:
        """Return whether an error says how far the upload is, which nobody else goes on with meanwhile."""
        is_append = self.request.method in self.verbs and self.completes() is not None
        return self.version.tells_offset and is_append and not isinstance(error, (Locked, NotFound))

    def _problem_fields(self, error: BigUploadError, problem: Problem) -> dict[str, object]:
        fields: dict[str, object] = {"type": problem.kind, "title": problem.title, "status": problem.status}
        if isinstance(error, OffsetMismatch):
            fields["expected-offset"] = error.details["offset"]
            fields["provided-offset"] = integer(self.request.headers, "Upload-Offset")
        return fields

    def _limits(self, upload: Upload | None) -> str:
        """Return what is allowed of an upload, or of one that begins now."""
        given = self.service.limits
        age = self.service.expiry.remaining(upload)
        limits = {
            **({"max-size": given.max_upload_size} if given.max_upload_size else {}),
            # Whoever allows no large chunks has a reason for it, such as a proxy's own limit.
            **({"max-append-size": given.chunk_size} if given.chunk_size < type(given).chunk_size else {}),
            **({} if age is None else {self.version.age: age}),
        }
        return as_limits(limits or {"min-size": 0})

    def _send_interim(self, headers: Mapping[str, str]) -> None:
        """Send a 104 response, if the client knows what it means, as long as the answer has not begun.

        Raises nothing: whether the client hears of it changes nothing.
        """
        stream = getattr(self.request.connection, "stream", None)
        if not self.may_announce or self._headers_written or not isinstance(stream, IOStream):
            return
        lines = [
            "HTTP/1.1 104 Upload Resumption Supported",
            f"{_INTEROP}: {self.version.number}",
            *(f"{name}: {value}" for name, value in headers.items()),
        ]
        with contextlib.suppress(StreamClosedError):
            stream.write("\r\n".join([*lines, "", ""]).encode("latin-1"))
