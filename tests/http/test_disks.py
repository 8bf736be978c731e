"""What a person is told when the disk itself says no, or someone else was at the files meanwhile."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.forked_server import ForkedServer
from tests.support.server import RunningServer
from tests.support.small_disk import small_disk

from .conftest import client_of, create, reason, send

SIZE = 4 * 2**20
QUARTER = SIZE // 4
DATA = os.urandom(SIZE)
AWAY = (503, "folder_unavailable")


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    """A server that may fill its disk to the last byte."""
    with ForkedServer(config={"BigUpload": {"min_free_space": 0}}) as running:
        yield running


@pytest.fixture
def small(root: Path) -> Iterator[Path]:
    """A real file system of 4 MiB in the server's folder."""
    with small_disk(root / "small", SIZE) as folder:
        yield folder


@pytest.fixture
def bystander(client: httpx.Client, root: Path) -> Iterator[None]:
    """Another upload and a finished file, neither of which is harmed."""
    (root / "finished").write_bytes(DATA)
    upload_id = create(client, "bystander", SIZE)
    assert send(client, upload_id, DATA, 0, QUARTER).status_code == 200
    yield
    assert send(client, upload_id, DATA, QUARTER, SIZE).status_code == 200
    assert client.post(f"api/bigupload/uploads/{upload_id}/complete").json()["state"] == "done"
    assert (root / "bystander").read_bytes() == DATA
    assert (root / "finished").read_bytes() == DATA


def test_no_space_is_told_before_a_byte_is_sent(client: httpx.Client, small: Path) -> None:
    fields = {"path": "small/x", "size": SIZE + 1}
    for answer in (
        client.post("api/bigupload/uploads", json=fields),
        client.post("api/upload_handlers/small", content=bytes(SIZE + 1), headers=_named("x")),
        client.post(
            "api/upload_handlers/small",
            content=b"x",
            headers={**_named("x"), "Content-Range": f"bytes 0-0/{SIZE + 1}"},
        ),
    ):
        assert reason(answer) == (507, "no_space")
        assert answer.json()["needed"] == SIZE + 1
        assert answer.json()["available"] == SIZE
    assert list(small.iterdir()) == []


