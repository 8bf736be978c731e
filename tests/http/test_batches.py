"""Many small files in one request: each is whole or not there, and harms no other."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.forked_server import ForkedServer
from tests.support.server import RunningServer

from .batches import File, batch, framed
from .conftest import client_of, create, reason
from .half_request import HalfRequest, until
from .verified import digest

BATCHES = "api/bigupload/batches"
LARGEST = 100_000


@pytest.fixture(scope="module")
def batch_server() -> Iterator[RunningServer]:
    with ForkedServer(config={"BigUpload": {"max_upload_size": LARGEST}}) as running:
        yield running
        _, traceback, what = running.log.partition("Traceback")
        assert not traceback, what[:5_000]


@pytest.fixture
def client(batch_server: RunningServer) -> Iterator[httpx.Client]:
    with client_of(batch_server) as client:
        yield client


@pytest.fixture
def folder(request: pytest.FixtureRequest) -> str:
    """A folder of the test's own, which is not there yet."""
    return str(request.node.name).replace("[", "-").replace("]", "")


@pytest.fixture
def root(batch_server: RunningServer) -> Path:
    return batch_server.root


def send(client: httpx.Client, *files: File) -> list[dict[str, Any]]:
    answer = client.post(BATCHES, content=batch(files))
    assert answer.status_code == 200, answer.text
    outcomes: list[dict[str, Any]] = answer.json()["files"]
    assert len(outcomes) == len(files)
    return outcomes


def why(outcome: dict[str, Any]) -> str:
    assert outcome["state"] == "failed", outcome
    return str(outcome["error"]["reason"])


