"""A slow way to the server, so that an upload can be interrupted in its middle."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from playwright.async_api import CDPSession, Error, Page, Route

#: Bytes a second at which the smallest chunk takes seconds, and no file of these tests ends by itself.
CRAWL = 10**5

#: Requests that bring a chunk, or ask for the signature of a part.
_BRINGS_BYTES = re.compile(r"/api/(upload_handlers(/|\?|$)|bigupload/uploads/[^/]+/sign(\?|$))")

#: What JupyterLab adds to the address of each request, so that no cache answers it.
_NUMBER = re.compile(r"[?&]\d+$")


class UploadLimit:
    """Holds back what one tab sends."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._cdp: CDPSession | None = None

    async def crawl(self) -> None:
        """So slowly that nothing comes to its end."""
        await self._emulate(CRAWL)

    async def lift(self) -> None:
        """As fast as it can."""
        await self._emulate(-1)

    async def end(self) -> None:
        """Leave the tab as if it had never been held back."""
        if self._cdp is not None:
            await self.lift()
            await self._cdp.detach()
            self._cdp = None

    @asynccontextmanager
    async def after(self, first: int = 1) -> AsyncIterator[None]:
        """Let the first chunks of each upload through, and hold all others as long as the block lasts.

        At its end they crawl. So however slow the machine is, some chunks are there then, and others on their
        way, with bytes that move.
        """
        seen: Counter[str] = Counter()
        going: set[asyncio.Task[None]] = set()
        let_go = asyncio.Event()

        async def go_on(route: Route) -> None:
            await let_go.wait()
            with suppress(Error):  # the page gave it up, or is gone
                await route.continue_()

        async def pass_on(route: Route) -> None:
            upload = _NUMBER.sub("", route.request.url)
            seen[upload] += route.request.method != "DELETE"
            if seen[upload] <= first:
                await route.continue_()
            else:
                going.add(asyncio.ensure_future(go_on(route)))

        await self._page.route(_BRINGS_BYTES, pass_on)
        try:
            yield
            await self.crawl()
        finally:
            let_go.set()
            await asyncio.gather(*going)
            with suppress(Error):
                await self._page.unroute(_BRINGS_BYTES, pass_on)

    async def _emulate(self, upload: int) -> None:
        if self._cdp is None:
            self._cdp = await self._page.context.new_cdp_session(self._page)
            await self._cdp.send("Network.enable")
        await self._cdp.send(
            "Network.emulateNetworkConditions",
            {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": upload},
        )
