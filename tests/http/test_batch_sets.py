"""A set of files before and after it is sent: empty folders, what is there, taking back what arrived."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.forked_server import ForkedServer
from tests.support.server import RunningServer

from .batches import File, batch, framed
from .conftest import client_of, reason
from .verified import digest

BATCHES, EXISTING, REMOVAL = "api/bigupload/batches", "api/bigupload/existing", "api/bigupload/removal"

#: Notes what the hooks and listeners of a server are told, and refuses one name.
HOOKED = """
import pathlib
from tornado.web import HTTPError

told = pathlib.Path({told!r})

def note(what, path):
    with told.open("a") as file:
        file.write(what + " " + path + "\\n")

def before(model, path, **_):
    note("before " + model["type"], path)
    if path.endswith("unwanted"):
        raise HTTPError(400, "not here")

def after(model, os_path, **_):
    note("after " + model["type"], model["path"])

c.FileContentsManager.pre_save_hook = before
c.FileContentsManager.post_save_hook = after
"""


@pytest.fixture(scope="module")
def sets_server() -> Iterator[RunningServer]:
    with ForkedServer() as running:
        yield running
        running.require_no_traceback()


@pytest.fixture
def client(sets_server: RunningServer) -> Iterator[httpx.Client]:
    with client_of(sets_server) as client:
        yield client


@pytest.fixture
def root(sets_server: RunningServer) -> Path:
    return sets_server.root


@pytest.fixture
def folder(request: pytest.FixtureRequest) -> str:
    """A folder of the test's own, which is not there yet."""
    return str(request.node.name).replace("[", "-").replace("]", "")


def send(client: httpx.Client, *files: File, folders: tuple[str, ...] = ()) -> dict[str, Any]:
    answer = client.post(BATCHES, content=batch(files, folders))
    assert answer.status_code == 200, answer.text
    outcomes: dict[str, Any] = answer.json()
    return outcomes


def existing(client: httpx.Client, *files: dict[str, object]) -> dict[int, dict[str, Any]]:
    """What is there, by index."""
    answer = client.post(EXISTING, json={"files": files})
    assert answer.status_code == 200, answer.text
    found = answer.json()["existing"]
    assert [one["index"] for one in found] == sorted(one["index"] for one in found)
    return {one.pop("index"): one for one in found}


def remove(client: httpx.Client, *files: File, folders: tuple[str, ...] = ()) -> tuple[int, dict[int, str]]:
    """How many files went, and of those that stayed the reason, by index."""
    answer = client.post(REMOVAL, json={"files": [file.known for file in files], "folders": folders})
    assert answer.status_code == 200, answer.text
    fields = answer.json()
    return fields["removed"], {one["index"]: one["error"]["reason"] for one in fields["kept"]}


