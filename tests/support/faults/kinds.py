"""What can go wrong with one request. Each kind is a small class; a `Plan` says which request it strikes."""

from __future__ import annotations

import asyncio
import contextlib
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import ClassVar, Literal

from .connection import Connection
from .exchange import Exchange, Over
from .message import Framing, Request

#: Seconds to wait for what a server says to half a request.
_LAST_WORDS = 5.0


class Fault(ABC):
    """Something that goes wrong with one request."""

    kind: ClassVar[str]

    def applies(self, request: Request) -> bool:
        """Whether it can strike this request at all."""
        return request.body_bytes > 0

    @abstractmethod
    async def act(self, exchange: Exchange) -> None:
        """Take the request on its way; raises `Over` when no other can follow on the connection."""


@dataclass(frozen=True)
class Stall(Fault):
    """The body stands still for `seconds`, after `at` bytes (default: anywhere), and then goes on."""

    kind: ClassVar[str] = "stall"
    seconds: float = 2.0
    at: int | None = None

    async def act(self, exchange: Exchange) -> None:
        """Hold the body back once."""
        at = _place(exchange, self.at)

        async def change(body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
            async for piece, reached in _split(body, at):
                if reached:
                    await asyncio.sleep(self.seconds)
                yield piece

        await exchange.forward(change=change)


@dataclass(frozen=True)
class Reset(Fault):
    """Both sides see RST after `at` bytes (default: anywhere) of the request's body or the answer."""

    kind: ClassVar[str] = "reset"
    of: Literal["request", "answer"] = "request"
    at: int | None = None

    def applies(self, request: Request) -> bool:
        """Every request has an answer; not every one has a body."""
        return self.of == "answer" or request.body_bytes > 0

    async def act(self, exchange: Exchange) -> None:
        """Forward a part, then reset."""
        server = await exchange.reach()
        if self.of == "request":
            await exchange.send_part(server, _place(exchange, self.at))
        else:
            answer = await exchange.ask(server, await exchange.whole_body())
            at = exchange.random.randrange(len(answer)) if self.at is None else self.at
            await exchange.client.send(answer[:at])
        server.reset()
        exchange.client.reset()
        raise Over


@dataclass(frozen=True)
class LostAnswer(Fault):
    """The server has carried the request out, but the client sees a reset in place of the answer."""

    kind: ClassVar[str] = "lost answer"

    def applies(self, request: Request) -> bool:
        """Every request has an answer."""
        return True

    async def act(self, exchange: Exchange) -> None:
        """Keep the answer."""
        await exchange.ask(await exchange.reach(), await exchange.whole_body())
        exchange.client.reset()
        raise Over


@dataclass(frozen=True)
class HalfOpen(Fault):
    """After `at` bytes (default: anywhere) nothing passes any more, either way, and neither side hears of it.

    What one side closes is not closed for the other: a server is left with a client that is gone.
    """

    kind: ClassVar[str] = "half-open"
    at: int | None = None

    async def act(self, exchange: Exchange) -> None:
        """Forward a part, and fall silent until both sides have given up."""
        server = await exchange.reach()
        await exchange.send_part(server, _place(exchange, self.at))
        await exchange.client.until_left()
        await server.until_left()
        raise Over


@dataclass(frozen=True)
class Truncate(Fault):
    """The server sees FIN after `at` bytes (default: anywhere) of the body; the client its answer and RST."""

    kind: ClassVar[str] = "truncated"
    at: int | None = None

    async def act(self, exchange: Exchange) -> None:
        """Forward a part, and end."""
        server = await exchange.reach()
        await exchange.send_part(server, _place(exchange, self.at))
        server.end_sending()
        with contextlib.suppress(ConnectionError, asyncio.TimeoutError):
            await asyncio.wait_for(self._last_words(exchange, server), _LAST_WORDS)
        exchange.client.reset()
        raise Over

    async def _last_words(self, exchange: Exchange, server: Connection) -> None:
        async for piece in server.inbox.body(Framing.UNTIL_CLOSE):
            await exchange.client.send(piece)


@dataclass(frozen=True)
class Duplicate(Fault):
    """The server gets the whole request twice: at once, or again `late` seconds after the first answer."""

    kind: ClassVar[str] = "duplicate"
    late: float | None = None

    async def act(self, exchange: Exchange) -> None:
        """Send it on two connections; the client gets the answer of the first."""
        body = await exchange.whole_body()
        if self.late is None:
            exchange.later(self._again(exchange, body))
        await exchange.client.send(await exchange.ask(await exchange.reach(), body))
        if self.late is not None:
            exchange.later(self._again(exchange, body))

    async def _again(self, exchange: Exchange, body: bytes) -> None:
        await asyncio.sleep(self.late or 0)
        server = await exchange.connect()
        try:
            await exchange.ask(server, body)
        finally:
            await server.close()


@dataclass(frozen=True)
class FlipBit(Fault):
    """One bit of the body is wrong: bit `at` of the whole body (default: anywhere)."""

    kind: ClassVar[str] = "flipped bit"
    at: int | None = None

    async def act(self, exchange: Exchange) -> None:
        """Flip it on the way."""
        bit = exchange.random.randrange(8 * exchange.request.body_bytes) if self.at is None else self.at

        async def change(body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
            async for piece, reached in _split(body, bit // 8):
                yield bytes([piece[0] ^ 1 << bit % 8]) + piece[1:] if reached else piece

        await exchange.forward(change=change)


@dataclass(frozen=True)
class BodyLimit(Fault):
    """Bodies of more than `limit` bytes are answered with 413, as nginx does by `client_max_body_size`."""

    kind: ClassVar[str] = "body limit"
    limit: int = 2**20

    def applies(self, request: Request) -> bool:
        """Only what is too large."""
        return request.body_bytes > self.limit

    async def act(self, exchange: Exchange) -> None:
        """Answer at once, before the body has come."""
        await exchange.reply(413)
        await exchange.drain()
        raise Over


@dataclass(frozen=True)
class Unavailable(Fault):
    """A gateway's page: 502, 503 or 504, before the server sees the request or after it has answered it."""

    kind: ClassVar[str] = "unavailable"
    status: Literal[502, 503, 504] = 502
    reached: bool = False

    def applies(self, request: Request) -> bool:
        """Every request can fail so."""
        return True

    async def act(self, exchange: Exchange) -> None:
        """Answer in the server's place."""
        body = await exchange.whole_body()
        if self.reached:
            await exchange.ask(await exchange.reach(), body)
        await exchange.reply(self.status)
        raise Over


def _place(exchange: Exchange, at: int | None) -> int:
    """Bytes of the body before the fault strikes; always fewer than there are."""
    count = exchange.request.body_bytes
    return exchange.random.randrange(count) if at is None else min(at, count - 1)


async def _split(body: AsyncIterator[bytes], at: int) -> AsyncIterator[tuple[bytes, bool]]:
    """Cut the pieces so that one begins at the byte `at`; say which."""
    seen = 0
    async for piece in body:
        cut = at - seen
        seen += len(piece)
        if 0 < cut < len(piece):
            yield piece[:cut], False
            yield piece[cut:], True
        else:
            yield piece, cut == 0
