from __future__ import annotations

import re
from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import (
    BrowserContext,
    Page,
    Playwright,
    async_playwright,
    expect,
)

from tests.support.forked_server import ForkedServer
from tests.support.server import RunningServer

from .applications import LINKS, STEERABLE, prepare_pages
from .chromium import CHROMIUM, FLAGS, WINDOW, WITHOUT_FILE_HANDLES
from .frontend import Frontend
from .payload import MIB, write_payload
from .tabs import Tabs

_HERE = Path(__file__).parent
_RESULTS = Path("test-results")
_FAILED = pytest.StashKey[bool]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One event loop for all: the browser outlives a test, and belongs to the loop that started it."""
    for item in items:
        if _HERE in item.path.parents:
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    item.stash[_FAILED] = item.stash.get(_FAILED, False) or report.failed
    return report


def remove_unfinished(server: RunningServer) -> None:
    """Cancel what earlier tests have left on the server."""
    headers = {"Authorization": f"token {server.token}"}
    with httpx.Client(base_url=server.url, headers=headers, trust_env=False) as client:
        for upload in client.get("api/bigupload/uploads").json()["uploads"]:
            client.delete(f"api/bigupload/uploads/{upload['id']}")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def playwright() -> AsyncIterator[Playwright]:
    # Whatever is waited for, the machine may have much else to do.
    expect.set_options(timeout=30_000)
    async with async_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def server() -> Iterator[RunningServer]:
    """Both applications, on one server: Notebook is a page of JupyterLab's server."""
    with ForkedServer(app="lab", config={**STEERABLE, "BigUpload": LINKS}) as running:
        prepare_pages(running)
        yield running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def context(
    playwright: Playwright, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[BrowserContext]:
    """One person's browser: it stays, with its cookies and its cache, while tabs come and go.

    It has a profile on the disk, because only then does Chromium keep the code that it has compiled: the
    applications load in two thirds of the time.
    """
    context = await playwright.chromium.launch_persistent_context(
        tmp_path_factory.mktemp("profile"),
        executable_path=CHROMIUM,
        args=FLAGS,
        chromium_sandbox=False,
        viewport=WINDOW,
    )
    await context.add_init_script(WITHOUT_FILE_HANDLES)
    yield context
    await context.close()


@pytest.fixture(scope="session")
def tabs(context: BrowserContext) -> Tabs:
    return Tabs(context)


@pytest_asyncio.fixture(loop_scope="session")
async def results(context: BrowserContext, request: pytest.FixtureRequest) -> AsyncIterator[Path]:
    """Where it is kept how a test failed; with `--traces` all that was done in its tabs."""
    results = _RESULTS / re.sub(r"\W+", "-", request.node.name).strip("-")
    is_traced = request.config.getoption("--traces")
    if is_traced:
        await context.tracing.start(snapshots=True, title=request.node.name)
    yield results
    if is_traced:
        await context.tracing.stop(path=results / "trace.zip" if _has_failed(request) else None)


def _has_failed(request: pytest.FixtureRequest) -> bool:
    has_failed: bool = request.node.stash.get(_FAILED, False)
    return has_failed


@pytest_asyncio.fixture(loop_scope="session")
async def page(context: BrowserContext, results: Path, request: pytest.FixtureRequest) -> AsyncIterator[Page]:
    """A new tab; how it looked is kept when the test fails."""
    page = await context.new_page()
    yield page
    if _has_failed(request):
        await page.screenshot(path=results / "page.png")
    await page.close()


@pytest.fixture
def folder(server: RunningServer, request: pytest.FixtureRequest) -> str:
    """A folder of the test's own, from the server's root; other tests' unfinished uploads are gone."""
    remove_unfinished(server)
    name = re.sub(r"\W+", "-", f"{request.node.path.stem} {request.node.name}").strip("-")
    (server.root / name).mkdir()
    return name


@pytest_asyncio.fixture(loop_scope="session")
async def tab(
    tabs: Tabs, server: RunningServer, application: str, results: Path, request: pytest.FixtureRequest
) -> AsyncIterator[Page]:
    """The tab that other tests had before, if they have left one; where a mark asks for it, a new one."""
    is_only = request.node.get_closest_marker("only_tab") is not None
    is_own = is_only or request.node.get_closest_marker("own_tab") is not None
    if is_only:
        await tabs.close()
    page = await (tabs.new() if is_own else tabs.take(server, application))
    yield page
    if _has_failed(request):
        await page.screenshot(path=results / "page.png")
    if is_own or page.is_closed() or _has_failed(request):
        await page.close()
    else:
        tabs.keep(page, server, application)


@pytest_asyncio.fixture(loop_scope="session")
async def frontend(
    tab: Page, server: RunningServer, folder: str, application: str, request: pytest.FixtureRequest
) -> AsyncIterator[Frontend]:
    """An application (`tests.tiers` says which), open on the test's folder."""
    frontend = Frontend(tab, server, application, folder)
    await frontend.open()
    yield frontend
    if not _has_failed(request):
        await frontend.leave()


@pytest.fixture(scope="session")
def big_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_payload(tmp_path_factory.mktemp("payload") / "events.bin", 300 * 10**6)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Larger than what is in flight at once, so that it can be interrupted in its middle."""
    return write_payload(tmp_path / "run-7.bin", 40 * MIB)
