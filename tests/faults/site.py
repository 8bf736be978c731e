"""A server, a proxy before it, and a browser with our page: what all runs against faults need."""

from __future__ import annotations

import asyncio
import os
import re
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from types import MappingProxyType

import httpx
from playwright.async_api import Browser, async_playwright

from tests.browser.applications import prepare_pages
from tests.browser.chromium import CHROMIUM, FLAGS
from tests.support.faults import FaultProxy, Link, Plan
from tests.support.forked_server import ForkedServer
from tests.support.server import Config

from .page import EnginePage
from .wire import UPLOADS

_PARTIAL = re.compile(r"\..*\.bigupload")

#: Seconds in which a server has ended what it was at.
_GRACE = 15.0

#: Chunks as small as they can be set, so that a few MiB make many.
SMALL_CHUNKS = 2**18

#: Settings with which the page sends whole files, of which the server keeps small blocks.
WHOLE_FILES: Mapping[str, object] = MappingProxyType({"chunk_size": 2**26, "block_size": SMALL_CHUNKS})


class Site:
    """A JupyterLab server behind a proxy, and one tab that has it open.

    Parameters
    ----------
    direct : bool
        Leaves the proxy out.
    grace : float
        Seconds that what is left over may take to go.
    """

    def __init__(
        self, server: ForkedServer, proxy: FaultProxy, browser: Browser, *, direct: bool, grace: float
    ) -> None:
        self.server = server
        self.proxy = proxy
        self._url = server.url if direct else proxy.url
        self._browser = browser
        self._grace = grace
        self._has_own_clock = False
        self.engine: EnginePage

    async def choose_clock(self, *, own: bool) -> None:
        """See that the page has a clock of its own, or that it has none: another one is opened if need be."""
        if own != self._has_own_clock:
            await self.open_page(own_clock=own)

    async def open_page(self, *, own_clock: bool = False) -> EnginePage:
        """Open the page as somebody does who has never been there; a page that was open is closed."""
        self.calm()
        for context in self._browser.contexts:
            await context.close()
        context = await self._browser.new_context()
        self.engine = EnginePage(await context.new_page())
        self._has_own_clock = own_clock
        await self.engine.open(self._url, self.server.token, own_clock=own_clock)
        return self.engine

    def calm(self) -> None:
        """From now on nothing goes wrong; what hangs is ended."""
        self.proxy.plan = Plan()
        self.proxy.link = Link()
        self.proxy.disconnect()

    def client(self) -> httpx.Client:
        """A client that is logged in, with nothing between it and the server."""
        return httpx.Client(
            base_url=self.server.url,
            headers={"Authorization": f"token {self.server.token}"},
            timeout=60,
            trust_env=False,
        )

    def leftovers(self) -> list[str]:
        """What an upload that has ended must not leave: partials, and uploads that the server believes in."""
        partials = [
            str(path.relative_to(self.server.root))
            for path in self.server.root.rglob("*")
            if _PARTIAL.fullmatch(path.name)
        ]
        with self.client() as client:
            uploads = client.get(UPLOADS).raise_for_status().json()["uploads"]
        return partials + [f"upload {upload['path']} ({upload['state']})" for upload in uploads]

    def clear(self) -> None:
        """Abort every upload that is left, so that what comes next begins with nothing."""
        with self.client() as client:
            for upload in client.get(UPLOADS).raise_for_status().json()["uploads"]:
                client.delete(f"{UPLOADS}/{upload['id']}")

    async def what_stays(self) -> list[str]:
        """What is left over a moment later: the server may still be at a request that nobody waits for."""
        deadline = time.monotonic() + self._grace
        while (left := await asyncio.to_thread(self.leftovers)) and time.monotonic() < deadline:
            await asyncio.sleep(0.2)
        return left


@asynccontextmanager
async def open_site(
    *, bigupload: Mapping[str, object] | None = None, direct: bool = False, grace: float = _GRACE
) -> AsyncIterator[Site]:
    """Start everything (see `Site`); `bigupload` are settings of the extension."""
    config: Config = {
        "LabApp": {"expose_app_in_browser": True},
        "BigUpload": {"chunk_size": SMALL_CHUNKS, "stalled_after": 2.0, **(bigupload or {})},
        # Thousands of requests say nothing that a person would read.
        "ServerApp": {"log_level": "WARN"},
    }
    with (
        ForkedServer(app="lab", config=config) as server,
        FaultProxy(("127.0.0.1", server.port)) as proxy,
    ):
        prepare_pages(server)
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=CHROMIUM, args=FLAGS, chromium_sandbox=False
            )
            site = Site(server, proxy, browser, direct=direct, grace=grace)
            await site.open_page()
            yield site
            await browser.close()


def write_files(folder: Path, sizes: dict[str, int]) -> list[Path]:
    """Write files of these names and sizes, with noise in them."""
    noise = os.urandom(2**20)
    files = []
    for name, size in sizes.items():
        path = folder / name
        with path.open("wb") as file:
            for number in range(-(-size // len(noise))):
                begun = number * len(noise)
                # Each MiB differs from the others, so that one in another's place is noticed.
                mark = os.urandom(32)
                file.write((mark + noise)[: min(len(noise), size - begun)])
        files.append(path)
    return files
