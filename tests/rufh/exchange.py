"""Requests and answers as they are on the connection, with all interim responses."""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType, TracebackType
from typing import TYPE_CHECKING, Any

from tests.support.server import RunningServer

if TYPE_CHECKING:
    from typing_extensions import Self

_PATIENCE = 30
_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Answer:
    """One response; its headers by their names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def fields(self) -> dict[str, Any]:
        """The body, a JSON object."""
        fields = json.loads(self.body)
        assert isinstance(fields, dict)
        return fields

    def __getitem__(self, name: str) -> str:
        return self.headers[name.lower()]

    def get(self, name: str) -> str | None:
        return self.headers.get(name.lower())


@dataclass(frozen=True)
class Answers:
    """All that a request was answered with: interim responses, and the final one."""

    interim: Sequence[Answer]
    final: Answer

    @property
    def announced(self) -> Sequence[Answer]:
        """The interim responses of status 104."""
        return [answer for answer in self.interim if answer.status == 104]


class Connection:
    """A connection to a server."""

    def __init__(self, server: RunningServer, *, http: str = "HTTP/1.1", login: bool = True) -> None:
        self._server = server
        self._http = http
        self._login = login
        self.socket = socket.create_connection(("127.0.0.1", server.port), timeout=_PATIENCE)
        self._received = self.socket.makefile("rb")
        self._method = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._received.close()
        self.socket.close()

    def send_head(self, method: str, target: str, headers: Mapping[str, str] = _NOTHING) -> None:
        """Send a request but for its content."""
        self._method = method
        login = {"Authorization": f"token {self._server.token}"} if self._login else {}
        lines = [
            f"{method} {target} {self._http}",
            f"Host: 127.0.0.1:{self._server.port}",
            *(f"{name}: {value}" for name, value in {**login, **headers}.items()),
        ]
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode("latin-1"))

    def send(self, data: bytes) -> None:
        """Send content."""
        self.socket.sendall(data)

    def send_chunk(self, data: bytes) -> None:
        """Send content of which nobody knows how long it is; nothing ends it."""
        self.send(f"{len(data):x}\r\n".encode() + data + b"\r\n")

    def read_one(self) -> Answer:
        """Return the next response, interim or final."""
        line = self._received.readline()
        assert line, "the connection ended without an answer"
        status = int(line.split(b" ")[1])
        headers: dict[str, str] = {}
        while (line := self._received.readline().rstrip(b"\r\n")) != b"":
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.lower()] = value.strip()
        if status < 200 or status == 204 or self._method == "HEAD":
            return Answer(status, headers)
        return Answer(status, headers, self._received.read(int(headers["content-length"])))

    def read(self) -> Answers:
        """Return all responses to a request, up to the final one."""
        interim = []
        while (answer := self.read_one()).status < 200:
            interim.append(answer)
        return Answers(interim, answer)
