"""tus-js-client 5 with the drafts that it speaks, from its published package, in Node."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.http.half_request import until
from tests.support.faults import FaultProxy, Link, LostAnswer, Plan, Reset, Rule
from tests.support.server import RunningServer
from tests.tiers import takes_all

from .client import Client, methods, needs_client
from .draft import RESUMABLE, Draft

pytestmark = [needs_client, pytest.mark.services]

PROTOCOLS = ("ietf-draft-03", "ietf-draft-05")
CHUNK = 300_000
SIZE = 5 * CHUNK + 17
DATA = secrets.token_bytes(SIZE)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "file.bin"
    path.write_bytes(DATA)
    return path


@pytest.fixture(params=PROTOCOLS)
def client(draft_server: RunningServer, root: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Client:
    endpoint = f"{draft_server.url}{RESUMABLE}"
    return Client(endpoint, draft_server.token, tmp_path / "storage.json", request.param)


@pytest.mark.parametrize("during_creation", [True, False])
@pytest.mark.parametrize("chunk", [None, CHUNK])
def test_an_upload(
    client: Client, root: Path, file: Path, *, during_creation: bool, chunk: int | None
) -> None:
    result = client.upload(file, "a.bin", duringCreation=during_creation, chunkSize=chunk)
    assert result["outcome"] == "done", result
    assert (root / "a.bin").read_bytes() == DATA


def test_an_upload_that_is_aborted_and_resumed_in_a_new_process(
    client: Client, root: Path, file: Path
) -> None:
    first = client.upload(file, "a.bin", chunkSize=CHUNK, abortAt=2 * CHUNK)
    assert first["outcome"] == "aborted", first
    assert not (root / "a.bin").exists()
    second = client.upload(file, "a.bin", chunkSize=CHUNK)
    assert second["outcome"] == "done", second
    assert second["url"] == first["url"]
    assert methods(second)[0] == "HEAD"
    assert int(second["requests"][0][2]) >= 2 * CHUNK
    assert (root / "a.bin").read_bytes() == DATA


@pytest.mark.parametrize("size", [1, CHUNK, 3 * CHUNK, 3 * CHUNK + 17])
def test_a_stream_of_which_nobody_knows_the_length(
    client: Client, root: Path, tmp_path: Path, size: int
) -> None:
    (tmp_path / "file.bin").write_bytes(DATA[:size])
    result = client.upload(tmp_path / "file.bin", "a.bin", stream=True, chunkSize=CHUNK)
    assert result["outcome"] == "done", result
    assert (root / "a.bin").read_bytes() == DATA[:size]


def test_an_empty_file(client: Client, root: Path, tmp_path: Path) -> None:
    (tmp_path / "file.bin").touch()
    result = client.upload(tmp_path / "file.bin", "a.bin")
    assert result["outcome"] == "done", result
    assert (root / "a.bin").read_bytes() == b""


def test_an_upload_that_is_terminated(client: Client, root: Path, file: Path) -> None:
    first = client.upload(file, "a.bin", chunkSize=CHUNK, abortAt=CHUNK)
    assert client.upload(file, "a.bin", terminate=first["url"])["outcome"] == "terminated"
    assert not any(root.iterdir())
    client.storage.unlink()  # the client goes on with both, the old one and a new one, and reports twice
    assert client.upload(file, "a.bin", chunkSize=CHUNK)["outcome"] == "done"


def test_a_name_that_is_taken(client: Client, root: Path, file: Path) -> None:
    (root / "a.bin").write_bytes(b"old")
    result = client.upload(file, "a.bin", retryDelays=[0, 0, 0], metadata={"onConflict": "fail"})
    assert result["outcome"] == "failed"
    assert methods(result) == ["POST"]  # it does not try again what can't succeed
    assert (root / "a.bin").read_bytes() == b"old"


FAULTS = {"lost answer": LostAnswer(), "reset answer": Reset(of="answer")}


@pytest.fixture
def proxy(draft_server: RunningServer) -> Iterator[FaultProxy]:
    with FaultProxy(("127.0.0.1", draft_server.port)) as proxy:
        yield proxy


@pytest.mark.parametrize("kind", FAULTS if takes_all() else ["lost answer"])
@pytest.mark.parametrize("stream", [True, False])
def test_through_faults(
    client: Client, proxy: FaultProxy, root: Path, file: Path, kind: str, *, stream: bool
) -> None:
    """Identical at the end, and not before it says so."""
    # What is said of the creation is lost before there is anything to resume: that is the client's to repeat.
    rule = Rule(FAULTS[kind], where=lambda request: request.method == "PATCH", chance=0.5, most=6)
    proxy.plan = Plan([rule], seed=len(kind))
    through = Client(
        f"{proxy.url}{RESUMABLE}",
        client.token,
        client.storage,
        client.protocol,
        {"chunkSize": CHUNK, "retryDelays": [0] * 20, "stream": stream},
    )
    result = through.upload(file, "a.bin")
    assert result["outcome"] == "done", result
    assert proxy.injected
    assert (root / "a.bin").read_bytes() == DATA


@pytest.mark.parametrize("stream", [True, False])
def test_connections_that_break_in_the_middle(
    client: Client, proxy: FaultProxy, root: Path, file: Path, *, stream: bool
) -> None:
    proxy.link = Link(bandwidth=1e6)
    through = Client(
        f"{proxy.url}{RESUMABLE}",
        client.token,
        client.storage,
        client.protocol,
        {"chunkSize": CHUNK if stream else None, "retryDelays": [100] * 50, "stream": stream},
    )
    with ThreadPoolExecutor(1) as pool:
        uploading = pool.submit(through.upload, file, "a.bin")
        for cut in range(3):
            until(lambda cut=cut: _appends(proxy) > cut or uploading.done())  # type: ignore[misc]  # as mypy has it
            proxy.disconnect()
        result = uploading.result()
    assert result["outcome"] == "done", result
    assert "HEAD" in methods(result)
    assert (root / "a.bin").read_bytes() == DATA


def _appends(proxy: FaultProxy) -> int:
    return sum(request.method == "PATCH" for request in proxy.requests)


def test_a_server_that_dies_and_comes_back(
    start: Callable[..., RunningServer], file: Path, tmp_path: Path
) -> None:
    server = start(config={"BigUpload": {"min_free_space": 0}})
    client = Client(f"{server.url}{RESUMABLE}", server.token, tmp_path / "storage.json", PROTOCOLS[-1])
    first = client.upload(file, "a.bin", chunkSize=CHUNK, abortAt=2 * CHUNK)
    server.kill()
    server.start()
    second = client.upload(file, "a.bin", chunkSize=CHUNK)
    assert second["outcome"] == "done", second
    assert second["url"] == first["url"]
    assert (server.root / "a.bin").read_bytes() == DATA
    assert Draft(server, 6).head(second["url"].removeprefix(server.url.rstrip("/"))).final.status == 204
