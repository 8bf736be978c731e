"""Requests as no HTTP library would send them."""

from __future__ import annotations

import contextlib
import json
import socket
from dataclasses import dataclass
from typing import Any

from tests.support.server import RunningServer

#: Seconds after which a server that has not answered is taken to wait for the rest of the request.
_WAIT_FOR_MORE = 0.25
#: Seconds in which every request is answered or its connection closed; then the server hangs.
_PATIENCE = 20


@dataclass(frozen=True)
class RawAnswer:
    """What came back; `status` 0 when the connection was closed without a word."""

    status: int
    body: bytes

    @property
    def fields(self) -> dict[str, Any]:
        """The body, a JSON object."""
        fields = json.loads(self.body)
        assert isinstance(fields, dict)
        return fields


def ask_raw(
    server: RunningServer,
    method: str,
    target: bytes,
    headers: list[bytes],
    body: bytes = b"",
    *,
    ends: bool = True,
) -> RawAnswer:
    """Send exactly these bytes and no more, and return the first final answer.

    Parameters
    ----------
    ends : bool
        Whether the server can tell that it has all of the request; else it may wait for more.
    """
    head = [
        f"{method} ".encode() + target + b" HTTP/1.1",
        f"Host: 127.0.0.1:{server.port}".encode(),
        f"Authorization: token {server.token}".encode(),
        *headers,
    ]
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.settimeout(_PATIENCE if ends else _WAIT_FOR_MORE)
        first = b""
        try:
            connection.sendall(b"\r\n".join([*head, b"Connection: close", b"", b""]) + body)
            first = connection.recv(2**16)
            if first and not _after_interim(first):
                first = connection.recv(2**16)
        except (BrokenPipeError, ConnectionResetError):
            return RawAnswer(0, b"")
        except TimeoutError:
            if ends:
                raise
            # It still waits for bytes that the headers promised: there are no more.
            connection.shutdown(socket.SHUT_WR)
        connection.settimeout(_PATIENCE)
        return _parse(first + _everything(connection))


def _everything(connection: socket.socket) -> bytes:
    received = b""
    # What came before a reset is the answer.
    with contextlib.suppress(ConnectionResetError):
        while more := connection.recv(2**16):
            received += more
    return received


def _parse(received: bytes) -> RawAnswer:
    head, _, rest = _after_interim(received).partition(b"\r\n\r\n")
    if not head:
        return RawAnswer(0, b"")
    lines = head.split(b"\r\n")
    lengths = [int(line.split(b":")[1]) for line in lines if line.lower().startswith(b"content-length:")]
    return RawAnswer(int(lines[0].split(b" ")[1]), rest[: lengths[0]] if lengths else rest)


def _after_interim(received: bytes) -> bytes:
    """Return `received` without the answer to `Expect: 100-continue`, which is no final one."""
    return received.partition(b"\r\n\r\n")[2] if received.startswith(b"HTTP/1.1 100 ") else received
