"""A body streamed to a signed request: the bytes of a part on their way to the store.

This is HTTP/1.1 one level below tornado's client, which does not read the answer before all is sent, goes on
sending for a task that was cancelled, and ends every request after a fixed time however well it goes.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlsplit
from xml.sax.saxutils import unescape

from tornado.http1connection import HTTP1Connection, HTTP1ConnectionParameters
from tornado.httputil import (
    HTTPHeaders,
    HTTPInputError,
    HTTPMessageDelegate,
    HTTPOutputError,
    RequestStartLine,
    ResponseStartLine,
)
from tornado.iostream import StreamClosedError

from ...digests import SupportsUpdate
from ...errors import LengthMismatch, StoreUnreachable
from ...threads import in_bytes_thread
from ..signing import SignedRequest
from .connecting import Route, connect
from .web_page import is_page

T = TypeVar("T")

#: Seconds without a byte after which the store counts as gone.
_SILENCE = 60.0
#: Seconds to wait for the store's leave to send the body; a store that knows no such thing gets it then.
_LEAVE = 1.0
#: Bytes of an answer that are kept: an error is short.
_KEPT = 2**16
_CONTINUE, _FIRST_FINAL = 100, 200


@dataclass(frozen=True)
class Answer:
    """What the store said: its status, and `<Code>` and `<Message>` of the XML of an error.

    `page` is true for a web page, which no store answers with.
    """

    status: int
    code: str = ""
    message: str = ""
    page: bool = False

    @property
    def good(self) -> bool:
        """Whether the store has the part."""
        return self.status // 100 == 2 and not self.page  # noqa: PLR2004  # 2xx


async def send(
    request: SignedRequest,
    length: int,
    body: AsyncIterator[bytes],
    hasher: SupportsUpdate | None = None,
    *,
    ca_file: str | None = None,
) -> Answer:
    """Send `body`, of `length` bytes, and return the answer, which may come before all was sent.

    Parameters
    ----------
    hasher : SupportsUpdate or None
        Is fed what is sent.
    ca_file : str or None
        The certificates to trust; None for the system's.

    Raises
    ------
    StoreUnreachable
        When there is no answer.
    LengthMismatch
        When `body` ends early or late; the store has no part of it then.
    """
    url = urlsplit(request.url)
    route = await connect(url, ca_file)
    try:
        return await _Exchange(route, request, url.netloc, length).run(body, hasher)
    finally:
        route.stream.close()


class _Reply(HTTPMessageDelegate):
    """Takes the answer in."""

    def __init__(self) -> None:
        self.status = 0
        self.text = bytearray()
        #: Set when the body is wanted, and when the answer is there.
        self.leave = asyncio.Event()
        self.ended = asyncio.Event()

    def headers_received(self, start_line: object, headers: HTTPHeaders) -> None:
        del headers
        assert isinstance(start_line, ResponseStartLine)  # noqa: S101  # narrows the type
        self.leave.set()
        if start_line.code >= _FIRST_FINAL:
            self.status = start_line.code

    def data_received(self, chunk: bytes) -> None:
        self.text += chunk[: _KEPT - len(self.text)]

    def finish(self) -> None:
        self.end()

    def on_connection_close(self) -> None:
        self.end()

    def end(self) -> None:
        self.leave.set()
        self.ended.set()

    def answer(self) -> Answer:
        text = self.text.decode("utf-8", "replace")
        return Answer(self.status, _element(text, "Code"), _element(text, "Message"), is_page(self.text))


class _Exchange:
    """One request and its answer."""

    def __init__(self, route: Route, request: SignedRequest, host: str, length: int) -> None:
        self._connection = HTTP1Connection(
            route.stream, is_client=True, params=HTTP1ConnectionParameters(no_keep_alive=True)
        )
        self._route = route
        self._request = request
        self._host = host
        self._length = length
        self._reply = _Reply()

    async def run(self, body: AsyncIterator[bytes], hasher: SupportsUpdate | None) -> Answer:
        reading = asyncio.ensure_future(self._read())
        try:
            await self._send_head()
            await _within(_LEAVE, self._reply.leave)
            sent = 0
            async for piece in body:
                sent += len(piece)
                if sent > self._length:
                    raise LengthMismatch(f"The part has more than {self._length} bytes.")
                if hasher is not None:
                    await in_bytes_thread(hasher.update)(piece)
                if not self._reply.ended.is_set():
                    await self._write(piece)
                if self._reply.ended.is_set():
                    return self._answer()
            if sent < self._length:
                raise LengthMismatch(f"The part has {sent} bytes instead of {self._length}.")
            self._connection.finish()
            await _within(_SILENCE, self._reply.ended)
            return self._answer()
        finally:
            reading.cancel()
            await asyncio.wait([reading])

    async def _send_head(self) -> None:
        headers = HTTPHeaders(
            {
                "Host": self._host,
                "Content-Length": str(self._length),
                "Connection": "close",
                "Expect": "100-continue",
                **self._route.headers,
                **self._request.headers,
            }
        )
        await _soon(
            self._connection.write_headers(
                RequestStartLine(self._request.method, self._route.target, ""), headers
            )
        )

    async def _write(self, piece: bytes) -> None:
        try:
            await _soon(self._connection.write(piece))
        except StoreUnreachable:
            # It may have said why before it closed the connection.
            await _within(_LEAVE, self._reply.ended)
            if not self._reply.status:
                raise

    async def _read(self) -> None:
        try:
            await self._connection.read_response(self._reply)
        except (StreamClosedError, HTTPInputError):
            pass  # there is no answer then
        finally:
            self._reply.end()

    def _answer(self) -> Answer:
        if not self._reply.status:
            raise StoreUnreachable("The store gave no answer.")
        return self._reply.answer()


async def _within(seconds: float, event: asyncio.Event) -> None:
    with contextlib.suppress(asyncio.TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)


async def _soon(writing: Awaitable[T]) -> T:
    try:
        return await asyncio.wait_for(writing, _SILENCE)
    except (StreamClosedError, OSError, HTTPOutputError):
        raise StoreUnreachable("The store ended the connection.") from None
    except asyncio.TimeoutError:
        raise StoreUnreachable(f"The store took no byte for {_SILENCE:.0f} seconds.") from None


def _element(text: str, name: str) -> str:
    found = re.search(f"<{name}>([^<]*)</{name}>", text)
    return unescape(found[1]) if found else ""
