from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.faults import FaultProxy
from tests.support.forked_server import ForkedServer
from tests.support.server import RunningServer

from .site import Way, faulty, write_file


@pytest.fixture(scope="session")
def uploads_server() -> Iterator[RunningServer]:
    """A server that keeps what came after little, and lets pages of other sites in."""
    settings = {
        "BigUpload": {"min_free_space": 0, "block_size": 2**18, "stalled_after": 1.0},
        "ServerApp": {"allow_origin": "*"},
    }
    with ForkedServer(config=settings) as server:
        yield server
        server.require_no_traceback()


@pytest.fixture
def emptied(uploads_server: RunningServer) -> Iterator[RunningServer]:
    """The server, with an empty folder and no records."""
    yield uploads_server
    for path in uploads_server.root.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.rmtree(uploads_server.data_dir / "bigupload", ignore_errors=True)


@pytest.fixture
def direct(emptied: RunningServer, tmp_path: Path) -> Way:
    """The server itself."""
    return Way(emptied, None, write_file(tmp_path))


@pytest.fixture
def watched(emptied: RunningServer, tmp_path: Path) -> Iterator[Way]:
    """The server behind a proxy that only looks."""
    with FaultProxy(("127.0.0.1", emptied.port)) as proxy:
        yield Way(emptied, proxy, write_file(tmp_path))


@pytest.fixture
def broken(emptied: RunningServer, tmp_path: Path) -> Iterator[Way]:
    """The server behind a proxy that breaks things."""
    with FaultProxy(("127.0.0.1", emptied.port), plan=faulty()) as proxy:
        yield Way(emptied, proxy, write_file(tmp_path))
        assert len(proxy.injected) >= 3
