"""A body streamed to a signed request: the bytes of a part on their way to the store.

The body comes from a client and can't be asked for again, so none of it is taken before the store has asked
for it (`Expect: 100-continue`). Until then a kept connection that turns out to be closed costs nothing but
another one.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from xml.sax.saxutils import unescape

from aiohttp import (
    ClientConnectorCertificateError,
    ClientConnectorError,
    ClientConnectorSSLError,
    ClientError,
    ClientHttpProxyError,
    ClientResponse,
    ClientTimeout,
    ConnectionTimeoutError,
)
from yarl import URL

from ...digests import SupportsUpdate
from ...errors import LengthMismatch, StoreUnreachable
from ...threads import in_bytes_thread
from ..signing import SignedRequest
from .connections import route_to, session
from .errors import UNTRUSTED
from .web_page import is_page

#: Seconds without progress after which the store counts as gone.
_IDLE_TIMEOUT = 60.0
#: Seconds to wait for `100 Continue`; a store that does not know it gets the body then.
_CONTINUE_TIMEOUT = 1.0
#: Seconds for which a store that gave none is not asked for it again.
_WITHOUT_CONTINUE = 600.0
#: For a whole body in memory, which is a small one.
_WHOLE = ClientTimeout(total=2 * _IDLE_TIMEOUT, sock_connect=10.0)
#: Bytes of an answer that are kept: an error is short.
_KEPT = 2**16

#: By host and port, until when, on the monotonic clock.
_unaware: dict[str, float] = {}


@dataclass(frozen=True)
class Answer:
    """The store's answer: its status, and `<Code>` and `<Message>` of the XML of an error.

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
    route = await route_to(request.url, ca_file)
    exchange = await _begin(request, length, route)
    try:
        return await exchange.run(body, hasher)
    finally:
        await exchange.end()


async def _begin(request: SignedRequest, length: int, route: Mapping[str, Any]) -> _Exchange:
    """Send the head of the request, again if need be, until the store wants the body or has answered."""
    host = urlsplit(request.url).netloc
    if time.monotonic() >= _unaware.get(host, 0.0):
        exchange = _Exchange(request, length, route, keep=True, expect=True)
        if await exchange.accepted() and not exchange.lost:
            return exchange
        if exchange.lost:
            # aiohttp has tried a second one by then; a new one can't have been closed for being idle.
            exchange = _Exchange(request, length, route, keep=False, expect=True)
            if await exchange.accepted():
                return exchange
        _unaware[host] = time.monotonic() + _WITHOUT_CONTINUE
    # Such a store gets a new connection each time: nothing else tells, in time, that a kept one is closed.
    return _Exchange(request, length, route, keep=False, expect=False)