def test_a_disk_that_fills_up_meanwhile(client: httpx.Client, small: Path, bystander: None) -> None:
    upload_id = create(client, "small/x", SIZE)
    assert send(client, upload_id, DATA, 0, QUARTER, folder="small").status_code == 200
    other = small / "other"
    other.write_bytes(bytes(SIZE // 2))
    assert reason(send(client, upload_id, DATA, QUARTER, SIZE, folder="small")) == (507, "no_space")
    # What was acknowledged is there still, and the upload goes on once there is room.
    status = client.get(f"api/bigupload/uploads/{upload_id}").json()
    assert (status["state"], status["received"]) == ("receiving", [[0, QUARTER]])
    other.unlink()
    assert send(client, upload_id, DATA, QUARTER, SIZE, folder="small").status_code == 200
    assert client.post(f"api/bigupload/uploads/{upload_id}/complete").json()["state"] == "done"
    assert (small / "x").read_bytes() == DATA


def test_a_body_of_unknown_length_that_fills_the_disk(client: httpx.Client, small: Path) -> None:
    pieces = (bytes(2**20) for _ in range(6))
    answer = client.post("api/upload_handlers/small", content=pieces, headers=_named("x"))
    assert reason(answer) == (507, "no_space")
    assert list(small.iterdir()) == []


def test_space_that_an_administrator_keeps_free(start: Callable[..., RunningServer]) -> None:
    server = start(config={"BigUpload": {"min_free_space": SIZE // 2}})
    with client_of(server) as client, small_disk(server.root / "small", SIZE) as small:
        refused = client.post("api/bigupload/uploads", json={"path": "small/x", "size": SIZE})
        assert reason(refused) == (507, "no_space")
        assert refused.json()["available"] == SIZE // 2
        upload_id = create(client, "small/x", SIZE // 2)
        (small / "other").write_bytes(bytes(QUARTER))
        assert reason(send(client, upload_id, DATA[: SIZE // 2], 0, SIZE // 2, folder="small")) == (
            507,
            "no_space",
        )
        (small / "other").unlink()
        assert send(client, upload_id, DATA[: SIZE // 2], 0, SIZE // 2, folder="small").status_code == 200


def test_a_read_only_folder(client: httpx.Client, small: Path) -> None:
    _remount(small, "ro")
    for answer in (
        client.post("api/bigupload/uploads", json={"path": "small/x", "size": 1}),
        client.post("api/upload_handlers/small", content=b"x", headers=_named("x")),
    ):
        assert reason(answer) == (403, "read_only")


def test_a_folder_that_becomes_read_only_meanwhile(
    client: httpx.Client, small: Path, bystander: None
) -> None:
    upload_id = create(client, "small/x", SIZE)
    assert send(client, upload_id, DATA, 0, QUARTER, folder="small").status_code == 200
    _remount(small, "ro")
    assert reason(send(client, upload_id, DATA, QUARTER, SIZE, folder="small")) == (403, "read_only")
    assert reason(client.delete(f"api/bigupload/uploads/{upload_id}")) == (403, "read_only")
    _remount(small, "rw")
    assert send(client, upload_id, DATA, QUARTER, SIZE, folder="small").status_code == 200
    _remount(small, "ro")
    complete = f"api/bigupload/uploads/{upload_id}/complete"
    assert reason(client.post(complete)) == (403, "read_only")
    _remount(small, "rw")
    assert client.post(complete).json()["state"] == "done"
    assert (small / "x").read_bytes() == DATA


def test_a_folder_removed_meanwhile(client: httpx.Client, root: Path, bystander: None) -> None:
    (root / "folder").mkdir()
    half, whole = (create(client, f"folder/{name}", SIZE) for name in ("half", "whole"))
    assert send(client, half, DATA, 0, QUARTER, folder="folder").status_code == 200
    assert send(client, whole, DATA, 0, SIZE, folder="folder").status_code == 200
    shutil.rmtree(root / "folder")
    assert reason(send(client, half, DATA, QUARTER, SIZE, folder="folder")) == AWAY
    assert reason(client.post(f"api/bigupload/uploads/{whole}/complete")) == AWAY
    assert not (root / "folder").exists()
    _gone_for_good(client, half, whole)


def test_a_folder_swapped_for_a_link_meanwhile(client: httpx.Client, root: Path, bystander: None) -> None:
    outside = root.parent / "outside"
    outside.mkdir()
    (outside / "whole").write_bytes(b"not yours")
    try:
        (root / "folder").mkdir()
        half, whole = (
            create(client, f"folder/{name}", SIZE, on_conflict="replace") for name in ("half", "whole")
        )
        assert send(client, whole, DATA, 0, SIZE, folder="folder").status_code == 200
        (root / "folder").rename(root / "aside")
        (root / "folder").symlink_to(outside)
        assert reason(send(client, half, DATA, 0, SIZE, folder="folder")) in {(403, "outside_root"), AWAY}
        assert reason(client.post(f"api/bigupload/uploads/{whole}/complete")) == AWAY
        _gone_for_good(client, half, whole)
        assert [path.name for path in outside.iterdir()] == ["whole"]
        assert (outside / "whole").read_bytes() == b"not yours"
    finally:
        shutil.rmtree(outside)


def test_a_vanished_partial(client: httpx.Client, root: Path, bystander: None) -> None:
    half, whole = (create(client, name, SIZE) for name in ("half", "whole"))
    assert send(client, half, DATA, 0, QUARTER).status_code == 200
    assert send(client, whole, DATA, 0, SIZE).status_code == 200
    for name in ("half", "whole"):
        _partial(root, name).unlink()
    assert reason(send(client, half, DATA, QUARTER, SIZE)) == (404, "not_found")
    assert reason(client.post(f"api/bigupload/uploads/{whole}/complete")) == (404, "not_found")
    assert {path.name for path in root.glob("[!.]*")} == {"finished"}
    _gone_for_good(client, half, whole)


def test_a_truncated_partial(client: httpx.Client, root: Path, bystander: None) -> None:
    upload_id = create(client, "short", SIZE)
    assert send(client, upload_id, DATA, 0, SIZE).status_code == 200
    os.truncate(_partial(root, "short"), QUARTER)
    short = client.post(f"api/bigupload/uploads/{upload_id}/complete")
    assert reason(short) == (409, "incomplete")
    assert short.json()["missing"] == [[0, SIZE]]
    assert not (root / "short").exists()
    assert send(client, upload_id, DATA, 0, SIZE).status_code == 200
    assert client.post(f"api/bigupload/uploads/{upload_id}/complete").json()["state"] == "done"
    assert (root / "short").read_bytes() == DATA


def test_a_partial_that_was_truncated_while_the_server_was_down(
    start: Callable[..., RunningServer],
) -> None:
    server = start()
    with client_of(server) as client:
        upload_id = create(client, "short", SIZE)
        for start_at in (0, SIZE // 2):
            assert send(client, upload_id, DATA, start_at, start_at + SIZE // 2).status_code == 200
        server.kill()
        os.truncate(_partial(server.root, "short"), SIZE - 1)
        server.start()
        # A chunk whose bytes are not all there is asked for again as a whole.
        status = client.get(f"api/bigupload/uploads/{upload_id}").json()
        assert status["received"] == [[0, SIZE // 2]]
        assert send(client, upload_id, DATA, SIZE // 2, SIZE).status_code == 200
        assert client.post(f"api/bigupload/uploads/{upload_id}/complete").json()["state"] == "done"
    assert (server.root / "short").read_bytes() == DATA


def _gone_for_good(client: httpx.Client, *upload_ids: str) -> None:
    """What can't be finished any more can be cancelled, and then is in no list."""
    for upload_id in upload_ids:
        client.delete(f"api/bigupload/uploads/{upload_id}")
    left = client.get("api/bigupload/uploads").json()["uploads"]
    assert not {upload["id"] for upload in left} & set(upload_ids)


def _partial(root: Path, name: str) -> Path:
    (found,) = root.glob(f".{name}.*.bigupload")
    return found


def _remount(folder: Path, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", folder], check=True)  # noqa: S607  # where mount is differs


def _named(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}
