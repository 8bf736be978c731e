"""Bodies streamed to stores that answer early, late, or not at all: small servers, on real sockets."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import trustme

from jupyter_bigupload.errors import LengthMismatch, StoreUnreachable
from jupyter_bigupload.stores.bucket import sending as _sending
from jupyter_bigupload.stores.bucket.sending import Answer, send
from jupyter_bigupload.stores.signing import SignedRequest
from jupyter_bigupload.testing.store_inputs import pieces

DATA = os.urandom(3 * 2**20)
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
ERROR = b"<Error><Code>Odd&amp;Code</Code><Message>said</Message></Error>"


@contextlib.asynccontextmanager
async def store(talk: Talk, context: ssl.SSLContext | None = None) -> AsyncIterator[SignedRequest]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            await talk(reader, writer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    scheme = "http" if context is None else "https"
    port = server.sockets[0].getsockname()[1]
    try:
        yield SignedRequest("PUT", f"{scheme}://127.0.0.1:{port}/a%20key?sign=1&x=y", {"X-Sum": "5"}, 0)
    finally:
        server.close()


def answer(status: str, body: bytes = b"") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


async def test_all_of_it_arrives_as_signed() -> None:
    heads, bodies = [], []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append((await reader.readuntil(b"\r\n\r\n")).decode())
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        bodies.append(await reader.readexactly(len(DATA)))
        writer.write(answer("200 OK"))

    hasher = hashlib.sha256()
    async with store(talk) as request:
        assert await send(request, len(DATA), pieces(DATA), hasher) == Answer(200)
    assert bodies == [DATA]
    assert hasher.digest() == hashlib.sha256(DATA).digest()
    assert heads[0].startswith("PUT /a%20key?sign=1&x=y HTTP/1.1\r\n")
    assert f"Content-Length: {len(DATA)}\r\n" in heads[0]
    assert "X-Sum: 5\r\n" in heads[0]


async def test_a_store_that_never_says_continue() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        assert await reader.readexactly(len(DATA)) == DATA
        writer.write(answer("200 OK"))

    async with store(talk) as request:
        assert (await send(request, len(DATA), pieces(DATA))).good


async def test_a_refusal_before_any_byte() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer("403 Forbidden", ERROR))
        await writer.drain()

    taken = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal taken
        async for piece in pieces(DATA):
            taken += 1
            yield piece

    async with store(talk) as request:
        assert await send(request, len(DATA), body()) == Answer(403, "Odd&Code", "said")
    assert taken == 0


async def test_a_refusal_in_the_middle() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        await reader.readexactly(2**20)
        writer.write(answer("503 Slow Down", ERROR))
        await writer.drain()
        await asyncio.sleep(0.5)

    async with store(talk) as request:
        assert (await send(request, len(DATA), pieces(DATA))).status == 503


async def test_a_connection_that_ends() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        await reader.readexactly(2**20)
        writer.transport.abort()

    async with store(talk) as request:
        with pytest.raises(StoreUnreachable):
            await send(request, len(DATA), pieces(DATA))


async def test_a_certificate_counts_only_where_somebody_vouches_for_it(tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    got = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        got.append(await reader.readexactly(len(DATA)))
        writer.write(answer("200 OK"))

    async with store(talk, context) as request:
        with pytest.raises(StoreUnreachable, match="AWS_CA_BUNDLE"):
            await send(request, len(DATA), pieces(DATA))
        assert (await send(request, len(DATA), pieces(DATA), ca_file=str(tmp_path / "ca.pem"))).good
    assert got == [DATA]


async def test_certificates_that_are_renewed(tmp_path: Path) -> None:
    """The next connection trusts what is in the file by then, and nothing that was in it before."""
    old, new = trustme.CA(), trustme.CA()
    path = tmp_path / "ca.pem"
    contexts = []
    for authority in (old, new):
        contexts.append(ssl.create_default_context(ssl.Purpose.CLIENT_AUTH))
        authority.issue_cert("127.0.0.1").configure_cert(contexts[-1])

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await reader.readexactly(len(DATA))
        writer.write(answer("200 OK"))

    async with store(talk, contexts[0]) as of_old, store(talk, contexts[1]) as of_new:
        for authority, good, bad in ((old, of_old, of_new), (new, of_new, of_old), (old, of_old, of_new)):
            authority.cert_pem.write_to_path(path)
            sent = await asyncio.gather(
                *(send(good, len(DATA), pieces(DATA), ca_file=str(path)) for _ in range(4))
            )
            assert all(one.good for one in sent)
            with pytest.raises(StoreUnreachable, match="AWS_CA_BUNDLE"):
                await send(bad, len(DATA), pieces(DATA), ca_file=str(path))


async def test_nobody_there() -> None:
    async with store(_silent) as request:
        pass
    with pytest.raises(StoreUnreachable):
        await send(request, 0, pieces(b""))


@pytest.mark.parametrize("reads", [True, False])
async def test_a_store_that_falls_silent(monkeypatch: pytest.MonkeyPatch, *, reads: bool) -> None:
    monkeypatch.setattr(_sending, "_IDLE_TIMEOUT", 0.3)
    monkeypatch.setattr(_sending, "_CONTINUE_TIMEOUT", 0.1)
    data = DATA * 8  # more than the sockets between hold

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if reads:
            await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(len(data))
        await asyncio.Event().wait()

    async with store(talk) as request:
        with pytest.raises(StoreUnreachable):
            await asyncio.wait_for(send(request, len(data), pieces(data)), 30)


@pytest.mark.parametrize("length", [len(DATA) - 1, len(DATA) + 1])
async def test_a_body_of_another_length_is_never_whole(length: int) -> None:
    ended = asyncio.Event()
    got = bytearray()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        with contextlib.suppress(ConnectionError):
            while piece := await reader.read(2**16):
                got.extend(piece)
        ended.set()

    async with store(talk) as request:
        with pytest.raises(LengthMismatch):
            await send(request, length, pieces(DATA))
        await asyncio.wait_for(ended.wait(), 5)
    assert len(got) < length


async def test_a_sender_that_is_cancelled_sends_no_more() -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        await reader.readexactly(3)
        begun.set()
        with contextlib.suppress(ConnectionError):
            assert await reader.read() == b""
        ended.set()

    async def endless() -> AsyncIterator[bytes]:
        yield b"123"
        await asyncio.Event().wait()

    async with store(talk) as request:
        sending = asyncio.ensure_future(send(request, 100, endless()))
        await begun.wait()
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        await asyncio.wait_for(ended.wait(), 5)


async def _silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    del reader, writer
