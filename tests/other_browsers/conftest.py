from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.applications import prepare_pages
from tests.support.faults import FaultProxy
from tests.support.forked_server import ForkedServer
from tests.support.server import RunningServer

from .driver import Driver
from .firefox import firefox
from .page import Page
from .webkit import webkit

#: Many chunks of a file that is soon written.
CHUNK = 2**22


@pytest.fixture(scope="package")
def server() -> Iterator[RunningServer]:
    settings = {"BigUpload": {"chunk_size": CHUNK, "min_free_space": 0}}
    with ForkedServer(app="lab", config=settings) as running:
        prepare_pages(running)
        yield running


@pytest.fixture(scope="package")
def proxy(server: RunningServer) -> Iterator[FaultProxy]:
    with FaultProxy(("127.0.0.1", server.port)) as proxy:
        yield proxy


@pytest.fixture(params=[firefox, webkit], ids=["Firefox", "WebKit"])
def driver(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Driver]:
    """A browser with a fresh profile."""
    with request.param(tmp_path) as driver:
        yield driver


@pytest.fixture
def page(
    driver: Driver, server: RunningServer, proxy: FaultProxy, application: str, request: pytest.FixtureRequest
) -> Page:
    """An application, open on a folder of the test's own."""
    folder = re.sub(r"\W+", "-", request.node.name).strip("-")
    (server.root / folder).mkdir()
    proxy.requests.clear()
    page = Page(driver, server, proxy, application, folder)
    page.open()
    return page
