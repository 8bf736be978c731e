"""Operations: started once, in a process of their own, with an end that is always told."""

from __future__ import annotations

import hashlib
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.server import RunningServer, workers

from .conftest import client_of, reason
from .half_request import until
from .operations import OPERATIONS, at_work, begin, finished, get


@pytest.fixture
def large(root: Path) -> str:
    """A file whose checksum takes minutes; it takes no place on the disk."""
    with (root / "large.bin").open("wb") as file:
        file.truncate(200 * 2**30)
    return "large.bin"


def test_a_checksum(client: httpx.Client, root: Path) -> None:
    data = os.urandom(3_000_000)
    (root / "a b.bin").write_bytes(data)
    operation = finished(client, begin(client, "checksum", "a b.bin", parameters={"algorithm": "md5"}))
    assert operation["response"] == {
        "algorithm": "md5",
        "checksum": hashlib.md5(data, usedforsecurity=False).hexdigest(),
        "size": len(data),
    }
    metadata = operation["metadata"]
    assert (metadata["state"], metadata["kind"], metadata["path"]) == ("done", "checksum", "a b.bin")
    assert metadata["started"] >= metadata["created"]
    assert metadata["ended"] >= metadata["started"]
    assert "error" not in operation


def test_what_is_left_out_is_as_the_schema_says(client: httpx.Client, root: Path) -> None:
    (root / "a").write_bytes(b"x")
    operation = begin(client, "checksum", "a")
    assert operation["metadata"]["parameters"] == {"algorithm": "sha256"}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"kind": "bake"}, "no kind 'bake'"),
        ({"kind": 3}, "kind"),
        ({"parameters": {"algorithm": "crc"}}, "algorithm: 'crc' is not one of"),
        ({"parameters": {"more": 1}}, "more"),
        ({"parameters": []}, "parameters"),
        ({"path": None}, "path"),
    ],
)
def test_what_is_not_as_its_schema_is_refused(
    client: httpx.Client, root: Path, fields: dict[str, Any], words: str
) -> None:
    (root / "a").write_bytes(b"x")
    answer = client.post(OPERATIONS, json={"kind": "checksum", "path": "a", **fields})
    assert reason(answer) == (400, "malformed")
    assert words in answer.json()["message"]
    assert client.get(OPERATIONS).json()["operations"] == []


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("../secret", "outside_root"),
        ("/etc/passwd", "outside_root"),
        ("missing.bin", "not_found"),
        ("missing/a.bin", "folder_missing"),
        ("link", "not_found"),
        ("a\0b", "invalid_name"),
    ],
)
def test_paths_that_can_not_be_read(client: httpx.Client, root: Path, path: str, expected: str) -> None:
    (root / "link").symlink_to("/etc/passwd")
    answer = client.post(OPERATIONS, json={"kind": "checksum", "path": path})
    if answer.status_code == 201:
        failed = finished(client, answer.json())
        assert failed["metadata"]["state"] == "failed"
        assert failed["error"]["reason"] == expected
    else:
        assert answer.json()["reason"] == expected


def test_hidden_files_are_not_read(client: httpx.Client, root: Path) -> None:
    (root / ".secret").write_bytes(b"x")
    assert reason(client.post(OPERATIONS, json={"kind": "checksum", "path": ".secret"})) == (403, "hidden")


def test_nobody_gets_in_without_a_login(server: RunningServer, root: Path) -> None:
    (root / "a").write_bytes(b"x")
    with httpx.Client(base_url=server.url, trust_env=False) as stranger:
        assert stranger.post(OPERATIONS, json={"kind": "checksum", "path": "a"}).status_code == 403
        for path in (OPERATIONS, f"{OPERATIONS}/kinds", f"{OPERATIONS}/{'0' * 32}"):
            assert stranger.get(path).status_code == 403
        assert stranger.post(f"{OPERATIONS}/{'0' * 32}/cancel").status_code == 403
        assert stranger.delete(f"{OPERATIONS}/{'0' * 32}").status_code == 403


@pytest.mark.parametrize("name", ["0" * 32, "..", "x" * 32, "%2e%2e%2f" + "0" * 32])
def test_what_is_no_operation(client: httpx.Client, root: Path, name: str) -> None:
    for answer in (
        client.get(f"{OPERATIONS}/{name}/"[:-1]),
        client.delete(f"{OPERATIONS}/{name}"),
        client.post(f"{OPERATIONS}/{name}/cancel"),
    ):
        assert answer.status_code in {404, 405}


def test_a_repeated_request_starts_nothing_twice(client: httpx.Client, root: Path) -> None:
    (root / "a").write_bytes(b"x")
    first = begin(client, "checksum", "a", key="one click")
    assert begin(client, "checksum", "a", key="one click")["name"] == first["name"]
    assert len(client.get(OPERATIONS).json()["operations"]) == 1
    answer = client.post(
        OPERATIONS, json={"kind": "checksum", "path": "b"}, headers={"Idempotency-Key": "one click"}
    )
    assert reason(answer) == (400, "malformed")


