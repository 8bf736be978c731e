"""Folders that are renamed or replaced while bytes come into them: what was acknowledged is not lost."""

from __future__ import annotations

import os
import secrets
import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from jupyter_bigupload.uploads.records.format import decode, encode
from tests.support.server import RunningServer

from .conftest import client_of, create, reason, send
from .half_request import HalfRequest, until

UPLOADS = "api/bigupload/uploads"
SIZE = 4 * 2**20
HALF = SIZE // 2
DATA = secrets.token_bytes(SIZE)
AWAY = (503, "folder_unavailable")
MONTH = 30 * 24 * 3600.0


@pytest.fixture
def folder(root: Path) -> Path:
    (root / "data").mkdir()
    return root / "data"


def listed(client: httpx.Client) -> dict[str, Any]:
    return {one["id"]: one for one in client.get(UPLOADS).json()["uploads"]}


def put_away(folder: Path) -> Path:
    return folder.rename(folder.with_name("renamed"))


def put_back(folder: Path) -> None:
    if folder.is_symlink() or folder.is_file():
        folder.unlink()
    elif folder.exists():
        folder.rmdir()
    folder.with_name("renamed").rename(folder)


def finish(client: httpx.Client, folder: Path, upload_id: str) -> None:
    """Send the second half, complete, and find what was sent."""
    assert send(client, upload_id, DATA, HALF, SIZE, folder="data").status_code == 200
    done = client.post(f"{UPLOADS}/{upload_id}/complete")
    assert (done.status_code, done.json()["path"]) == (200, "data/x")
    assert (folder / "x").read_bytes() == DATA
    assert [path.name for path in folder.iterdir()] == ["x"]


def _nothing(folder: Path) -> None:
    pass


def _another_folder(folder: Path) -> None:
    folder.mkdir()


def _a_link(folder: Path) -> None:
    folder.symlink_to(folder.with_name("renamed"))


def _a_file(folder: Path) -> None:
    folder.write_bytes(b"")


@pytest.mark.parametrize("instead", [_nothing, _another_folder, _a_link, _a_file])
def test_a_folder_renamed_between_chunks(
    client: httpx.Client, folder: Path, instead: Callable[[Path], None]
) -> None:
    upload_id = create(client, "data/x", SIZE)
    assert send(client, upload_id, DATA, 0, HALF, folder="data").status_code == 200
    put_away(folder)
    instead(folder)
    answer = send(client, upload_id, DATA, HALF, SIZE, folder="data")
    assert reason(answer) == AWAY
    assert answer.json()["retryable"]
    assert reason(client.get(f"{UPLOADS}/{upload_id}")) == AWAY
    assert reason(client.post(f"{UPLOADS}/{upload_id}/complete")) == AWAY
    assert listed(client)[upload_id]["received"] == [[0, HALF]]
    put_back(folder)
    assert client.get(f"{UPLOADS}/{upload_id}").json()["received"] == [[0, HALF]]
    finish(client, folder, upload_id)


def test_a_folder_renamed_in_mid_chunk(client: httpx.Client, server: RunningServer, folder: Path) -> None:
    upload_id = create(client, "data/x", SIZE)
    target, span = f"api/upload_handlers/data?upload={upload_id}", f"bytes 0-{HALF - 1}/{SIZE}"
    request = HalfRequest(server, target, span, HALF, DATA[: HALF - 1])
    until(lambda: any(path.stat().st_size for path in folder.iterdir()))
    put_away(folder)
    request.socket.sendall(DATA[HALF - 1 : HALF])
    # Its bytes are where the others are, so they are not sent again either.
    assert b" 200 " in request.answer()
    assert reason(client.get(f"{UPLOADS}/{upload_id}")) == AWAY
    put_back(folder)
    assert client.get(f"{UPLOADS}/{upload_id}").json()["received"] == [[0, HALF]]
    finish(client, folder, upload_id)


