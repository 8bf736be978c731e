"""Bodies of files, in chunks or whole: `api/upload_handlers/<folder>`.

One route for both protocols: with `?upload=<id>` a chunk is a part of that upload, in any order; without,
it belongs to the plain protocol of `plain.py`.
"""

from __future__ import annotations

import asyncio
import functools
import mimetypes
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from jupyter_server._tz import utcnow
from jupyter_server.auth.decorator import authorized
from jupyter_server.utils import url_path_join
from tornado import web
from tornado.escape import url_escape

from ..digests import Digest
from ..errors import BigUploadError, InvalidName, Malformed, UnsupportedEncoding
from ..stores.base import OnConflict
from ..uploads import State, Upload
from .base import RESOURCE, Parts, ServiceHandler
from .body import ClientGone, StreamingBody, let_more_arrive, prepare_connection
from .content_digest import parse_content_digest
from .form import form_files
from .headers import ContentRange, parse_content_range, parse_file_name
from .plain import PlainUploads
from .uploads import as_receipt, parse_on_conflict

#: Bytes of a body that are still taken after it has failed. Many clients read the answer only once they have
#: sent everything; but to let 40 GB come for nothing is worse than a connection that ends early.
_DRAIN = 2**26


@dataclass(frozen=True)
class _Received:
    """A file of a plain request: what is there of it now."""

    upload: Upload
    content_type: str


