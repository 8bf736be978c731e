from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyter_bigupload.client import Client
from tests.support.faults import FaultProxy
from tests.support.forked_server import ForkedServer

#: Blocks and chunks so small that a few MiB make many.
SMALL = 2**18


@pytest.fixture(scope="module")
def server() -> Iterator[ForkedServer]:
    config = {"BigUpload": {"block_size": SMALL, "stalled_after": 1.0}}
    with ForkedServer(config=config) as server:
        yield server


@pytest.fixture
def client(server: ForkedServer) -> Iterator[Client]:
    with Client(server.url, server.token, patience=30) as client:
        yield client


@pytest.fixture
def proxy(server: ForkedServer) -> Iterator[FaultProxy]:
    with FaultProxy(("127.0.0.1", server.port)) as proxy:
        yield proxy


@pytest.fixture
def through(server: ForkedServer, proxy: FaultProxy) -> Iterator[Client]:
    """A client with the proxy before the server."""
    with Client(proxy.url, server.token, patience=30) as client:
        yield client


@pytest.fixture
def root(server: ForkedServer) -> Iterator[Path]:
    """The server's home folder, in which nothing may be left over."""
    yield server.root
    assert [path for path in server.root.rglob("*") if path.name.endswith(".bigupload")] == []