def test_a_folder_renamed_before_the_end(client: httpx.Client, folder: Path) -> None:
    upload_id = create(client, "data/x", SIZE)
    assert send(client, upload_id, DATA, 0, SIZE, folder="data").status_code == 200
    put_away(folder)
    assert reason(client.post(f"{UPLOADS}/{upload_id}/complete")) == AWAY
    put_back(folder)
    assert client.get(f"{UPLOADS}/{upload_id}").json()["state"] == "receiving"
    assert client.post(f"{UPLOADS}/{upload_id}/complete").json()["state"] == "done"
    assert (folder / "x").read_bytes() == DATA


def test_a_server_that_was_restarted_meanwhile(start: Callable[..., RunningServer]) -> None:
    server = start()
    folder = server.root / "data"
    folder.mkdir()
    with client_of(server) as client:
        upload_id = create(client, "data/x", SIZE)
        assert send(client, upload_id, DATA, 0, HALF, folder="data").status_code == 200
        put_away(folder)
        server.kill()
        server.start()
        assert listed(client)[upload_id]["received"] == [[0, HALF]]
        for answer in (
            client.get(f"{UPLOADS}/{upload_id}"),
            client.post(f"{UPLOADS}/{upload_id}/complete"),
            send(client, upload_id, DATA, HALF, SIZE, folder="data"),
        ):
            assert reason(answer) == AWAY
        put_back(folder)
        finish(client, folder, upload_id)


def test_a_partial_removed_from_its_folder_is_gone(client: httpx.Client, folder: Path) -> None:
    upload_id = create(client, "data/x", SIZE)
    assert send(client, upload_id, DATA, 0, HALF, folder="data").status_code == 200
    put_away(folder)
    put_back(folder)
    next(folder.iterdir()).unlink()
    assert reason(send(client, upload_id, DATA, HALF, SIZE, folder="data")) == (404, "not_found")
    assert listed(client) == {}


def test_a_plain_upload_waits_too(client: httpx.Client, folder: Path) -> None:
    def chunk(start: int, end: int) -> httpx.Response:
        return client.post(
            "api/upload_handlers/data",
            files={"files[]": ("x", DATA[start:end])},
            headers={"Content-Range": f"bytes {start}-{end - 1}/{SIZE}"},
        )

    assert chunk(0, HALF).status_code == 200
    put_away(folder)
    folder.mkdir()
    assert reason(chunk(HALF, SIZE)) == AWAY
    assert reason(client.get("api/upload_handlers/data", params={"file": "x"})) == AWAY
    put_back(folder)
    assert chunk(HALF, SIZE).status_code == 200
    assert (folder / "x").read_bytes() == DATA


def test_a_plain_upload_that_is_cancelled_while_it_is_away_is_begun_anew(
    client: httpx.Client, folder: Path
) -> None:
    """Its id is made from its path, and what is kept of the one before does not take it."""

    def chunk(start: int, end: int) -> httpx.Response:
        return client.post(
            "api/upload_handlers/data",
            files={"files[]": ("x", DATA[start:end])},
            headers={"Content-Range": f"bytes {start}-{end - 1}/{SIZE}"},
        )

    assert chunk(0, HALF).status_code == 200
    away = put_away(folder)
    folder.mkdir()
    for _ in range(2):
        assert client.delete("api/upload_handlers/data", params={"file": "x"}).json() == {"x": True}
        assert client.delete("api/upload_handlers/data", params={"file": "x"}).json() == {"x": False}
        assert chunk(0, HALF).status_code == 200
    assert chunk(HALF, SIZE).status_code == 200
    assert (folder / "x").read_bytes() == DATA
    assert len(list(away.iterdir())) == 1


def records(server: RunningServer) -> list[Path]:
    return list(server.data_dir.rglob("bigupload/*/*.json"))