@web.stream_request_body
class ContentRangeHandler(ServiceHandler):
    """Receives bytes while they come, and tells what is there of a name."""

    def initialize(self, parts: Parts) -> None:
        """Take the parts, and make what the request's bytes go through."""
        super().initialize(parts)
        self._plain = PlainUploads(self.service)
        self._body = StreamingBody()
        self._receiving: asyncio.Task[dict[str, Any]] | None = None
        self._early = False
        length = self.request.headers.get("Content-Length", "")
        # What is no number, tornado refuses as soon as it comes to the body.
        self._length = int(length) if length.isdecimal() else None
        #: Bytes of the body that have not come yet; not above 0 when the client doesn't say.
        self._to_come = self._length or 0

    async def prepare(self) -> None:  # type: ignore[override]  # as in the base class
        """Start receiving once the request may pass, and return when it is known whether it will be taken."""
        streams = self.request.method in {"POST", "PUT", "PATCH"}
        receive = self._receive
        try:
            await super().prepare()
        except (web.HTTPError, BigUploadError) as error:
            if not streams or not 0 < self._to_come <= _DRAIN:
                self._early = True
                raise
            receive = functools.partial(_refuse, error)
        if not streams:
            return
        prepare_connection(self.request)
        self._receiving = asyncio.ensure_future(receive())
        self._receiving.add_done_callback(self._received)
        wanted = asyncio.ensure_future(self._body.wanted.wait())
        await asyncio.wait([self._receiving, wanted], return_when=asyncio.FIRST_COMPLETED)
        wanted.cancel()

    async def data_received(self, chunk: bytes) -> None:
        """Pass on what came; the socket is not read before there is room."""
        if self._receiving is not None and not self._receiving.done():
            self.settings["bigupload_last_activity"] = utcnow()
        self._to_come -= len(chunk)
        await self._body.feed(chunk)
        if self._to_come:
            await let_more_arrive(chunk)

    def on_connection_close(self) -> None:
        """Tell whoever is reading that the rest will never come."""
        self._body.fail(ClientGone("the client closed the connection"))
        super().on_connection_close()

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Write the error. One that does not wait for the body ends the connection, and says so."""
        if self._early:
            self.set_header("Connection", "close")
        super().write_error(status_code, **kwargs)

    @web.authenticated
    @authorized(action="write", resource=RESOURCE)
    async def post(self, folder: str | None) -> None:
        """Answer once every byte is where it belongs."""
        self._body.finish()
        assert self._receiving is not None  # noqa: S101  # started by prepare() for this verb
        self.finish(await self._receiving)

    put = post
    patch = post

    @web.authenticated
    @authorized(action="read", resource=RESOURCE)
    async def get(self, folder: str | None) -> None:
        """Tell how much of a name is there, so that a client can go on from it."""
        path = await self._path(folder, self.get_query_argument("file", ""))
        size = await self._plain.size(path)
        self.finish({"file": None if size is None else self._describe(path, size, "")})

    @web.authenticated
    @authorized(action="write", resource=RESOURCE)
    async def delete(self, folder: str | None) -> None:
        """Cancel: remove what is unfinished of a name. A finished file stays."""
        name = self.get_query_argument("file", "")
        self.finish({name: await self._plain.cancel(await self._path(folder, name))})

    async def _receive(self) -> dict[str, Any]:
        headers = self.request.headers
        if headers.get("Content-Encoding", "identity") != "identity":
            raise UnsupportedEncoding("Send the file's own bytes, without a Content-Encoding.")
        given = headers.get("Content-Range")
        chunk = None if given is None else parse_content_range(given)
        said = headers.get("Content-Digest")
        digest = None if said is None else parse_content_digest(said)
        upload_id = self.get_query_argument("upload", None)
        if upload_id is not None:
            return await self._receive_part(upload_id, chunk, digest)
        received = [item async for item in self._receive_files(chunk, digest)]
        if not received:
            raise Malformed("The request brings no file.")
        last = received[-1].upload
        if last.state is not State.DONE:
            self.set_header("Range", f"0-{last.received.prefix - 1}")
        return {
            "files": [
                self._describe(item.upload.path, item.upload.received.prefix, item.content_type)
                for item in received
            ]
        }

    async def _receive_part(
        self, upload_id: str, chunk: ContentRange | None, digest: Digest | None
    ) -> dict[str, Any]:
        if chunk is None:
            raise Malformed("A chunk of an upload needs a Content-Range.")
        upload = await self.service.write(
            upload_id,
            start=chunk.start,
            end=chunk.end,
            total=chunk.total,
            body=aiter(self._body),
            digest=digest,
        )
        return as_receipt(upload, chunk.start, chunk.end)

    async def _receive_files(
        self, chunk: ContentRange | None, digest: Digest | None
    ) -> AsyncIterator[_Received]:
        named = parse_file_name(self.request.headers.get("Content-Disposition", ""))
        content_type = self.request.headers.get("Content-Type", "")
        if not content_type.startswith("multipart/form-data"):
            yield await self._receive_file(
                named,
                aiter(self._body),
                size=self._length,
                chunk=chunk,
                content_type=content_type,
                digest=digest,
            )
            return
        first = True
        async for file in form_files(aiter(self._body), content_type):
            if not first and (chunk is not None or named is not None):
                raise Malformed("A request with a chunk or a Content-Disposition brings one file.")
            first = False
            name = file.name if named is None else named
            # What the header says of the form it does not say of the file in it.
            yield await self._receive_file(name, aiter(file), chunk=chunk, content_type=file.content_type)

    async def _receive_file(
        self,
        name: str | None,
        body: AsyncIterator[bytes],
        *,
        chunk: ContentRange | None,
        content_type: str,
        size: int | None = None,
        digest: Digest | None = None,
    ) -> _Received:
        path = await self._path(self.path_kwargs["folder"], name or "")
        policy = parse_on_conflict(self.get_query_argument("on_conflict", OnConflict.FAIL.value))
        if chunk is None:
            upload = await self._plain.receive_whole(path, size, body, policy, digest=digest)
        else:
            upload = await self._plain.receive_chunk(path, chunk, body, policy, digest=digest)
        return _Received(upload, content_type)

    def _received(self, receiving: asyncio.Task[dict[str, Any]]) -> None:
        """Drop what still comes, and don't wait for the end of it when it is long."""
        self._body.discard()
        error = None if receiving.cancelled() else receiving.exception()
        if isinstance(error, ClientGone):
            self.log.info("%s: %s", self.request.path, error)
        elif error is not None and self._to_come > _DRAIN:
            self._early = True
            self.log_exception(type(error), error, error.__traceback__)
            self.send_error(exc_info=(type(error), error, error.__traceback__))

    async def _path(self, folder: str | None, name: str) -> str:
        """Return the path of `name` in `folder`; a name never brings folders of its own."""
        if not name or "/" in name:
            raise InvalidName("Say the file's name, without a folder.")
        path = "/".join(step for step in [(folder or "").strip("/"), name] if step)
        await self.contents.refuse_hidden(path)
        return path

    def _describe(self, path: str, size: int, content_type: str) -> dict[str, Any]:
        name = path.rpartition("/")[2]
        base, quoted = self.base_url, url_escape(path, plus=False).replace("%2F", "/")
        route = url_path_join(base, "api/upload_handlers", quoted.rpartition("/")[0])
        return {
            "name": name,
            "size": size,
            "type": content_type or mimetypes.guess_type(name)[0] or "application/octet-stream",
            "url": url_path_join(base, "files", quoted),
            "deleteUrl": f"{route}?file={url_escape(name, plus=False)}",
            "deleteType": "DELETE",
        }


async def _refuse(error: Exception) -> dict[str, Any]:
    raise error
