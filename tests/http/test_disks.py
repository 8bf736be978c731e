"""What a person is told when the disk itself says no."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.small_disk import small_disk

from .conftest import create, reason, send

SIZE = 4 * 2**20


@pytest.fixture
def small(root: Path) -> Iterator[Path]:
    """A real file system of 4 MiB in the server's folder."""
    with small_disk(root / "small", SIZE) as folder:
        yield folder


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


def test_a_disk_that_fills_up_meanwhile(client: httpx.Client, small: Path) -> None:
    data = bytes(SIZE)
    upload_id = create(client, "small/x", SIZE)
    assert send(client, upload_id, data, 0, SIZE // 4, folder="small").status_code == 200
    other = small / "other"
    other.write_bytes(bytes(SIZE // 2))
    assert reason(send(client, upload_id, data, SIZE // 4, SIZE, folder="small")) == (507, "no_space")
    # What was acknowledged is there still, and the upload goes on once there is room.
    status = client.get(f"api/bigupload/uploads/{upload_id}").json()
    assert (status["state"], status["received"]) == ("receiving", [[0, SIZE // 4]])
    other.unlink()
    assert send(client, upload_id, data, SIZE // 4, SIZE, folder="small").status_code == 200
    assert client.post(f"api/bigupload/uploads/{upload_id}/complete").json()["state"] == "done"
    assert (small / "x").stat().st_size == SIZE


def test_a_body_of_unknown_length_that_fills_the_disk(client: httpx.Client, small: Path) -> None:
    pieces = (bytes(2**20) for _ in range(6))
    answer = client.post("api/upload_handlers/small", content=pieces, headers=_named("x"))
    assert reason(answer) == (507, "no_space")
    assert list(small.iterdir()) == []


def test_a_read_only_folder(client: httpx.Client, small: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", small], check=True)  # noqa: S607  # as above
    for answer in (
        client.post("api/bigupload/uploads", json={"path": "small/x", "size": 1}),
        client.post("api/upload_handlers/small", content=b"x", headers=_named("x")),
    ):
        assert reason(answer) == (403, "read_only")


def _named(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}