def test_cancelled_while_its_folder_is_away(start: Callable[..., RunningServer]) -> None:
    server = start(config={"BigUpload": {"max_unfinished_size": SIZE}})
    folder = server.root / "data"
    folder.mkdir()
    with client_of(server) as client:
        upload_id = create(client, "data/x", SIZE)
        assert send(client, upload_id, DATA, 0, HALF, folder="data").status_code == 200
        put_away(folder)
        assert client.delete(f"{UPLOADS}/{upload_id}").status_code == 204
        for answer in (
            client.delete(f"{UPLOADS}/{upload_id}"),
            client.get(f"{UPLOADS}/{upload_id}"),
            client.post(f"{UPLOADS}/{upload_id}/complete"),
            send(client, upload_id, DATA, HALF, SIZE, folder="data"),
        ):
            assert reason(answer) == (404, "not_found")
        assert listed(client) == {}
        assert len(records(server)) == 1
        create(client, "all", SIZE)  # it no longer counts
        server.stop()
        server.start()  # which sweeps
        assert listed(client).keys() != {upload_id}
        assert len(records(server)) == 2
        server.stop()
        put_back(folder)
        server.start()
        until(lambda: len(records(server)) == 1)
        assert list(folder.iterdir()) == []


def test_expired_while_its_folder_is_away(start: Callable[..., RunningServer]) -> None:
    server = start(config={"BigUpload": {"expire_after": 3600.0}})
    folder = server.root / "data"
    folder.mkdir()
    with client_of(server) as client:
        upload_id = create(client, "data/x", SIZE)
        assert send(client, upload_id, DATA, 0, HALF, folder="data").status_code == 200
        server.stop()
        put_away(folder)
        time_passes(server, 3601)
        server.start()
        until(lambda: listed(client) == {})
        assert reason(client.get(f"{UPLOADS}/{upload_id}")) == (404, "not_found")
        assert len(records(server)) == 1
        server.stop()
        put_back(folder)
        server.start()
        until(lambda: records(server) == [])
        assert list(folder.iterdir()) == []


def time_passes(server: RunningServer, seconds: float) -> None:
    """Let the records, their logs and the unfinished files of a server that is down be older."""
    for path in server.data_dir.rglob("bigupload/*/*.json"):
        upload = decode(path.read_bytes())
        path.write_bytes(encode(replace(upload, updated=upload.updated - seconds)))
    for log in server.data_dir.rglob("bigupload/*/*.parts"):
        log.unlink()
    for partial in server.root.rglob(".*.bigupload"):
        then = partial.stat().st_mtime - seconds
        os.utime(partial, (then, then))


def test_a_folder_that_never_comes_back(start: Callable[..., RunningServer]) -> None:
    """The record goes after a month, and the bytes once they are found elsewhere."""
    server = start()
    folder = server.root / "data"
    folder.mkdir()
    with client_of(server) as client:
        upload_id = create(client, "data/x", SIZE)
        assert send(client, upload_id, DATA, 0, HALF, folder="data").status_code == 200
        away = put_away(folder)
        assert client.delete(f"{UPLOADS}/{upload_id}").status_code == 204
        server.stop()
        time_passes(server, MONTH - 60)
        server.start()
        time.sleep(0.5)
        assert len(list(away.iterdir())) == len(records(server)) == 1
        server.stop()
        time_passes(server, 120)
        server.start()
        until(lambda: records(server) == [] and list(away.iterdir()) == [])


