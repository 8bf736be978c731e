"""An S3 that takes next to no processor time: it keeps what it gets in memory, and believes everybody.

A real store on the same processors as everybody else would be what limits, and hide what the way to it costs.
`python -m benchmarks.buckets.memory_store PORT CERTIFICATE KEY` is its process.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import secrets
import ssl
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from tests.support.object_stores.s3 import S3Process

_PIECE = 2**18
_STATUSES = {200: "OK", 204: "No Content", 404: "Not Found"}
_NO_KEY = "<Error><Code>NoSuchKey</Code></Error>"


class MemoryStore(S3Process):
    """That store, with what our tests' stores offer. Over https."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, ports=1, https=True)

    def _command(self) -> Sequence[str]:
        return [sys.executable, "-m", __name__, str(self.ports[0]), "cert.pem", "key.pem"]

    def _environment(self) -> Mapping[str, str]:
        return {**super()._environment(), "PYTHONPATH": str(Path(__file__).parents[2])}


@dataclass
class _Stored:
    parts: dict[int, bytes] = field(default_factory=dict)
    tag: str = ""
    whole: bytes | None = None


@dataclass(frozen=True)
class _Request:
    method: str
    key: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


class _Server:
    def __init__(self) -> None:
        self._objects: dict[str, _Stored] = {}
        self._uploads: dict[str, _Stored] = {}

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request after another."""
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                request = await _next(reader, writer)
                status, headers, body = self._answer(request)
                lines = [f"HTTP/1.1 {status} {_STATUSES[status]}", "x-amz-request-id: 1", *headers]
                if not any(line.startswith("Content-Length") for line in lines):
                    lines.append(f"Content-Length: {len(body)}")
                writer.write("\r\n".join([*lines, "", ""]).encode())
                writer.write(b"" if request.method == "HEAD" else body)
        writer.close()

    def _answer(self, request: _Request) -> tuple[int, list[str], bytes]:
        query = request.query
        if "uploadId" in query or "uploads" in query:
            return self._of_upload(request)
        stored = self._objects.get(request.key)
        if "/" not in request.key:  # a bucket
            if request.method == "DELETE":
                self._objects.clear()
                return 204, [], b""
            return 200, [], b"<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>"
        if request.method == "DELETE":
            self._objects.pop(request.key, None)
            return 204, [], b""
        if stored is None or stored.whole is None:
            return 404, [], _NO_KEY.encode()
        head = [f"Content-Length: {len(stored.whole)}", 'ETag: "1"', f"x-amz-meta-bigupload: {stored.tag}"]
        return 200, head, stored.whole

    def _of_upload(self, request: _Request) -> tuple[int, list[str], bytes]:
        upload_id = request.query.get("uploadId", "")
        if request.method == "POST" and not upload_id:
            upload_id = secrets.token_hex(8)
            self._uploads[upload_id] = _Stored(tag=request.headers.get("x-amz-meta-bigupload", ""))
            return 200, [], _xml("InitiateMultipartUploadResult", f"<UploadId>{upload_id}</UploadId>")
        if not upload_id:
            return 200, [], _xml("ListMultipartUploadsResult", "<IsTruncated>false</IsTruncated>")
        upload = self._uploads[upload_id]
        if request.method == "PUT":
            upload.parts[int(request.query["partNumber"])] = request.body
            return 200, ['ETag: "1"'], b""
        if request.method == "GET":
            parts = "".join(
                f"<Part><PartNumber>{number}</PartNumber><Size>{len(part)}</Size><ETag>1</ETag>"
                "<LastModified>2026-01-01T00:00:00.000Z</LastModified></Part>"
                for number, part in sorted(upload.parts.items())
            )
            return 200, [], _xml("ListPartsResult", f"<IsTruncated>false</IsTruncated>{parts}")
        if request.method == "POST":
            upload.whole = b"".join(part for _, part in sorted(upload.parts.items()))
            self._objects[request.key] = upload
        del self._uploads[upload_id]
        return 200, [], _xml("CompleteMultipartUploadResult", "<ETag>1</ETag>")


async def _next(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> _Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, target, _ = head[0].split(" ")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in head[1:] if line)}
    if "expect" in headers:
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    left, pieces = int(headers.get("content-length", 0)), []
    while left:
        piece = await reader.read(min(left, _PIECE))
        if not piece:
            raise asyncio.IncompleteReadError(b"", left)
        pieces.append(piece)
        left -= len(piece)
    url = urlsplit(target)
    query = {name: values[0] for name, values in parse_qs(url.query, keep_blank_values=True).items()}
    return _Request(method, unquote(url.path).strip("/"), query, headers, b"".join(pieces))


def _xml(name: str, content: str) -> bytes:
    assert re.fullmatch(r"\w+", name)
    return f'<{name} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{content}</{name}>'.encode()


async def _main(port: int, certificate: str, key: str) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    server = await asyncio.start_server(_Server().serve, "127.0.0.1", port, ssl=context, limit=2 * _PIECE)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1]), sys.argv[2], sys.argv[3]))
