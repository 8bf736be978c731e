"""What lies between the browser and the server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from typing import Protocol
from urllib.parse import urlsplit

from playwright.sync_api import Page

from tests.support import faults

from .servers import Server

_SLOWEST_ON_LOOPBACK = 4_000_000
_SLOWEST_WITH_LOSS = 20_000


class Link(Protocol):
    """A way from the browser to the server."""

    @property
    def slowest(self) -> float:
        """Bytes a second; an upload that is slower is given up."""

    def reach(self, server: Server) -> AbstractContextManager[Server]:
        """Return the server as the browser sees it."""

    def narrow(self, page: Page) -> None:
        """Do to the page, once it is there, what the link needs."""


class Loopback:
    """Nothing in between."""

    slowest: float = _SLOWEST_ON_LOOPBACK

    def reach(self, server: Server) -> AbstractContextManager[Server]:
        """Return the server itself."""
        return nullcontext(server)

    def narrow(self, page: Page) -> None:
        """Leave the page alone."""


class Bandwidth:
    """Chromium's own emulation of a link that takes `rate` bytes a second from a page, for all it sends."""

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self.slowest = min(rate / 10, _SLOWEST_ON_LOOPBACK)

    def reach(self, server: Server) -> AbstractContextManager[Server]:
        """Return the server itself: the browser holds back on its own."""
        return nullcontext(server)

    def narrow(self, page: Page) -> None:
        """Hold back what the page sends, and nothing of what it receives."""
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.send(
            "Network.emulateNetworkConditions",
            {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": self._rate},
        )


class LongAndLossy:
    """A proxy that models TCP over a long way which loses segments; the page comes over it too."""

    slowest: float = _SLOWEST_WITH_LOSS

    def __init__(self, *, round_trip: float, loss: float) -> None:
        self._link = faults.Link(delay=round_trip / 2, loss=loss)

    @contextmanager
    def reach(self, server: Server) -> Iterator[Server]:
        """Return the proxy, in the server's place."""
        address = urlsplit(server.url)
        assert address.hostname is not None
        assert address.port is not None
        with faults.FaultProxy((address.hostname, address.port), link=self._link) as proxy:
            yield replace(server, url=proxy.url)

    def narrow(self, page: Page) -> None:
        """Leave the page alone."""
