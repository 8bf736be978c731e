from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.forked_server import ForkedServer
from tests.support.object_stores import Azurite, SeaweedFS
from tests.support.server import RunningServer

from .site import Site, running_site


def client_of(server: RunningServer) -> httpx.Client:
    """A client that is logged in by token."""
    return httpx.Client(
        base_url=server.url, headers={"Authorization": f"token {server.token}"}, timeout=30, trust_env=False
    )


@pytest.fixture
def client(server: RunningServer) -> Iterator[httpx.Client]:
    with client_of(server) as client:
        yield client


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, seaweedfs: SeaweedFS, azurite: Azurite) -> Iterator[Site]:
    """A server with buckets; when all tests are done, none of its secrets is to be found in its log."""
    with running_site(tmp_path_factory.mktemp("site"), seaweedfs, azurite) as running:
        yield running
        assert not [secret for secret in running.secrets if secret in running.server.log]
        running.server.require_no_traceback()


@pytest.fixture
def visitor(site: Site) -> Iterator[httpx.Client]:
    """A client of the server with buckets."""
    with client_of(site.server) as client:
        yield client


@pytest.fixture
def root(server: RunningServer) -> Iterator[Path]:
    """The shared server's folder: empty, and without records of uploads."""
    yield server.root
    for path in server.root.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    shutil.rmtree(server.data_dir / "bigupload", ignore_errors=True)


@pytest.fixture
def start(server: RunningServer) -> Iterator[Callable[..., RunningServer]]:
    """Start servers with settings of their own; they end with the test."""
    running: list[RunningServer] = []

    def begin(**settings: object) -> RunningServer:
        running.append(ForkedServer(**settings).__enter__())
        return running[-1]

    yield begin
    for one in running:
        one.__exit__(None, None, None)


def create(client: httpx.Client, path: str, size: int, **fields: object) -> str:
    """Create an upload, and return its id."""
    answer = client.post("api/bigupload/uploads", json={"path": path, "size": size, **fields})
    assert answer.status_code == 201, answer.text
    upload_id = answer.json()["id"]
    assert answer.headers["Location"].endswith(f"/api/bigupload/uploads/{upload_id}")
    return str(upload_id)


def send(
    client: httpx.Client, upload_id: str, data: bytes, start: int, end: int, *, folder: str = ""
) -> httpx.Response:
    """Send the bytes `[start, end)` of `data` as a chunk."""
    return client.post(
        f"api/upload_handlers/{folder}",
        params={"upload": upload_id},
        content=data[start:end],
        headers={
            "Content-Range": f"bytes {start}-{end - 1}/{len(data)}",
            "Content-Type": "application/octet-stream",
        },
    )


def reason(answer: httpx.Response) -> tuple[int, str]:
    """Return the status and the reason of an error."""
    fields = answer.json()
    assert fields["message"]
    assert isinstance(fields["retryable"], bool)
    return answer.status_code, fields["reason"]
