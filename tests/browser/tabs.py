"""Tabs that one test leaves to the next, as an application takes seconds to load."""

from __future__ import annotations

from playwright.async_api import BrowserContext, Page

from tests.support.server import RunningServer


class Tabs:
    """The tabs of one browser that are kept: one for each application of each server."""

    def __init__(self, context: BrowserContext) -> None:
        self._context = context
        self._kept: dict[tuple[str, str], Page] = {}

    async def new(self) -> Page:
        """Return an empty tab, which is not kept."""
        return await self._context.new_page()

    async def take(self, server: RunningServer, application: str) -> Page:
        """Return the tab that was kept, which nobody else gets then; where none was, an empty one."""
        return self._kept.pop((server.url, application), None) or await self.new()

    def keep(self, page: Page, server: RunningServer, application: str) -> None:
        self._kept[server.url, application] = page

    async def close(self) -> None:
        """Keep none of them."""
        while self._kept:
            _, page = self._kept.popitem()
            await page.close()
