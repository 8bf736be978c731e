"""Connections that are kept from part to part, and what stores do to them: small servers, real sockets."""

from __future__ import annotations

import asyncio
import contextlib
import os
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import trustme

from jupyter_bigupload.errors import StoreUnreachable
from jupyter_bigupload.stores.bucket import close_connections
from jupyter_bigupload.stores.bucket import sending as _sending
from jupyter_bigupload.stores.bucket.sending import send
from jupyter_bigupload.stores.signing import SignedRequest
from jupyter_bigupload.testing.store_inputs import pieces

DATA = os.urandom(2**20 + 5)
GOOD = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Store:
    """A store that keeps connections, until a test says otherwise."""

    def __init__(self) -> None:
        self.request = SignedRequest("PUT", "", {}, 0)
        #: The numbers of the connections that brought parts, and the parts.
        self.used: list[int] = []
        self.got: list[bytes] = []
        self.connections: list[asyncio.StreamWriter] = []
        #: Of each connection, set once the client has closed it, or it was closed here.
        self.ends: list[asyncio.Event] = []
        #: Called once a head is there, with the number of requests before; returns whether to go on.
        self.at_head: Callable[[asyncio.StreamWriter, int], Awaitable[bool]] = self.go_on

    async def go_on(self, writer: asyncio.StreamWriter, _before: int) -> bool:
        writer.write(CONTINUE)
        return True

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number, before, end = len(self.connections), 0, asyncio.Event()
        self.connections.append(writer)
        self.ends.append(end)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                await reader.readuntil(b"\r\n\r\n")
                if not await self.at_head(writer, before):
                    break
                self.got.append(await reader.readexactly(len(DATA)))
                self.used.append(number)
                writer.write(GOOD)
                before += 1
        writer.close()
        end.set()

    async def all_ended(self) -> None:
        await asyncio.wait_for(asyncio.gather(*(end.wait() for end in self.ends)), 10)

    async def part(self, ca_file: str | None = None) -> None:
        taken = 0

        async def body() -> AsyncIterator[bytes]:
            nonlocal taken
            async for piece in pieces(DATA):
                taken += len(piece)
                yield piece

        assert (await send(self.request, len(DATA), body(), ca_file=ca_file)).good
        assert taken == len(DATA)
        assert self.got[-1] == DATA


@contextlib.asynccontextmanager
async def running(context: ssl.SSLContext | None = None) -> AsyncIterator[Store]:
    store = Store()
    server = await asyncio.start_server(store.serve, "127.0.0.1", 0, ssl=context)
    scheme, port = "http" if context is None else "https", server.sockets[0].getsockname()[1]
    store.request = SignedRequest("PUT", f"{scheme}://127.0.0.1:{port}/key?sign=1", {}, 0)
    try:
        yield store
    finally:
        server.close()
        await close_connections()
        await store.all_ended()


@pytest.fixture
async def store() -> AsyncIterator[Store]:
    async with running() as made:
        yield made


async def test_parts_follow_each_other_on_one(store: Store) -> None:
    for _ in range(3):
        await store.part()
    assert store.used == [0, 0, 0]


async def test_parts_side_by_side_have_one_each(store: Store) -> None:
    await asyncio.gather(*(store.part() for _ in range(3)))
    await asyncio.gather(*(store.part() for _ in range(3)))
    assert sorted(store.used) == [0, 0, 1, 1, 2, 2]


async def test_over_tls_until_other_certificates_count(tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    async with running(context) as store:
        for _ in range(2):
            await store.part(ca_file=str(tmp_path / "ca.pem"))
        assert store.used == [0, 0]
        trustme.CA().cert_pem.write_to_path(tmp_path / "ca.pem")
        with pytest.raises(StoreUnreachable, match="AWS_CA_BUNDLE"):
            await store.part(ca_file=str(tmp_path / "ca.pem"))


async def test_one_that_was_closed_for_being_idle(store: Store) -> None:
    await asyncio.gather(*(store.part() for _ in range(3)))
    store.used.sort()
    for writer in store.connections:
        writer.close()
    await store.all_ended()
    await store.part()
    assert store.used == [0, 1, 2, 3]


@pytest.mark.parametrize("how", ["end", "reset"])
@pytest.mark.parametrize("kept", [1, 3])
async def test_one_that_is_closed_just_when_it_is_used_again(store: Store, how: str, kept: int) -> None:
    """No kept one is good any more, and nobody could have known; none of the body was taken by then."""
    await asyncio.gather(*(store.part() for _ in range(kept)))

    async def closing(writer: asyncio.StreamWriter, before: int) -> bool:
        if before and how == "reset":
            writer.transport.abort()
        return not before and await store.go_on(writer, before)

    store.at_head = closing
    await store.part()
    assert store.used[-1] == len(store.connections) - 1
    assert len(store.got) == kept + 1


async def test_one_on_which_a_body_was_left_unread(store: Store) -> None:
    async def refusing(writer: asyncio.StreamWriter, _before: int) -> bool:
        writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
        return True  # as if the body still came

    await store.part()
    store.at_head = refusing
    assert (await send(store.request, len(DATA), pieces(DATA))).status == 403
    store.at_head = store.go_on
    await store.part()
    assert store.used == [0, 1]


async def test_a_store_that_knows_no_continue_is_waited_for_once(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has a new connection for each part, since no kept one can be tried before the body is sent."""

    async def silent(_writer: asyncio.StreamWriter, _before: int) -> bool:
        return True

    store.at_head = silent
    monkeypatch.setattr(_sending, "_CONTINUE_TIMEOUT", 0.1)
    await store.part()
    monkeypatch.setattr(_sending, "_CONTINUE_TIMEOUT", 3600.0)
    for _ in range(2):
        await asyncio.wait_for(store.part(), 60)
    assert store.used == [1, 2, 3]


async def test_each_event_loop_has_its_own_and_closes_them() -> None:
    """As many descriptors are open afterwards as before."""
    descriptors = Path("/proc/self/fd")
    async with running() as store:
        await store.part()
        before = len(list(descriptors.iterdir()))

        async def elsewhere() -> None:
            await asyncio.gather(*(send(store.request, len(DATA), pieces(DATA)) for _ in range(2)))
            await close_connections()

        await asyncio.to_thread(asyncio.run, elsewhere())
        await asyncio.wait_for(asyncio.gather(*(end.wait() for end in store.ends[1:])), 10)
        await store.part()
        assert store.used[0] == store.used[-1] == 0
        assert len(store.connections) == 3
        assert len(list(descriptors.iterdir())) == before
