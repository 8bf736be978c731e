"""HTTP/1.1 on a stream of bytes: heads, and where bodies end. Nothing is changed on its way through."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import Enum

_HEAD_END = b"\r\n\r\n"
_LONGEST_HEAD = 2**20


class BrokenOff(ConnectionError):
    """The other side went away in the middle of a message."""


class Framing(Enum):
    """How a body says where it ends, when it does not do so by its length."""

    CHUNKED = "chunked"
    UNTIL_CLOSE = "until close"


@dataclass(frozen=True)
class Request:
    """The head of a request; `length` is bytes of its body, 0 when there is none."""

    method: str
    target: str
    headers: Mapping[str, str]
    head: bytes
    length: int | Framing

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]

    @property
    def body_bytes(self) -> int:
        """Bytes of the body; 0 when it has none or does not say how many."""
        return self.length if isinstance(self.length, int) else 0


@dataclass(frozen=True)
class Answer:
    """The head of an answer."""

    status: int
    head: bytes
    length: int | Framing
    closes: bool

    @property
    def is_interim(self) -> bool:
        """Another answer to the same request follows (100 Continue, 103 Early Hints)."""
        return 100 <= self.status < 200 and not self.is_upgrade  # 1xx

    @property
    def is_upgrade(self) -> bool:
        """What follows is no longer HTTP."""
        return self.status == 101  # Switching Protocols


class Inbox:
    """What has arrived on one connection and was not read yet.

    Parameters
    ----------
    receive : callable
        Waits for the next bytes; empty when the other side has ended. Must be safe to cancel.
    """

    def __init__(self, receive: Callable[[], Awaitable[bytes]]) -> None:
        self._receive = receive
        self._buffer = bytearray()

    async def until_more(self) -> bool:
        """Wait until something is there to read; false when nothing will ever be."""
        return bool(self._buffer) or await self._fill()

    async def head(self) -> bytes | None:
        """Read up to the empty line; None when the other side ended before the first byte."""
        while (end := self._buffer.find(_HEAD_END)) < 0:
            if len(self._buffer) > _LONGEST_HEAD:
                raise BrokenOff("a head without an end")
            if not await self._fill():
                if self._buffer:
                    raise BrokenOff("ended within a head")
                return None
        return self._take(end + len(_HEAD_END))

    async def line(self) -> bytes:
        """Read up to the next line feed, inclusive."""
        while (end := self._buffer.find(b"\n")) < 0:
            if not await self._fill():
                raise BrokenOff("ended within a line")
        return self._take(end + 1)

    async def some(self, most: int | None = None) -> bytes:
        """Read what is there, at least one byte and at most `most`; empty at the end."""
        if not self._buffer and not await self._fill():
            return b""
        return self._take(len(self._buffer) if most is None else min(most, len(self._buffer)))

    async def body(self, length: int | Framing) -> AsyncIterator[bytes]:
        """Read a body piece by piece, with its chunk sizes if it has them."""
        if length is Framing.UNTIL_CLOSE:
            while piece := await self.some():
                yield piece
        elif length is Framing.CHUNKED:
            async for piece in self._chunks():
                yield piece
        else:
            async for piece in self._exactly(length):
                yield piece

    async def _exactly(self, length: int) -> AsyncIterator[bytes]:
        while length > 0:
            piece = await self.some(length)
            if not piece:
                raise BrokenOff(f"{length} bytes too few")
            length -= len(piece)
            yield piece

    async def _chunks(self) -> AsyncIterator[bytes]:
        size = -1
        while size != 0:
            line = await self.line()
            yield line
            size = int(line.partition(b";")[0], 16)
            async for piece in self._exactly(size):
                yield piece
            if size > 0:
                yield await self.line()
        while (line := await self.line()).strip():
            yield line  # a trailer
        yield line

    async def _fill(self) -> bool:
        piece = await self._receive()
        self._buffer += piece
        return bool(piece)

    def _take(self, count: int) -> bytes:
        taken = bytes(memoryview(self._buffer)[:count])
        del self._buffer[:count]
        return taken


def read_request(head: bytes) -> Request:
    """Parse the head of a request."""
    method, target, _, headers = _parse(head)
    return Request(method, target, headers, head, _length(headers, otherwise=0))


def read_answer(head: bytes, method: str) -> Answer:
    """Parse the head of the answer to a request with that method."""
    _, status, _, headers = _parse(head)
    code = int(status)
    length = _length(headers, otherwise=Framing.UNTIL_CLOSE)
    if method == "HEAD" or code in (204, 304) or 100 <= code < 200:  # 1xx
        length = 0
    closes = headers.get("connection", "").lower() == "close" or length is Framing.UNTIL_CLOSE
    return Answer(code, head, length, closes)


def _parse(head: bytes) -> tuple[str, str, str, dict[str, str]]:
    """Return the three words of the first line, and the headers by lower-case name."""
    first, *lines = head.decode("latin-1").split("\r\n")
    words = [*first.split(" ", 2), "", ""][:3]
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if colon:
            headers[name.strip().lower()] = value.strip()
    return words[0], words[1], words[2], headers


def _length(headers: Mapping[str, str], *, otherwise: int | Framing) -> int | Framing:
    if "chunked" in headers.get("transfer-encoding", "").lower():
        return Framing.CHUNKED
    return int(headers["content-length"]) if "content-length" in headers else otherwise