def tree(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def test_empty_folders_are_made(client: httpx.Client, root: Path, folder: str) -> None:
    paths = (f"{folder}/a", f"{folder}/a/b/c", f"{folder}/é %#😀", f"{folder}/a")
    outcomes = send(client, File(f"{folder}/a/file", b"x"), folders=paths)
    assert outcomes["folders"] == [{"state": "done", "path": path} for path in paths]
    assert outcomes["files"][0]["state"] == "done"
    assert tree(root / folder) == {"a", "a/b", "a/b/c", "a/file", "é %#😀"}


def test_a_folder_that_can_not_be_had_harms_no_other(
    client: httpx.Client, root: Path, folder: str, tmp_path: Path
) -> None:
    (root / folder).mkdir()
    (root / folder / "file").write_bytes(b"file")
    (root / folder / "out").symlink_to(tmp_path)
    refused = {
        f"{folder}/file": "exists",
        f"{folder}/file/below": "folder_missing",
        f"{folder}/out/below": "outside_root",
        f"{folder}/.hidden": "hidden",
        f"{folder}/..": "invalid_name",
        "../outside": "outside_root",
        f"{folder}//two": "invalid_name",
        f"{folder}/{'x' * 256}": "invalid_name",
        f"{folder}/" + "y/" * 3000 + "z": "invalid_name",
        "": "invalid_name",
    }
    outcomes = send(client, folders=(*refused, f"{folder}/last"))["folders"]
    assert [one["error"]["reason"] for one in outcomes[:-1]] == list(refused.values())
    assert outcomes[-1]["state"] == "done"
    assert tree(root / folder) == {"file", "out", "last"}
    assert list(tmp_path.iterdir()) == []


def test_links_below_the_root_lead_where_they_lead(client: httpx.Client, root: Path, folder: str) -> None:
    (root / folder / "real").mkdir(parents=True)
    (root / folder / "link").symlink_to("real")
    outcomes = send(client, File(f"{folder}/link/new/file", b"x"), folders=(f"{folder}/link/empty",))
    assert outcomes["folders"][0]["path"] == f"{folder}/real/empty"
    assert outcomes["files"][0]["path"] == f"{folder}/real/new/file"
    assert tree(root / folder / "real") == {"new", "new/file", "empty"}
    there = existing(client, {"path": f"{folder}/link/new/file", "size": 1})
    assert there[0]["kind"] == "file"
    assert remove(client, File(f"{folder}/link/new/file", b"x")) == (1, {})


def test_hooks_are_told_of_each(tmp_path: Path) -> None:
    told = tmp_path / "told"
    with ForkedServer(config_code=HOOKED.format(told=str(told))) as server, client_of(server) as client:
        outcomes = send(
            client, File("d/f", b"x"), File("d/unwanted", b"y"), File("d/g", b"z"), folders=("e", "unwanted")
        )
        assert [one["state"] for one in outcomes["files"]] == ["done", "failed", "done"]
        assert outcomes["files"][1]["error"]["reason"] == "refused"
        assert [one["state"] for one in outcomes["folders"]] == ["done", "failed"]
        assert tree(server.root) == {"d", "d/f", "d/g", "e"}
    lines = told.read_text().splitlines()
    assert sorted(lines) == sorted(
        [
            *("before directory e", "before directory unwanted", "after directory e"),
            *("before file d/f", "before file d/unwanted", "before file d/g"),
            *("after file d/f", "after file d/g"),
        ]
    )


def test_what_is_there_is_found(client: httpx.Client, root: Path, folder: str) -> None:
    send(client, File(f"{folder}/same", b"same"), File(f"{folder}/other", b"othe"), folders=(f"{folder}/d",))
    (root / folder / "link").symlink_to("same")
    os.utime(root / folder / "same", ns=(0, 1_700_000_000_123_000_000))
    stated = {"size": 4, "digest": str(digest(b"same"))}
    names = [
        "same",
        "other",
        "free",
        "d",
        "link",
        "d/free",
        "no/where",
        "same/below",
        "x" * 256,
        ".hidden",
        "../x",
    ]
    found = existing(
        client, *({"path": f"{folder}/{name}", **stated} for name in names), {"path": "", "size": 0}
    )
    modified = found[1].pop("last_modified")
    assert abs(modified / 1000 - (root / folder / "other").stat().st_mtime) < 0.01
    unknown = {"size": None, "last_modified": None, "identical": None}
    assert found == {
        0: {"kind": "file", "size": 4, "last_modified": 1_700_000_000_123, "identical": True},
        1: {"kind": "file", "size": 4, "identical": False},
        3: {"kind": "folder", **unknown},
        4: {"kind": "other", **unknown},
    }
    assert existing(client, {"path": f"{folder}/same", "size": 4})[0]["identical"] is None
    assert (
        existing(client, {"path": f"{folder}/same", "size": 5, "digest": stated["digest"]})[0]["identical"]
        is None
    )
    assert existing(client, {"path": f"{folder}/same", "size": 4, "digest": str(digest(b"same", "sha-256"))})[
        0
    ]["identical"]


def test_no_more_is_read_than_one_request_may(client: httpx.Client, root: Path, folder: str) -> None:
    """A sparse file costs nothing to make, and to read it tells as much."""
    (root / folder).mkdir()
    size = 2**28 + 1
    with (root / folder / "large").open("wb") as file:
        file.truncate(size)
    (root / folder / "small").write_bytes(b"small")
    found = existing(
        client,
        {"path": f"{folder}/large", "size": size, "digest": str(digest(b"?"))},
        {"path": f"{folder}/small", "size": 5, "digest": str(digest(b"small"))},
    )
    assert [found[index]["identical"] for index in (0, 1)] == [None, True]


def test_a_hundred_thousand_names_at_once(client: httpx.Client, root: Path, folder: str) -> None:
    (root / folder / "d7").mkdir(parents=True)
    (root / folder / "d7" / "f7").write_bytes(b"7")
    files = [{"path": f"{folder}/d{n // 100}/f{n % 100}", "size": 1} for n in range(100_000)]
    (found,) = existing(client, *files).items()
    assert found[0] == 707
    assert reason(client.post(EXISTING, json={"files": [*files, files[0]]})) == (413, "too_large")


@pytest.mark.parametrize("route", [EXISTING, REMOVAL])
@pytest.mark.parametrize(
    "body",
    [
        *(
            b"",
            b"[]",
            b"{",
            b"{}x",
            b'{"files": 1}',
            b'{"files": [1]}',
            b'{"files": [{}]}',
            b"{1: []}",
            b"\xff",
        ),
        *(
            b'{"files": [{"path": "x", "size": -1}]}',
            b'{"files": [{"path": "x", "size": 1, "digest": "md5"}]}',
        ),
        *(b'{"files": [,]}', b'{"files": []', b'{"files": [] "x": 1}', b'{"files": [' + b"[" * 100_000),
    ],
)
def test_what_is_no_set(client: httpx.Client, route: str, body: bytes) -> None:
    assert reason(client.post(route, content=body)) == (400, "malformed")


def test_json_is_taken_as_json(client: httpx.Client, root: Path, folder: str) -> None:
    (root / folder).mkdir()
    (root / folder / "é").write_bytes(b"x")
    file = f'{{"size": 1, "path": "{folder}/\\u00e9"}}'
    body = f' {{ "x" : {{"files":[1]}}\n, "files":\t[ {file} ] , "y": null }} '
    answer = client.post(EXISTING, content=body.encode())
    assert [one["index"] for one in answer.json()["existing"]] == [0]
    assert client.post(EXISTING, json={}).json() == {"existing": []}


def test_what_arrived_is_taken_back(client: httpx.Client, root: Path, folder: str) -> None:
    files = [File(f"{folder}/a/{n}", bytes([n])) for n in range(5)] + [File(f"{folder}/a/b/c/deep", b"deep")]
    send(client, *files, folders=(f"{folder}/empty",))
    folders = (
        f"{folder}",
        f"{folder}/a",
        f"{folder}/a/b",
        f"{folder}/a/b/c",
        f"{folder}/empty",
        f"{folder}/none",
    )
    assert remove(client, *files, folders=folders) == (6, {})
    assert not (root / folder).exists()
    assert remove(client, *files, folders=folders) == (0, {})


def test_nothing_else_is_removed(client: httpx.Client, root: Path, folder: str, tmp_path: Path) -> None:
    files = [
        File(f"{folder}/{name}", name.encode()) for name in ("mine", "changed", "longer", "folder", "link")
    ]
    send(client, *files[:3])
    (root / folder / "changed").write_bytes(b"CHANGED")
    (root / folder / "longer").write_bytes(b"longer!")
    (root / folder / "folder").mkdir()
    (tmp_path / "link").write_bytes(b"link")
    (root / folder / "link").symlink_to(tmp_path / "link")
    (root / folder / "out").symlink_to(tmp_path)
    files += [File(f"{folder}/out/link", b"link"), File(f"{folder}/.hidden", b""), File("../x", b"")]
    removed, kept = remove(
        client, *files, folders=(folder, f"{folder}/folder", f"{folder}/out", f"{folder}/mine", "")
    )
    assert removed == 1
    others = dict.fromkeys((1, 2, 3, 4), "exists")
    assert kept == {**others, 5: "outside_root", 6: "hidden", 7: "outside_root"}
    assert tree(root / folder) == {"changed", "longer", "link", "out"}
    assert (tmp_path / "link").read_bytes() == b"link"
    answer = client.post(REMOVAL, json={"files": [{"path": f"{folder}/changed", "size": 7}]})
    assert reason(answer) == (400, "malformed")


@pytest.mark.parametrize("route", [BATCHES, EXISTING, REMOVAL])
def test_where_there_is_no_such_destination(client: httpx.Client, route: str) -> None:
    body = framed({"files": []}) if route == BATCHES else json.dumps({"files": []}).encode()
    assert reason(client.post(route, params={"destination": "no"}, content=body)) == (501, "unsupported")
