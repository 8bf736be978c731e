from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from jupyter_bigupload.client import Client
from tests.cli.command import PROGRAM, Command
from tests.support.faults import FaultProxy
from tests.support.forked_server import ForkedServer


@pytest.fixture(scope="module")
def server() -> Iterator[ForkedServer]:
    # Blocks so small that a few MB make many.
    with ForkedServer(
        config={"BigUpload": {"chunk_size": 2**20, "block_size": 2**18, "stalled_after": 1.0}}
    ) as server:
        yield server


@pytest.fixture
def client(server: ForkedServer) -> Iterator[Client]:
    """A client beside the command; when the test is over it cancels what that has left."""
    with Client(server.url, server.token, patience=30) as client:
        yield client
        for upload in client.uploads():
            upload.cancel()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the command is started."""
    folder = tmp_path / "here"
    folder.mkdir()
    return folder


@pytest.fixture
def command(server: ForkedServer, client: Client, folder: Path) -> Command:
    return Command(folder, server.url, server.token)


@pytest.fixture
def proxy(server: ForkedServer) -> Iterator[FaultProxy]:
    with FaultProxy(("127.0.0.1", server.port)) as proxy:
        yield proxy


@pytest.fixture
def through(server: ForkedServer, client: Client, proxy: FaultProxy, folder: Path) -> Command:
    """The command with the proxy before the server."""
    return Command(folder, proxy.url, server.token)


@pytest.fixture
def programs(tmp_path: Path) -> Mapping[str, str]:
    """An environment in which the command has its name, from this checkout."""
    there = tmp_path / "bin"
    there.mkdir()
    for name, text in {
        "jupyter-bigupload": f'exec {" ".join(PROGRAM)} "$@"',
        "jupyter": 'shift; exec jupyter-bigupload "$@"',
    }.items():
        (there / name).write_text(f"#!/bin/sh\n{text}\n")
        (there / name).chmod(0o755)
    return {"PATH": f"{there}{os.pathsep}{os.environ['PATH']}", "HOME": str(tmp_path)}


def write(path: Path, size: int) -> bytes:
    data = os.urandom(size)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return data