def test_unfinished_files_without_a_record(start: Callable[..., RunningServer]) -> None:
    """The sweep finds those of its own, wherever they are now, once they are old; and no others."""
    server = start()
    folder = server.root / "data"
    folder.mkdir()
    with client_of(server) as client:
        lost, live = create(client, "data/x", SIZE), create(client, "data/y", SIZE)
        for upload_id in (lost, live):
            assert send(client, upload_id, DATA, 0, HALF, folder="data").status_code == 200
        server.stop()
        (partial,) = folder.glob(f".x.{lost}-*.bigupload")
        (kept,) = folder.glob(f".y.{live}-*.bigupload")
        next(server.data_dir.rglob(f"{lost}.json")).unlink()
        others = folder / "others"
        others.mkdir()
        names = [
            f".z.{lost}.bigupload",  # of an earlier version
            f".z.{lost}-18c-{'0' * 16}.bigupload",  # of another server
            partial.name[1:],  # not hidden
            f"{partial.name}.txt",
        ]
        for name in names:
            shutil.copy2(partial, others / name)
        copies = [
            shutil.copytree(folder, server.root / f"copy {number}", copy_function=shutil.copy2)
            for number in range(2)
        ]
        young = copies[0] / partial.name
        for path in server.root.rglob("*bigupload*"):
            os.utime(path, (1, 1))
        os.utime(young)
        server.start()
        until(lambda: not partial.exists() and not (copies[1] / kept.name).exists())
        until(lambda: not (copies[0] / kept.name).exists() and not (copies[1] / partial.name).exists())
        assert kept.exists()
        assert young.exists()
        assert {path.name for path in others.iterdir()} == set(names)
        assert send(client, live, DATA, HALF, SIZE, folder="data").status_code == 200
        assert client.post(f"{UPLOADS}/{live}/complete").status_code == 200


def test_two_servers_whose_trees_overlap(start: Callable[..., RunningServer], tmp_path: Path) -> None:
    """Neither removes what is the other's, however old."""
    project = tmp_path / "project"
    project.mkdir()
    outer, inner = start(root=tmp_path), start(root=project)
    with client_of(inner) as client:
        upload_id = create(client, "x", SIZE)
        assert send(client, upload_id, DATA, 0, HALF).status_code == 200
        (partial,) = project.iterdir()
        os.utime(partial, (1, 1))
        with client_of(outer) as other:  # so that it has a tag
            create(other, "y", 1)
        outer.stop()
        outer.start()
        time.sleep(0.5)
        assert partial.exists()


@pytest.mark.parametrize(
    "lost", ["the folder", *(pytest.param(lost, marks=pytest.mark.long) for lost in ("the tag", "a copy"))]
)
def test_records_that_are_lost_take_no_unfinished_file_with_them(
    start: Callable[..., RunningServer], lost: str
) -> None:
    """They may be on a disk that is not mounted now, or another server may have the original."""
    server = start()
    with client_of(server) as client:
        upload_id = create(client, "x", SIZE)
        assert send(client, upload_id, DATA, 0, HALF).status_code == 200
        server.stop()
        (tag,) = server.data_dir.rglob("bigupload/*/tag")
        (partial,) = server.root.iterdir()
        os.utime(partial, (1, 1))
        if lost == "the folder":
            shutil.rmtree(tag.parent)
        else:
            (tag.parent / f"{upload_id}.json").unlink()
            if lost == "the tag":
                tag.unlink()
            else:
                shutil.copy2(tag, tag.with_name("copy"))
                tag.with_name("copy").replace(tag)
        server.start()
        create(client, "y", 1)
        server.stop()
        server.start()
        time.sleep(0.5)
        assert partial.exists()


def test_links_are_left_alone(start: Callable[..., RunningServer], tmp_path: Path) -> None:
    server = start()
    with client_of(server) as client:
        upload_id = create(client, "x", SIZE)
        server.stop()
        (partial,) = server.root.iterdir()
        next(server.data_dir.rglob(f"{upload_id}.json")).unlink()
        outside = tmp_path / "outside"
        outside.mkdir()
        shutil.copy2(partial, outside)
        os.utime(outside / partial.name, (1, 1))
        os.utime(partial, (1, 1))
        (server.root / "link").symlink_to(outside)
        (server.root / f"a{partial.name}").symlink_to(outside / partial.name)
        server.start()
        until(lambda: not partial.exists())
        time.sleep(0.2)
        assert (outside / partial.name).exists()
