"""A client of the draft, in any of its interop versions."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from tests.support.server import RunningServer

from .exchange import Answers, Connection

RESUMABLE = "api/bigupload/resumable"
PARTIAL = "application/partial-upload"
VERSIONS = (3, 4, 5, 6, 7, 8, 9)
_NOTHING: Mapping[str, str] = MappingProxyType({})


class Draft:
    """Makes requests as one version has them; None for a client that names none.

    What is asked for in `more` headers is sent in the place of what is usual; an empty value sends nothing.
    """

    def __init__(self, server: RunningServer, version: int | None = VERSIONS[-1]) -> None:
        self.server = server
        self.version = version

    def connect(self, *, http: str = "HTTP/1.1", login: bool = True) -> Connection:
        return Connection(self.server, http=http, login=login)

    def target(self, query: str = "") -> str:
        return f"{self.server.base_url}{RESUMABLE}{query}"

    def headers(
        self,
        *,
        complete: bool | None = None,
        offset: int | None = None,
        length: int | None = None,
        content_type: str = "",
        more: Mapping[str, str] = _NOTHING,
    ) -> dict[str, str]:
        headers = {
            "Upload-Draft-Interop-Version": "" if self.version is None else str(self.version),
            **({} if complete is None else self.completeness(complete=complete)),
            "Upload-Offset": "" if offset is None else str(offset),
            "Upload-Length": "" if length is None else str(length),
            "Content-Type": content_type,
            **more,
        }
        return {name: value for name, value in headers.items() if value}

    def completeness(self, *, complete: bool) -> dict[str, str]:
        """How the version says that the content ends the file."""
        if self.version == 3:
            return {"Upload-Incomplete": "?0" if complete else "?1"}
        return {"Upload-Complete": "?1" if complete else "?0"}

    @property
    def appended(self) -> int:
        """The status of an append that does not end the file: up to -05 it MUST be 201."""
        return 201 if self.version in {3, 4, 5, 6} else 204

    def is_complete(self, headers: Mapping[str, str]) -> bool | None:
        """What the version is told by an answer's headers; None for nothing."""
        if self.version == 3:
            return {"?0": True, "?1": False, None: None}[headers.get("upload-incomplete")]
        return {"?1": True, "?0": False, None: None}[headers.get("upload-complete")]

    def ask(
        self, method: str, target: str, headers: Mapping[str, str] = _NOTHING, content: bytes = b""
    ) -> Answers:
        has_content = {"Content-Length": str(len(content))} if method in {"POST", "PUT", "PATCH"} else {}
        with self.connect() as connection:
            connection.send_head(method, target, {**has_content, **headers})
            connection.send(content)
            return connection.read()

    def create(
        self,
        path: str,
        content: bytes = b"",
        *,
        complete: bool | None,
        length: int | None = None,
        method: str = "POST",
        more: Mapping[str, str] = _NOTHING,
    ) -> Answers:
        headers = self.headers(complete=complete, length=length, more=more)
        return self.ask(method, self.target(f"?path={path}" if path else ""), headers, content)

    def begin(self, path: str, content: bytes = b"", *, length: int | None = None) -> str:
        """Create an upload that is gone on with, and return its URL."""
        answer = self.create(path, content, complete=False, length=length).final
        assert answer.status == 201, answer
        return answer["Location"]

    def append(
        self,
        url: str,
        offset: int | None,
        content: bytes = b"",
        *,
        complete: bool | None,
        length: int | None = None,
        more: Mapping[str, str] = _NOTHING,
    ) -> Answers:
        headers = self.headers(
            complete=complete, offset=offset, length=length, content_type=PARTIAL, more=more
        )
        return self.ask("PATCH", url, headers, content)

    def head(self, url: str, method: str = "HEAD") -> Answers:
        return self.ask(method, url, self.headers())

    def offset(self, url: str) -> int:
        answer = self.head(url).final
        assert answer.status == 204, answer
        return int(answer["Upload-Offset"])

    def received(self, url: str) -> int:
        """Bytes that are there: a look that ends no other request, as the draft's own does."""
        upload_id = url.rpartition("/")[2]
        target = f"{self.server.base_url}api/bigupload/uploads/{upload_id}"
        return int(self.ask("GET", target).final.fields["received_bytes"])

    def cancel(self, url: str) -> Answers:
        return self.ask("DELETE", url, self.headers())
