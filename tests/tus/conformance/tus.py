"""A server of tus 1.0, as its protocol has it: requests as they are, and answers as they come."""

from __future__ import annotations

import base64
import contextlib
import secrets
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import httpx
import pytest

VERSION = "1.0.0"
CHUNK = "application/offset+octet-stream"

#: Seconds in which a server has noticed that a connection broke, and let go of the upload.
_NOTICED = 15.0


@dataclass(frozen=True)
class Upload:
    """An upload that was created.

    Parameters
    ----------
    url : str
        Where it is.
    name : str
        The `filename` that was sent with it.
    created : httpx.Response
        What answered its creation.
    """

    url: str
    name: str
    created: httpx.Response


class Tus:
    """A server of tus.

    Parameters
    ----------
    url : str
        Where uploads are created.
    headers : Mapping[str, str]
        What it asks of every request besides, such as a token.
    read : callable
        Returns the bytes of a finished upload; None when they can't be read.
    """

    def __init__(self, url: str, headers: Mapping[str, str], read: Callable[[Upload], bytes | None]) -> None:
        self.url = url
        self._headers = dict(headers)
        self._read = read
        self._client = httpx.Client(trust_env=False, timeout=60)
        self.extensions = self._announced("Tus-Extension")
        self.checksums = self._announced("Tus-Checksum-Algorithm")

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None = None,
        body: bytes | Iterator[bytes] | None = None,
        *,
        version: str | None = VERSION,
    ) -> httpx.Response:
        """Send a request."""
        said = {} if version is None else {"Tus-Resumable": version}
        return self._client.request(
            method, url, headers={**self._headers, **said, **(headers or {})}, content=body
        )

    def needs(self, extension: str) -> None:
        """Skip the test when the server does not say that it has this extension."""
        if extension not in self.extensions:
            pytest.skip(f"the server does not announce {extension}")

    def create(
        self,
        length: int | None,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        *,
        metadata: str = "",
    ) -> Upload:
        """Create an upload (`length` None: of a length that is said later)."""
        name = f"{secrets.token_hex(8)}.bin"
        size = {"Upload-Defer-Length": "1"} if length is None else {"Upload-Length": str(length)}
        if "final" in (headers or {}).get("Upload-Concat", ""):
            size = {}
        pairs = ",".join(filter(None, [f"filename {encoded(name)}", metadata]))
        answer = self.request("POST", self.url, {**size, "Upload-Metadata": pairs, **(headers or {})}, body)
        assert answer.status_code == 201, answer.text
        return Upload(urljoin(self.url, answer.headers["Location"]), name, answer)

    def head(self, upload: Upload) -> httpx.Response:
        """Ask how far an upload is."""
        return self.request("HEAD", upload.url)

    def offset(self, upload: Upload) -> int:
        """Return how far an upload is."""
        answer = self.head(upload)
        assert answer.is_success, answer.status_code
        return int(answer.headers["Upload-Offset"])

    def patch(
        self,
        upload: Upload,
        offset: int,
        body: bytes | Iterator[bytes],
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Send bytes of an upload."""
        return self.request(
            "PATCH",
            upload.url,
            {"Content-Type": CHUNK, "Upload-Offset": str(offset), **(headers or {})},
            body,
        )

    def break_off(self, upload: Upload, offset: int, length: int, sent: bytes) -> None:
        """Begin a PATCH of `length` bytes, and close the connection after those in `sent`.

        Only our half of it, until the server has closed its own: then it has read all that came.
        """
        at = urlsplit(upload.url)
        assert at.hostname is not None
        headers = {
            "Host": at.netloc,
            "Content-Type": CHUNK,
            "Content-Length": str(length),
            "Tus-Resumable": VERSION,
            "Upload-Offset": str(offset),
            **self._headers,
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        with socket.create_connection((at.hostname, at.port or 80), timeout=60) as connection:
            connection.sendall(f"PATCH {at.path} HTTP/1.1\r\n{lines}\r\n".encode() + sent)
            connection.shutdown(socket.SHUT_WR)
            with contextlib.suppress(ConnectionResetError):
                while connection.recv(4096):
                    pass

    def offset_after_break(self, upload: Upload, least: int) -> int:
        """Return how far an upload is, once a server may be expected to know that a connection broke."""
        deadline = time.monotonic() + _NOTICED
        while True:
            answer = self.head(upload)
            offset = int(answer.headers["Upload-Offset"]) if answer.is_success else 0
            if offset >= least or time.monotonic() > deadline:
                assert answer.is_success, answer.status_code
                return offset
            time.sleep(0.1)

    def read(self, upload: Upload) -> bytes | None:
        """Return the bytes of a finished upload; None when they can't be read."""
        return self._read(upload)

    def require(self, upload: Upload, content: bytes) -> None:
        """Return if an upload is complete and has these bytes, as far as they can be read."""
        assert self.offset(upload) == len(content)
        found = self.read(upload)
        assert found in {None, content}

    def _announced(self, header: str) -> list[str]:
        answer = self.request("OPTIONS", self.url, version=None)
        return [one.strip() for one in answer.headers.get(header, "").split(",") if one.strip()]


def encoded(value: str | bytes) -> str:
    """Return a value of `Upload-Metadata`, or a digest, as it is written."""
    return base64.b64encode(value.encode() if isinstance(value, str) else value).decode()


def is_refused(answer: httpx.Response) -> bool:
    """Return whether the server says that the request is wrong."""
    return 400 <= answer.status_code < 500
