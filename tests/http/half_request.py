"""Requests of which only a part comes."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from tests.support.server import RunningServer


class HalfRequest:
    """A chunk of which only a part is sent."""

    def __init__(
        self,
        server: RunningServer,
        target: str,
        content_range: str,
        length: int,
        sent: bytes,
        *,
        name: str = "x",
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.socket = socket.create_connection(("127.0.0.1", server.port), timeout=30)
        head = [
            f"POST {server.base_url}{target} HTTP/1.1",
            f"Host: 127.0.0.1:{server.port}",
            f"Authorization: token {server.token}",
            f"Content-Length: {length}",
            f"Content-Range: {content_range}",
            f'Content-Disposition: attachment; filename="{name}"',
            *(f"{header}: {value}" for header, value in headers.items()),
        ]
        self.socket.sendall("\r\n".join([*head, "", ""]).encode() + sent)

    def answer(self) -> bytes:
        return self.socket.recv(4096)


def until(condition: Callable[[], bool], *, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.02)


def partial_size(root: Path) -> int:
    return sum(path.stat().st_size for path in root.glob(".*.bigupload"))