def content(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, hidden ones too."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def state(path: Path) -> tuple[int, int]:
    """What changes when a file is written, and not when it is read."""
    found = path.stat()
    return found.st_ino, found.st_mtime_ns


def test_a_tree_arrives(client: httpx.Client, root: Path, folder: str) -> None:
    files = {
        **{f"d{number % 7}/e/f{number}": secrets.token_bytes(number * 37) for number in range(300)},
        "empty": b"",
        "é ñ/%2F #?&+/😀.txt": b"odd",
        "a" * 250: b"long",
        "/".join(["deep"] * 50) + "/file": b"deep",
    }
    outcomes = send(client, *(File(f"{folder}/{path}", data) for path, data in files.items()))
    assert outcomes == [{"state": "done", "path": f"{folder}/{path}", "identical": False} for path in files]
    assert content(root / folder) == files


def test_what_is_there_already_is_not_written_again(client: httpx.Client, root: Path, folder: str) -> None:
    send(client, File(f"{folder}/same", b"same"), File(f"{folder}/other", b"other"))
    before = state(root / folder / "same")
    policies = ("fail", "replace", "rename")
    outcomes = send(client, *(File(f"{folder}/same", b"same", policy) for policy in policies))
    assert [outcome["identical"] for outcome in outcomes] == [True, True, True]
    assert state(root / folder / "same") == before
    changed = [File(f"{folder}/other", b"OTHER", policy) for policy in policies]
    fails, replaced, again = send(client, *changed)
    assert why(fails) == "exists"
    assert fails["error"]["size"] == 5
    assert replaced == {"state": "done", "path": f"{folder}/other", "identical": False}
    assert again == {**replaced, "identical": True}, "what came just before is there"
    kept = send(client, File(f"{folder}/other", b"both", "rename"))
    assert kept == [{"state": "done", "path": f"{folder}/other (1)", "identical": False}]
    assert content(root / folder)["other"] == b"OTHER"


def test_each_that_can_not_be_had_harms_no_other(client: httpx.Client, root: Path, folder: str) -> None:
    (root / "taken").mkdir(exist_ok=True)
    (root / "file").write_bytes(b"file")
    files = {
        f"{folder}/first": ("", File(f"{folder}/first", b"first")),
        "changed": ("digest_mismatch", File(f"{folder}/changed", b"changed", stated=digest(b"!"))),
        "outside": ("outside_root", File("../outside", b"outside")),
        "absolute": ("outside_root", File("/outside", b"outside")),
        "hidden": ("hidden", File(f"{folder}/.hidden/file", b"hidden")),
        "folder": ("exists", File("taken", b"folder", "replace")),
        "in a file": ("folder_missing", File("file/below", b"below")),
        "large": ("too_large", File(f"{folder}/large", b"x" * (LARGEST + 1))),
        "long": ("invalid_name", File(f"{folder}/{'x' * 256}", b"long")),
        "long folder": ("invalid_name", File(f"{folder}/{'x' * 256}/file", b"long")),
        "no name": ("invalid_name", File(f"{folder}/", b"none")),
        f"{folder}/last": ("", File(f"{folder}/last", b"last")),
    }
    outcomes = send(client, *(file for _, file in files.values()))
    for (what, (expected, _)), outcome in zip(files.items(), outcomes, strict=True):
        assert (outcome["state"] == "done") if not expected else why(outcome) == expected, (what, outcome)
    assert content(root / folder) == {"first": b"first", "last": b"last"}
    assert (root / "file").read_bytes() == b"file"


def test_links_lead_nowhere_else(client: httpx.Client, root: Path, folder: str, tmp_path: Path) -> None:
    (root / folder).mkdir()
    (root / folder / "out").symlink_to(tmp_path)
    (root / folder / "link").symlink_to(tmp_path / "new")
    out, below, link = send(
        client,
        File(f"{folder}/out/file", b"x"),
        File(f"{folder}/out/deeper/file", b"x"),
        File(f"{folder}/link", b"mine", "replace"),
    )
    assert {why(out), why(below)} == {"outside_root"}
    assert why(link) == "exists", "what a link leads to is not looked at"
    assert list(tmp_path.iterdir()) == []


def test_a_body_that_breaks_off(
    client: httpx.Client, batch_server: RunningServer, root: Path, folder: str
) -> None:
    files = [File(f"{folder}/{number}", secrets.token_bytes(10_000)) for number in range(20)]
    body = batch(files)
    sent = body[: len(body) - 5 * 10_000 - 5_000]
    HalfRequest(batch_server, BATCHES, "bytes 0-0/1", len(body), sent).socket.close()
    whole = {str(number): files[number].data for number in range(14)}
    until(lambda: (root / folder).exists() and content(root / folder) == whole)
    outcomes = send(client, *files)
    assert [outcome["identical"] for outcome in outcomes] == [True] * 14 + [False] * 6
    assert len(content(root / folder)) == 20


@pytest.mark.parametrize(
    ("body", "status", "expected"),
    [
        (b"", 400, "length_mismatch"),
        (b"\0\0", 400, "length_mismatch"),
        (b"\0\0\0\x05{}", 400, "length_mismatch"),
        (b"\xff\xff\xff\xff", 413, "too_large"),
        (b"\0\0\0\x02[]", 400, "malformed"),
        (b"\0\0\0\x02{x", 400, "malformed"),
        (framed({"files": [1]}), 400, "malformed"),
        (framed({"files": [{"size": 1}]}) + b"x", 400, "malformed"),
        (framed({"files": [{"path": "x", "size": -1}]}), 400, "malformed"),
        (framed({"files": [{"path": "x", "size": 1, "digest": "md5"}]}) + b"x", 400, "malformed"),
        (framed({"files": [{"path": "x", "size": 1, "on_conflict": "?"}]}) + b"x", 400, "malformed"),
        (framed({"files": [{"path": "x", "size": 2}]}) + b"x", 400, "length_mismatch"),
        (framed({"files": [{"path": "x", "size": 1}]}) + b"xx", 400, "length_mismatch"),
        (framed({"files": [{"path": "x", "size": 0}] * 10_001}), 413, "too_large"),
    ],
)
def test_what_is_no_batch(client: httpx.Client, root: Path, body: bytes, status: int, expected: str) -> None:
    assert reason(client.post(BATCHES, content=body)) == (status, expected)
    assert not (root / "x").exists()


def test_an_empty_batch(client: httpx.Client) -> None:
    assert send(client) == []


def test_nobody_without_a_login(batch_server: RunningServer, root: Path) -> None:
    with httpx.Client(base_url=batch_server.url, trust_env=False) as stranger:
        answer = stranger.post(BATCHES, content=batch([File("stranger", b"x")]))
    assert answer.status_code in {401, 403}
    assert not (root / "stranger").exists()


def test_batches_count_for_what_is_unfinished(start: Callable[..., RunningServer]) -> None:
    server = start(config={"BigUpload": {"max_unfinished_size": 50_000}})
    with client_of(server) as client:
        too_much = client.post(BATCHES, content=batch([File("a", bytes(30_000)), File("b", bytes(30_000))]))
        assert reason(too_much) == (507, "quota_exceeded")
        send(client, File("a", bytes(30_000)))
        send(client, File("b", bytes(30_000)))
        upload_id = create(client, "c", 30_000)
        refused = client.post(BATCHES, content=batch([File("d", bytes(30_000))]))
        assert reason(refused) == (507, "quota_exceeded")
        assert refused.json()["used"] == 30_000
        client.delete(f"api/bigupload/uploads/{upload_id}")
        send(client, File("d", bytes(30_000)))


def test_a_body_without_a_length(client: httpx.Client, root: Path, folder: str) -> None:
    files = [File(f"{folder}/{number}", bytes([number]) * 1000) for number in range(5)]
    body = batch(files)
    assert reason(client.post(BATCHES, content=iter([body[:-1500]]))) == (400, "length_mismatch")
    assert content(root / folder).keys() == {"0", "1", "2"}
    assert reason(client.post(BATCHES, content=iter([body, b"more"]))) == (400, "length_mismatch")
    answer = client.post(BATCHES, content=iter([body[:100], body[100:]]))
    assert all(outcome["identical"] for outcome in answer.json()["files"])