def test_cancelling_ends_the_process(server: RunningServer, client: httpx.Client, large: str) -> None:
    operation = at_work(client, begin(client, "checksum", large))
    assert operation["metadata"]["state"] == "running"
    assert operation["metadata"]["deadline"] > operation["metadata"]["started"]
    assert reason(client.delete(f"api/bigupload/{operation['name']}")) == (409, "not_over")
    assert client.post(f"api/bigupload/{operation['name']}/cancel").status_code == 200
    over = finished(client, operation)
    assert (over["metadata"]["state"], over["error"]["reason"]) == ("cancelled", "cancelled")
    until(lambda: not workers(server.data_dir))
    assert client.post(f"api/bigupload/{operation['name']}/cancel").json()["metadata"]["state"] == "cancelled"
    assert client.delete(f"api/bigupload/{operation['name']}").status_code == 204
    assert client.get(f"api/bigupload/{operation['name']}").status_code == 404


def test_only_so_many_run_at_once(server: RunningServer, client: httpx.Client, large: str) -> None:
    first, second = (at_work(client, begin(client, "checksum", large)) for _ in range(2))
    third = begin(client, "checksum", large)
    assert third["metadata"]["state"] == "queued"
    assert len(workers(server.data_dir)) == 2
    fourth = begin(client, "checksum", large)
    cancelled = client.post(f"api/bigupload/{fourth['name']}/cancel").json()
    assert cancelled["metadata"]["state"] == "cancelled"
    client.post(f"api/bigupload/{first['name']}/cancel")
    at_work(client, third)
    assert len(workers(server.data_dir)) == 2
    for one in (second, third):
        client.post(f"api/bigupload/{one['name']}/cancel")
        finished(client, one)


def test_a_worker_that_dies(server: RunningServer, client: httpx.Client, large: str) -> None:
    operation = at_work(client, begin(client, "checksum", large))
    (worker,) = workers(server.data_dir)
    os.kill(worker, signal.SIGKILL)
    over = finished(client, operation)
    assert over["metadata"]["state"] == "failed"
    assert over["error"]["reason"] == "worker_died"
    assert "SIGKILL" in over["error"]["message"]


def test_a_worker_that_hangs(start: Callable[..., RunningServer]) -> None:
    server = start(config={"BigUpload": {"operation_timeout": 2}})
    with (server.root / "large.bin").open("wb") as file:
        file.truncate(200 * 2**30)
    with client_of(server) as client:
        operation = at_work(client, begin(client, "checksum", "large.bin"))
        (worker,) = workers(server.data_dir)
        os.kill(worker, signal.SIGSTOP)
        over = finished(client, operation)
        assert over["error"]["reason"] == "no_progress"
        assert "2 seconds" in over["error"]["message"]
        assert not workers(server.data_dir)


def test_what_a_server_left_is_found_again(
    start: Callable[..., RunningServer],
) -> None:
    server = start()
    for name in ("small.bin", "large.bin"):
        with (server.root / name).open("wb") as file:
            file.truncate(200 * 2**30 if name == "large.bin" else 3 * 2**30)
    with client_of(server) as client:
        small = at_work(client, begin(client, "checksum", "small.bin"))
        large = at_work(client, begin(client, "checksum", "large.bin"))
        waiting = begin(client, "checksum", "small.bin", parameters={"algorithm": "sha1"})
        assert waiting["metadata"]["state"] == "queued"
    server.kill()
    assert len(workers(server.data_dir)) == 2
    server.restart()
    with client_of(server) as client:
        assert finished(client, small)["response"]["size"] == 3 * 2**30
        assert finished(client, waiting)["response"]["algorithm"] == "sha1"
        client.post(f"api/bigupload/{large['name']}/cancel")
        assert finished(client, large)["metadata"]["state"] == "cancelled"
        states = [one["metadata"]["state"] for one in client.get(OPERATIONS).json()["operations"]]
        assert sorted(states) == ["cancelled", "done", "done"]
    until(lambda: not workers(server.data_dir))


def test_waiting_for_a_change(client: httpx.Client, large: str) -> None:
    operation = at_work(client, begin(client, "checksum", large))
    seen = get(client, operation)
    later = get(client, operation, wait=30, since=seen["version"])
    assert later["version"] != seen["version"]
    assert later["metadata"]["progress"]["done"] > seen["metadata"]["progress"]["done"]
    for wrong in ("31", "-1", "x", ""):
        answer = client.get(f"api/bigupload/{operation['name']}", params={"wait": wrong})
        assert reason(answer) == (400, "malformed")
    client.post(f"api/bigupload/{operation['name']}/cancel")
    finished(client, operation)


def test_the_kinds_and_their_schemas(client: httpx.Client) -> None:
    kinds = {kind["name"]: kind for kind in client.get(f"{OPERATIONS}/kinds").json()["kinds"]}
    assert kinds["checksum"]["title"] == "Compute checksum"
    assert kinds["checksum"]["parameters"]["properties"]["algorithm"]["default"] == "sha256"
    assert all(kind["parameters"]["type"] == "object" for kind in kinds.values())
