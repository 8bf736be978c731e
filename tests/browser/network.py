"""A slow way to the server, so that an upload can be interrupted in its middle."""

from __future__ import annotations

from playwright.async_api import CDPSession, Page

#: Bytes a second at which the first chunks of a file take about two seconds, and 64 MiB take six.
SLOW = 12 * 10**6


class UploadLimit:
    """Holds back what one tab sends."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._cdp: CDPSession | None = None

    async def set(self, bytes_per_second: int) -> None:
        await self._emulate(bytes_per_second)

    async def lift(self) -> None:
        """As fast as it can."""
        await self._emulate(-1)

    async def _emulate(self, upload: int) -> None:
        if self._cdp is None:
            self._cdp = await self._page.context.new_cdp_session(self._page)
            await self._cdp.send("Network.enable")
        await self._cdp.send(
            "Network.emulateNetworkConditions",
            {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": upload},
        )
