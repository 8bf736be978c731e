"""Bodies of files, in chunks or whole: `api/upload_handlers/<folder>`.

One route for both protocols: with `?upload=<id>` a chunk is a part of that upload, in any order; without,
it belongs to the plain protocol of `plain.py`.
"""

from __future__ import annotations

import mimetypes
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from jupyter_server.auth.decorator import authorized
from jupyter_server.utils import url_path_join
from tornado import web
from tornado.escape import url_escape

from ...destinations import HOME
from ...digests import Digest
from ...errors import InvalidName, Malformed, UnsupportedEncoding
from ...stores.base import OnConflict
from ...uploads import State, Upload
from ..base import RESOURCE, Services
from ..bodies.incoming import WITH_BODY
from ..bodies.streaming import StreamingHandler
from ..parsing.content_digest import parse_content_digest
from ..parsing.headers import ContentRange, parse_content_range, parse_file_name
from ..uploads import as_receipt, parse_on_conflict
from .form import form_files
from .plain import PlainUploads


@dataclass(frozen=True)
class _PlainFile:
    """A file of a plain request: what is there of it now."""

    upload: Upload
    content_type: str


class ContentRangeHandler(StreamingHandler):
    """Receives bytes while they come, and tells what is there of a name."""

    verbs = WITH_BODY
    put = StreamingHandler.post
    patch = StreamingHandler.post

    def initialize(self, services: Services) -> None:
        """Take the services, and make what the request's bytes go through."""
        super().initialize(services)
        self._plain = PlainUploads(self.service)

    @web.authenticated
    @authorized(action="read", resource=RESOURCE)
    async def get(self, folder: str | None) -> None:
        """Tell how much of a name is there, so that a client can go on from it."""
        path = await self._path(folder, self.argument("file", ""))
        size = await self._plain.size(path)
        self.finish({"file": None if size is None else self._describe(path, size, "")})

    @web.authenticated
    @authorized(action="write", resource=RESOURCE)
    async def delete(self, folder: str | None) -> None:
        """Cancel: remove what is unfinished of a name. A finished file stays."""
        name = self.argument("file", "")
        self.finish({name: await self._plain.cancel(await self._path(folder, name))})

    async def take_body(self) -> dict[str, Any]:
        """Put the body where it belongs, and return the answer."""
        headers = self.request.headers
        if headers.get("Content-Encoding", "identity").lower() != "identity":
            raise UnsupportedEncoding("Send the file's own bytes, without a Content-Encoding.")
        given = headers.get("Content-Range")
        chunk = None if given is None else parse_content_range(given)
        given_digest = headers.get("Content-Digest")
        digest = None if given_digest is None else parse_content_digest(given_digest)
        upload_id = self.argument("upload", None)
        if upload_id is not None:
            return await self._take_chunk(upload_id, chunk, digest)
        files = [file async for file in self._take_files(chunk, digest)]
        if not files:
            raise Malformed("The request brings no file.")
        last = files[-1].upload
        if last.state is not State.DONE:
            self.set_header("Range", f"0-{last.received.prefix - 1}")
        return {
            "files": [
                self._describe(file.upload.path, file.upload.received.prefix, file.content_type)
                for file in files
            ]
        }

    async def _take_chunk(
        self, upload_id: str, chunk: ContentRange | None, digest: Digest | None
    ) -> dict[str, Any]:
        if chunk is None:
            raise Malformed("A chunk of an upload needs a Content-Range.")
        upload = await self.service.write(
            upload_id,
            start=chunk.start,
            end=chunk.end,
            total=chunk.total,
            body=aiter(self.body),
            digest=digest,
        )
        return as_receipt(upload, chunk.start, chunk.end)

    async def _take_files(
        self, chunk: ContentRange | None, digest: Digest | None
    ) -> AsyncIterator[_PlainFile]:
        named = parse_file_name(self.request.headers.get("Content-Disposition", ""))
        content_type = self.request.headers.get("Content-Type", "")
        if content_type.partition(";")[0].strip().lower() != "multipart/form-data":
            yield await self._take_file(
                named,
                aiter(self.body),
                size=self.body_length,
                chunk=chunk,
                content_type=content_type,
                digest=digest,
            )
            return
        first = True
        async for file in form_files(aiter(self.body), content_type):
            if not first and (chunk is not None or named is not None):
                raise Malformed("A request with a chunk or a Content-Disposition brings one file.")
            first = False
            name = file.name if named is None else named
            # What the header says of the form it does not say of the file in it.
            yield await self._take_file(name, aiter(file), chunk=chunk, content_type=file.content_type)

    async def _take_file(
        self,
        name: str | None,
        body: AsyncIterator[bytes],
        *,
        chunk: ContentRange | None,
        content_type: str,
        size: int | None = None,
        digest: Digest | None = None,
    ) -> _PlainFile:
        path = await self._path(self.path_kwargs["folder"], name or "")
        policy = parse_on_conflict(self.argument("on_conflict", OnConflict.FAIL.value))
        if chunk is None:
            upload = await self._plain.receive_whole(path, size, body, policy, digest=digest)
        else:
            upload = await self._plain.receive_chunk(path, chunk, body, policy, digest=digest)
        return _PlainFile(upload, content_type)

    async def _path(self, folder: str | None, name: str) -> str:
        """Return the path of `name` in `folder`; a name never brings folders of its own."""
        if not name or "/" in name:
            raise InvalidName("Say the file's name, without a folder.")
        path = "/".join(each for each in [(folder or "").strip("/"), name] if each)
        await self.place(HOME, path)
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
