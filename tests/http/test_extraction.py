"""Archives by operations: all of it under one name, or nothing."""

from __future__ import annotations

import io
import os
import signal
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.server import RunningServer, workers

from .conftest import create, reason, send
from .half_request import until
from .operations import OPERATIONS, at_work, begin, finished
from .site import Site

FILES = {"a.txt": b"alpha", "deep/er/ü b.bin": os.urandom(100_000), "empty": b""}


def zipped(files: dict[str, bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("nothing in it/", b"")
        for path, content in files.items():
            archive.writestr(path, content)
    return data.getvalue()


def tarred(files: dict[str, bytes], compression: str) -> bytes:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode=f"w:{compression}") as archive:  # type: ignore[call-overload]  # as made
        for path, content in files.items():
            entry = tarfile.TarInfo(path)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return data.getvalue()


def content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def names(root: Path) -> set[str]:
    return {path.name for path in root.iterdir()}


@pytest.fixture
def endless(root: Path) -> str:
    """A tar of which extracting takes long, without being large itself."""
    with (root / "endless.tar").open("wb") as file:
        entry = tarfile.TarInfo("large.bin")
        entry.size = 60 * 2**30
        file.write(entry.tobuf())
        file.truncate(512 + entry.size + 1024)
    return "endless.tar"


@pytest.mark.parametrize("name", ["a.zip", "b.tar", "c.tar.gz", "d.tar.xz", "e.tgz"])
def test_extract(client: httpx.Client, root: Path, name: str) -> None:
    compression = {"tar": "", "gz": "gz", "xz": "xz", "tgz": "gz"}.get(name.rpartition(".")[2])
    (root / "in").mkdir()
    (root / "in" / name).write_bytes(zipped(FILES) if compression is None else tarred(FILES, compression))
    over = finished(client, begin(client, "extract", f"in/{name}"))
    assert over["metadata"]["state"] == "done", over
    folder = f"in/{name.partition('.')[0]}"
    assert over["response"]["made"] == {"destination": "home", "path": folder, "size": None}
    assert over["response"]["files"] == len(FILES)
    assert content(root / folder) == FILES
    assert (root / folder / "nothing in it").is_dir() == (name == "a.zip")
    assert names(root / "in") == {name, name.partition(".")[0]}
    assert (root / folder).stat().st_mode & 0o777 == 0o755


def test_twice_keeps_both_or_stops(client: httpx.Client, root: Path) -> None:
    (root / "a.zip").write_bytes(zipped(FILES))
    assert finished(client, begin(client, "extract", "a.zip"))["response"]["made"]["path"] == "a"
    assert finished(client, begin(client, "extract", "a.zip"))["response"]["made"]["path"] == "a (1)"
    stopped = finished(client, begin(client, "extract", "a.zip", parameters={"on_conflict": "fail"}))
    assert stopped["error"]["reason"] == "exists"
    assert names(root) == {"a.zip", "a", "a (1)"}


def test_into_another_folder(client: httpx.Client, root: Path) -> None:
    (root / "a.zip").write_bytes(zipped(FILES))
    (root / "there").mkdir()
    over = finished(client, begin(client, "extract", "a.zip", parameters={"folder": "there/b"}))
    assert over["response"]["made"]["path"] == "there/b"
    assert content(root / "there" / "b") == FILES


@pytest.mark.parametrize(
    ("folder", "expected"),
    [
        ("../out", "outside_root"),
        ("/tmp/out", "outside_root"),  # noqa: S108  # it is refused
        ("missing/out", "folder_missing"),
        ("link/out", "outside_root"),
        (".out", "hidden"),
        ("a\0b", "invalid_name"),
    ],
)
def test_where_nothing_may_be_extracted(client: httpx.Client, root: Path, folder: str, expected: str) -> None:
    (root / "link").symlink_to(root.parent)
    (root / "a.zip").write_bytes(zipped(FILES))
    answer = client.post(
        OPERATIONS, json={"kind": "extract", "path": "a.zip", "parameters": {"folder": folder}}
    )
    if answer.status_code == 201:
        assert finished(client, answer.json())["error"]["reason"] == expected
    else:
        assert reason(answer)[1] == expected
    assert names(root) == {"a.zip", "link"}


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (zipped({"../out": b"x"}), "unsafe_archive"),
        (zipped(FILES)[:-30], "damaged_archive"),
        (b"no archive at all" * 100, "damaged_archive"),
        (zipped({"zeros": b"\0" * (600 * 2**20)}), "archive_too_large"),
    ],
)
def test_nothing_is_left_of_what_is_refused(
    client: httpx.Client, root: Path, data: bytes, expected: str
) -> None:
    (root / "a.zip").write_bytes(data)
    failed = finished(client, begin(client, "extract", "a.zip"))
    assert failed["error"]["reason"] == expected, failed
    assert names(root) == {"a.zip"}


def test_cancelling_removes_what_was_made(
    server: RunningServer, client: httpx.Client, root: Path, endless: str
) -> None:
    operation = at_work(client, begin(client, "extract", endless))
    assert len(names(root)) == 2
    client.post(f"api/bigupload/{operation['name']}/cancel")
    assert finished(client, operation)["metadata"]["state"] == "cancelled"
    assert names(root) == {endless}
    until(lambda: not workers(server.data_dir))


def test_a_killed_worker_leaves_nothing(
    server: RunningServer, client: httpx.Client, root: Path, endless: str
) -> None:
    operation = at_work(client, begin(client, "extract", endless))
    (worker,) = workers(server.data_dir)
    os.kill(worker, signal.SIGKILL)
    assert finished(client, operation)["error"]["reason"] == "worker_died"
    assert names(root) == {endless}


def test_looking_into_an_archive(client: httpx.Client, root: Path) -> None:
    (root / "a.zip").write_bytes(zipped(FILES))
    over: dict[str, Any] = finished(client, begin(client, "list_archive", "a.zip"))
    found = over["response"]
    assert (found["format"], found["count"]) == ("zip", 4)
    assert {entry["path"]: entry["size"] for entry in found["entries"] if entry["kind"] == "file"} == {
        path: len(data) for path, data in FILES.items()
    }
    assert names(root) == {"a.zip"}


@pytest.mark.parametrize("destination", ["lab", "archive"])
def test_straight_from_a_bucket(site: Site, visitor: httpx.Client, destination: str, tmp_path: Path) -> None:
    data = zipped(FILES) if destination == "lab" else tarred(FILES, "xz")
    path = f"archives of {destination}/set.{'zip' if destination == 'lab' else 'tar.xz'}"
    upload = create(visitor, path, len(data), destination=destination)
    assert send(visitor, upload, data, 0, len(data)).status_code == 200
    assert visitor.post(f"api/bigupload/uploads/{upload}/complete").status_code == 200
    over = finished(
        visitor,
        begin(
            visitor,
            "extract",
            path,
            destination=destination,
            parameters={"folder": f"from {destination}"},
        ),
    )
    assert over["response"]["made"] == {"destination": "home", "path": f"from {destination}", "size": None}
    assert content(site.server.root / f"from {destination}") == FILES
    missing = finished(visitor, begin(visitor, "extract", "missing.zip", destination=destination))
    assert missing["error"]["reason"] == "not_found"
