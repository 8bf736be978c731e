"""Bodies read straight into the memory that a store is handed: `http/bodies/connection.py`."""

from __future__ import annotations

import asyncio
import secrets
import socket
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import cast

import pytest
import pytest_asyncio
from tornado.httputil import HTTPServerRequest
from tornado.iostream import IOStream, StreamClosedError

from jupyter_bigupload.http.bodies import connection as module
from jupyter_bigupload.http.bodies.connection import PIECE, prepare_connection


class Connection:
    """As much of tornado's as a body needs, and the client's end of it."""

    def __init__(self) -> None:
        ours, self.client = socket.socketpair()
        self.client.settimeout(0)
        self.stream = IOStream(ours)
        self.params = SimpleNamespace(chunk_size=65536)
        self.largest = 0

    def set_max_body_size(self, largest: int) -> None:
        self.largest = largest

    def request(self, **headers: str) -> HTTPServerRequest:
        return cast(
            "HTTPServerRequest",
            SimpleNamespace(connection=self, headers={k.replace("_", "-"): v for k, v in headers.items()}),
        )

    async def send(self, data: bytes) -> None:
        await asyncio.get_running_loop().sock_sendall(self.client, data)


@pytest_asyncio.fixture
async def connection() -> AsyncIterator[Connection]:
    connection = Connection()
    yield connection
    connection.stream.close()
    connection.client.close()


async def test_a_large_body_comes_in_large_pieces(connection: Connection) -> None:
    data = secrets.token_bytes(3 * PIECE + 5)
    prepare_connection(connection.request(Content_Length=str(len(data))))
    assert (connection.params.chunk_size, connection.largest) == (PIECE, 2**63 - 1)
    sending = asyncio.ensure_future(connection.send(data))
    pieces = []
    left = len(data)
    while left:
        pieces.append(await connection.stream.read_bytes(min(PIECE, left), partial=True))
        left -= len(pieces[-1])
    await sending
    assert [len(piece) for piece in pieces] == [PIECE, PIECE, PIECE, 5]
    assert b"".join(pieces) == data


async def test_what_came_with_the_head_is_the_first_of_the_body(connection: Connection) -> None:
    await connection.send(b"head\r\n" + b"x" * 1000)
    assert await connection.stream.read_until(b"\r\n") == b"head\r\n"
    undo = prepare_connection(connection.request(Content_Length="1000"))
    assert await connection.stream.read_bytes(1000, partial=True) == b"x" * 1000
    undo()
    # The next request is read as ever.
    await connection.send(b"next\r\nbody")
    assert await connection.stream.read_until(b"\r\n") == b"next\r\n"
    assert type(await connection.stream.read_bytes(4, partial=True)) is bytes


async def test_a_slow_link_is_not_held_back(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LINGER", -1.0)
    prepare_connection(connection.request(Content_Length="1000000"))
    await connection.send(b"a little")
    assert await connection.stream.read_bytes(PIECE, partial=True) == b"a little"


async def test_what_came_before_the_connection_broke_is_told_first(connection: Connection) -> None:
    prepare_connection(connection.request(Content_Length="1000000"))
    await connection.send(b"a little")
    connection.client.close()
    assert await connection.stream.read_bytes(1_000_000, partial=True) == b"a little"
    with pytest.raises(StreamClosedError):
        await connection.stream.read_bytes(1_000_000, partial=True)


async def test_a_body_without_a_length_is_read_as_tornado_reads_it(connection: Connection) -> None:
    read_bytes = connection.stream.read_bytes
    prepare_connection(connection.request(Transfer_Encoding="chunked"))
    assert connection.stream.read_bytes == read_bytes
    assert connection.params.chunk_size == PIECE
