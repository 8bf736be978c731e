"""One request and its answer on their way through the proxy."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from random import Random
from typing import Any

from .connection import Connection
from .message import Answer, BrokenOff, Request, read_answer

#: What is done to a body on its way: pieces in, pieces out.
Change = Callable[[AsyncIterator[bytes]], AsyncIterator[bytes]]

_REASONS = {
    413: "Request Entity Too Large",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}

#: Seconds for which a request that was answered early is still read, so that its sender sees the answer.
_LINGER = 5.0


class Over(Exception):
    """The client's connection has ended or was ended; there is nothing more to do on it."""


class Exchange:
    """What a fault can do with one request.

    Parameters
    ----------
    client : Connection
        Where the request comes from; its head has been read, its body has not.
    connect : callable
        Opens a connection to the server.
    server : Connection, optional
        The one that earlier requests of this client went over.
    random : Random
        The source of everything that is left to chance.
    later : callable
        Runs what outlives the exchange.
    """

    def __init__(
        self,
        request: Request,
        *,
        client: Connection,
        connect: Callable[[], Awaitable[Connection]],
        server: Connection | None,
        random: Random,
        later: Callable[[Coroutine[Any, Any, None]], None],
    ) -> None:
        self.request = request
        self.client = client
        self.random = random
        self.server = server
        self.connect = connect
        self.later = later

    def body(self) -> AsyncIterator[bytes]:
        """Read the request's body, as it comes in."""
        return self.client.inbox.body(self.request.length)

    async def whole_body(self) -> bytes:
        """Read the request's body to its end."""
        return b"".join([piece async for piece in self.body()])

    async def forward(self, *, change: Change | None = None) -> None:
        """Let the request through to the server, its body changed on the way, and the answer back.

        Raises
        ------
        Over
            When the connection can't be used for another request.
        """
        server = await self.reach()
        sending = asyncio.create_task(self._send(server, self.body(), change))
        answering = asyncio.create_task(self._give_back(server))
        try:
            await asyncio.wait({sending, answering}, return_when=asyncio.FIRST_COMPLETED)
            if sending.done():
                sending.result()
                await self._unless_client_leaves(answering)
            answer = await answering
            if answer.is_upgrade:
                await self._tunnel(server)
                raise Over
            if answer.closes or not await sending:
                await _end(sending)
                await self.drain()
                raise Over
        finally:
            await _end(sending)
            await _end(answering)

    async def reach(self) -> Connection:
        """Return the connection to the server, opened if need be."""
        if self.server is None:
            self.server = await self.connect()
        return self.server

    async def ask(self, server: Connection, body: bytes) -> bytes:
        """Send the request with this body, and return the whole answer, head first."""
        await self._send(server, _one(body), None)
        answer = await self._answer_of(server)
        return answer.head + b"".join([piece async for piece in server.inbox.body(answer.length)])

    async def send_part(self, server: Connection, count: int) -> None:
        """Send the request's head, and no more than the first `count` bytes of its body."""
        await server.send(self.request.head)
        async for piece in self.client.inbox.body(count):
            await server.send(piece)

    async def reply(self, status: int) -> None:
        """Answer in the server's place, with a page as proxies have it."""
        page = (
            f"<html>\r\n<head><title>{status} {_REASONS[status]}</title></head>\r\n"
            f"<body>\r\n<center><h1>{status} {_REASONS[status]}</h1></center>\r\n</body>\r\n</html>\r\n"
        )
        head = (
            f"HTTP/1.1 {status} {_REASONS[status]}\r\nServer: nginx\r\nContent-Type: text/html\r\n"
            f"Content-Length: {len(page)}\r\nConnection: close\r\n\r\n"
        )
        await self.client.send((head + page).encode())

    async def drain(self) -> None:
        """Read on for a while: closing on unread bytes would reset the connection, answer and all."""
        with contextlib.suppress(ConnectionError, asyncio.TimeoutError):
            await asyncio.wait_for(self._discard(), _LINGER)

    async def _discard(self) -> None:
        while await self.client.inbox.some():
            pass

    async def _send(self, server: Connection, body: AsyncIterator[bytes], change: Change | None) -> bool:
        """Send the request; return whether the server took all of it, and did not close before its end."""
        pieces = body if change is None else change(body)
        try:
            await server.send(self.request.head)
        except ConnectionError:
            return False
        async for piece in pieces:
            try:
                await server.send(piece)
            except ConnectionError:
                return False
        return True

    async def _give_back(self, server: Connection) -> Answer:
        answer = await self._answer_of(server)
        await self.client.send(answer.head)
        async for piece in server.inbox.body(answer.length):
            await self.client.send(piece)
        return answer

    async def _answer_of(self, server: Connection) -> Answer:
        """Wait for the head of the answer; interim ones go straight on to the client."""
        while True:
            head = await server.inbox.head()
            if head is None:
                raise BrokenOff("no answer")
            answer = read_answer(head, self.request.method)
            if not answer.is_interim:
                return answer
            await self.client.send(head)

    async def _unless_client_leaves(self, answering: asyncio.Task[Answer]) -> None:
        """Wait for the answer; raise `Over` when the client goes away before it is there."""
        watching = asyncio.create_task(self.client.inbox.until_more())
        try:
            await asyncio.wait({watching, answering}, return_when=asyncio.FIRST_COMPLETED)
            if watching.done() and not answering.done() and not watching.result():
                raise Over
            await answering
        finally:
            await _end(watching)

    async def _tunnel(self, server: Connection) -> None:
        """Carry whatever comes, both ways, until one side ends."""
        ways = {
            asyncio.create_task(_copy(self.client, server)),
            asyncio.create_task(_copy(server, self.client)),
        }
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                await _end(way)


async def _one(piece: bytes) -> AsyncIterator[bytes]:
    if piece:
        yield piece


async def _copy(source: Connection, target: Connection) -> None:
    with contextlib.suppress(ConnectionError):
        while piece := await source.inbox.some():
            await target.send(piece)


async def _end(task: asyncio.Task[Any]) -> None:
    """Stop a task, and wait until it has; whatever became of it was seen already, or no longer matters."""
    task.cancel()
    await asyncio.wait({task})
    if not task.cancelled():
        task.exception()
