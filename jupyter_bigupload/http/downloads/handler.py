"""Downloads that can go on: `api/bigupload/download`."""

from __future__ import annotations

import contextlib
from functools import partial
from http import HTTPStatus
from typing import Any, ClassVar

from jupyter_server.auth.decorator import authorized
from tornado import web
from tornado.iostream import StreamClosedError

from ...destinations import HOME
from ...downloads import Download, Place, Selection
from ...errors import BigUploadError, Malformed, RangeNotSatisfiable
from ...threads import in_thread
from ..base import RESOURCE, ServiceHandler
from ..parsing.fields import as_iso, field, names
from ..parsing.query import query_arguments
from .disposition import attachment
from .preconditions import has_already, http_date, range_applies, require_match
from .range import ByteRange, requested_range

#: Most bytes of a selection, and most paths of one.
_MOST_BYTES = 2**24
_MOST_PATHS = 100_000


class DownloadHandler(ServiceHandler):
    """What is in a destination, as a file to save."""

    looks: ClassVar[frozenset[str]] = frozenset({"POST"})
    json_limit = _MOST_BYTES

    @web.authenticated
    @authorized(action="read", resource=RESOURCE)
    async def get(self) -> None:
        """Answer the bytes, or those of the `Range` that is asked for."""
        download = await self._wanted()
        if self._has_already(download):
            return
        whole = ByteRange(0, download.size)
        wanted = whole
        if "Range" in self.request.headers and range_applies(self.request.headers, download.etag):
            found = requested_range(self.request.headers["Range"], download.size)
            if found is not None:
                wanted = found
                self.set_status(HTTPStatus.PARTIAL_CONTENT)
                content_range = f"bytes {wanted.start}-{wanted.end - 1}/{download.size}"
                self.set_header("Content-Range", content_range)
        self._describe(download, wanted.end - wanted.start)
        await self._send(download, wanted)

    @web.authenticated
    @authorized(action="read", resource=RESOURCE)
    async def head(self) -> None:
        """Answer what `GET` would without a `Range`, but for the bytes."""
        download = await self._wanted()
        if not self._has_already(download):
            self._describe(download, download.size)
            self.finish(set_content_type=download.media_type)

    @web.authenticated
    @authorized(action="read", resource=RESOURCE)
    async def post(self) -> None:
        """Keep a selection that is too long for a URL, and answer the address of its download."""
        fields = await in_thread(self.read_json)()
        selection = Selection(field(fields, "destination", str, HOME), names(fields, "paths"))
        await self._place(selection)
        selection_id, expires = await self.downloads.selections.keep(selection)
        url = f"{self.base_url}api/bigupload/download?selection={selection_id}"
        self.set_status(HTTPStatus.CREATED)
        self.set_header("Location", url)
        self.finish({"url": url, "expires": as_iso(expires)})

    def compute_etag(self) -> str | None:
        """Return no ETag of tornado's making: it would be that of an answer's bytes."""
        return None

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Say how many bytes there are, to whom asked for others."""
        error = kwargs.get("exc_info", (None, None))[1]
        if isinstance(error, RangeNotSatisfiable):
            self.set_header("Content-Range", f"bytes */{error.details['size']}")
        super().write_error(status_code, **kwargs)

    async def _wanted(self) -> Download:
        selection = await self._selection()
        return await self.downloads.of(await self._place(selection), selection.paths)

    async def _selection(self) -> Selection:
        selection_id = self.argument("selection", None)
        paths = query_arguments(self.request.query, "path")
        if selection_id is None:
            return Selection(self.argument("destination", HOME), paths)
        if paths:
            raise Malformed("Say either `path` or `selection`.")
        return await self.downloads.selections.find(selection_id)

    async def _place(self, selection: Selection) -> Place:
        """Return where the selection is, all of which may be seen."""
        if not all(selection.paths) or not 0 < len(selection.paths) <= _MOST_PATHS:
            raise Malformed(f"Say the `path` of a file or a folder, of at most {_MOST_PATHS} of them.")
        paths = [path.rstrip("/") for path in selection.paths]
        for error in await self.refusals(selection.destination, paths):
            if error is not None:
                raise error
        destination = await self.destination(selection.destination)
        seen = partial(self.refusals, selection.destination)
        return Place(destination.name, destination.store, seen, self.contents.allow_hidden)

    def _has_already(self, download: Download) -> bool:
        """Settle the conditions of the request; return whether it is answered by that."""
        headers = self.request.headers
        require_match(headers, download.etag, download.modified)
        if not has_already(headers, download.etag, download.modified):
            return False
        self._identify(download)
        self.set_status(HTTPStatus.NOT_MODIFIED)
        self.finish()
        return True

    def _identify(self, download: Download) -> None:
        self.set_header("ETag", download.etag)
        self.set_header("Last-Modified", http_date(download.modified))
        # What a proxy compresses has no length, and can't go on.
        self.set_header("Cache-Control", "private, no-cache, no-transform")

    def _describe(self, download: Download, length: int) -> None:
        self._identify(download)
        self.set_header("Accept-Ranges", "bytes")
        self.set_header("Content-Length", length)
        self.set_header("Content-Type", download.media_type)
        self.set_header("Content-Disposition", attachment(download.name))
        self.set_header("X-Content-Type-Options", "nosniff")

    async def _send(self, download: Download, wanted: ByteRange) -> None:
        """Send the bytes, no faster than the client takes them.

        Once some were sent, an error can't be told any more: the connection ends before they are all.
        """
        try:
            async with contextlib.aclosing(download.read(wanted.start, wanted.end)) as pieces:
                async for piece in pieces:
                    self.note_activity()
                    self.write(piece)
                    await self.flush()
            await self.finish(set_content_type=download.media_type)
        except StreamClosedError:
            self.log.info("%s: the client closed the connection", self.request.path)
        except BigUploadError as error:
            if not self._headers_written:
                raise
            self.log.warning("%s: broken off: %s", self.request.path, error)
            self._break_off()

    def _break_off(self) -> None:
        connection = self.request.connection
        if connection is not None:
            connection.close()  # type: ignore[attr-defined]  # HTTP1Connection's, the only kind that serves