class _Exchange:
    """One request and its answer, in a task of its own, to which the body is handed piece by piece.

    Parameters
    ----------
    keep : bool
        Whether to use a connection that was kept, and to keep it.
    expect : bool
        Whether to wait for the store's `100 Continue` before the body.
    """

    def __init__(
        self, request: SignedRequest, length: int, route: Mapping[str, Any], *, keep: bool, expect: bool
    ) -> None:
        self._length = length
        self._route = route
        #: Whether the connection ended before the store wanted any of the body.
        self.lost = False
        self._headers_sent = asyncio.Event()
        self._wanted = asyncio.Event()
        self._pieces: asyncio.Queue[bytes] = asyncio.Queue(1)
        self._asking = asyncio.ensure_future(self._ask(request, keep=keep, expect=expect))
        self._asking.add_done_callback(lambda asked: asked.cancelled() or asked.exception())

    async def accepted(self) -> bool:
        """Wait for `100 Continue`, an answer or an error; when there is none of them in time, give up."""
        try:
            await self._first(self._headers_sent.wait(), None)  # to connect has limits of its own
            if await self._first(self._wanted.wait(), _CONTINUE_TIMEOUT):
                return True
        except asyncio.CancelledError:
            await self.end()
            raise
        await self.end()
        return False

    async def run(self, body: AsyncIterator[bytes], hasher: SupportsUpdate | None) -> Answer:
        """Send the body and return the answer, as soon as there is one."""
        if self._asking.done():
            return self._asking.result()
        sent = 0
        async for piece in body:
            sent += len(piece)
            if sent > self._length:
                raise LengthMismatch(f"The part has more than {self._length} bytes.")
            if hasher is not None:
                await in_bytes_thread(hasher.update)(piece)
            await self._written()
            if self._asking.done():
                return self._asking.result()
            self._pieces.put_nowait(piece)
        if sent < self._length:
            raise LengthMismatch(f"The part has {sent} bytes instead of {self._length}.")
        await self._written()
        await self._first(self._asking, _IDLE_TIMEOUT)
        if not self._asking.done():
            raise StoreUnreachable("The store gave no answer.")
        return self._asking.result()

    async def end(self) -> None:
        """Stop sending. A connection on which an answer is not complete is closed."""
        self._asking.cancel()
        await asyncio.wait([self._asking])

    async def _written(self) -> None:
        """Wait until what was handed over is on its way."""
        if not await self._first(self._pieces.join(), _IDLE_TIMEOUT):
            raise StoreUnreachable(f"The store took no byte for {_IDLE_TIMEOUT:.0f} seconds.")

    async def _first(self, event: Awaitable[object], timeout: float | None) -> bool:
        """Wait for `event` or the end of the exchange; return whether either came in time."""
        waiting = asyncio.ensure_future(event)
        try:
            done, _ = await asyncio.wait(
                {waiting, self._asking}, timeout=timeout, return_when=asyncio.FIRST_COMPLETED
            )
            return bool(done)
        finally:
            if waiting is not self._asking:
                waiting.cancel()

    async def _handed_over(self) -> AsyncIterator[bytes]:
        self._wanted.set()
        left = self._length
        while left:
            piece = await self._pieces.get()
            left -= len(piece)
            yield piece
            self._pieces.task_done()

    async def _ask(self, request: SignedRequest, *, keep: bool, expect: bool) -> Answer:
        with _unreachable(self._route["proxy"], self._note_end):
            async with session(keep=keep).request(
                request.method,
                URL(request.url, encoded=True),  # as it was signed
                headers={**request.headers, "Content-Length": str(self._length)},
                data=self._handed_over(),
                expect100=expect,
                allow_redirects=False,
                trace_request_ctx=self._headers_sent,
                **self._route,
            ) as response:
                return await _answer(response)

    def _note_end(self) -> None:
        self.lost = not self._wanted.is_set()


async def send_whole(request: SignedRequest, data: bytes, *, ca_file: str | None = None) -> Answer:
    """Send a body that is in memory, and that may be sent again; return the answer.

    Parameters
    ----------
    ca_file : str or None
        The certificates to trust; None for the system's.

    Raises
    ------
    StoreUnreachable
        When there is no answer. The store may have taken the body all the same.
    """
    route = await route_to(request.url, ca_file)
    with _unreachable(route["proxy"]):
        async with session(keep=True).request(
            request.method,
            URL(request.url, encoded=True),  # as it was signed
            headers=request.headers,
            data=data,
            allow_redirects=False,
            timeout=_WHOLE,
            trace_request_ctx=asyncio.Event(),
            **route,
        ) as response:
            return await _answer(response)


@contextlib.contextmanager
def _unreachable(proxy: str | None, ended: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Turn aiohttp's errors into ours; `ended` is called where there was a connection."""
    host = urlsplit(proxy or "").hostname
    through = "" if proxy is None else f" through the proxy {host}"
    try:
        yield
    except (ClientConnectorSSLError, ClientConnectorCertificateError):
        raise StoreUnreachable(UNTRUSTED) from None
    except ClientHttpProxyError as error:
        message = f"The proxy {host} answered {error.status} when asked for the store."
        raise StoreUnreachable(message) from None
    except (ClientConnectorError, ConnectionTimeoutError):
        raise StoreUnreachable(f"The store can't be reached{through}.") from None
    except (ClientError, OSError, asyncio.TimeoutError):
        ended()
        raise StoreUnreachable(f"The store ended the connection{through}.") from None


async def _answer(response: ClientResponse) -> Answer:
    text = await _beginning(response)
    return Answer(response.status, _element(text, "Code"), _element(text, "Message"), is_page(text))


async def _beginning(response: ClientResponse) -> bytes:
    """Return the first bytes of an answer; where there are more, or the rest does not come, what there is."""
    text = b""
    with contextlib.suppress(ClientError):
        while len(text) < _KEPT and (piece := await response.content.read(_KEPT - len(text))):
            text += piece
    return text


def _element(text: bytes, name: str) -> str:
    found = re.search(f"<{name}>([^<]*)</{name}>", text.decode("utf-8", "replace"))
    return unescape(found[1]) if found else ""
