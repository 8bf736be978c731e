from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.forked_server import ForkedServer
from tests.support.server import RunningServer
from tests.tiers import takes_all

from .draft import VERSIONS, Draft

#: Bytes after which what has come of a body is kept, and told.
BLOCK = 2**18
#: Bytes of a body that are read before any of them is passed on, as long as more come.
PIECE = 2**20


@pytest.fixture(scope="session")
def draft_server() -> Iterator[RunningServer]:
    """A server that keeps small blocks; nothing happens on it that nobody foresaw."""
    with ForkedServer(config={"BigUpload": {"block_size": BLOCK, "min_free_space": 0}}) as running:
        yield running
        running.require_no_traceback()


@pytest.fixture
def root(draft_server: RunningServer) -> Iterator[Path]:
    """The server's folder, which is empty again afterwards."""
    yield draft_server.root
    for path in draft_server.root.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


@pytest.fixture
def draft(draft_server: RunningServer) -> Draft:
    """A client of the newest version."""
    return Draft(draft_server)


@pytest.fixture
def each(draft_server: RunningServer, request: pytest.FixtureRequest) -> Draft:
    """Clients of all versions, one after the other; in smaller tiers of those that differ most."""
    return Draft(draft_server, request.param)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Say which versions; only now it is known which tier is run."""
    if "each" in metafunc.fixturenames:
        metafunc.parametrize("each", VERSIONS if takes_all() else (3, 9), indirect=True)


@pytest.fixture
def start() -> Iterator[Callable[..., RunningServer]]:
    """Start servers with settings of their own; they end with the test."""
    running: list[RunningServer] = []

    def begin(**settings: object) -> RunningServer:
        running.append(ForkedServer(**settings).__enter__())
        return running[-1]

    yield begin
    for one in running:
        one.__exit__(None, None, None)
