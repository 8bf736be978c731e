"""Uploads whose size nobody knows before the last byte."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

UPLOADS = "api/bigupload/uploads"


@pytest.fixture
def upload(client: httpx.Client) -> Iterator[str]:
    answer = client.post(UPLOADS, json={"path": "s.bin", "size": None, "on_conflict": "replace"})
    assert answer.status_code == 201, answer.text
    assert answer.json()["size"] is None
    yield str(answer.json()["id"])
    client.delete(f"{UPLOADS}/{answer.json()['id']}")


def send(client: httpx.Client, upload: str, start: int, data: bytes, total: str = "*") -> httpx.Response:
    return client.post(
        "api/upload_handlers",
        params={"upload": upload},
        content=data,
        headers={"Content-Range": f"bytes {start}-{start + len(data) - 1}/{total}"},
    )


def complete(client: httpx.Client, upload: str, **fields: object) -> httpx.Response:
    return client.post(f"{UPLOADS}/{upload}/complete", json=fields)


def test_it_is_said_at_the_end(client: httpx.Client, root: Path, upload: str) -> None:
    assert send(client, upload, 3, b"def").status_code == 200
    assert complete(client, upload, size=6).json()["reason"] == "incomplete"
    assert send(client, upload, 0, b"abc").status_code == 200
    too_few = complete(client, upload, size=5)
    assert (too_few.status_code, too_few.json()["reason"]) == (400, "inconsistent_size")
    assert complete(client, upload, size=7).json()["missing"] == [[6, 7]]
    done = complete(client, upload, size=6)
    assert (done.status_code, done.json()["size"]) == (200, 6)
    assert complete(client, upload, size=6).status_code == 200
    assert complete(client, upload, size=5).json()["reason"] == "inconsistent_size"
    assert (root / "s.bin").read_bytes() == b"abcdef"


def test_of_nothing(client: httpx.Client, root: Path, upload: str) -> None:
    assert complete(client, upload, size=0).status_code == 200
    assert (root / "s.bin").read_bytes() == b""


def test_chunks_say_what_was_said(client: httpx.Client, upload: str) -> None:
    refused = send(client, upload, 0, b"abc", total="3")
    assert (refused.status_code, refused.json()["reason"]) == (400, "malformed")
    known = client.post(UPLOADS, json={"path": "k.bin", "size": 3}).json()["id"]
    refused = send(client, known, 0, b"abc")
    assert (refused.status_code, refused.json()["reason"]) == (400, "malformed")
    assert client.delete(f"{UPLOADS}/{known}").status_code == 204


@pytest.mark.parametrize("size", ["5", -1, True, 1.5])
def test_what_is_no_size(client: httpx.Client, upload: str, size: object) -> None:
    assert complete(client, upload, size=size).json()["reason"] == "malformed"
    assert client.post(UPLOADS, json={"path": "x", "size": size}).json()["reason"] == "malformed"
    assert client.post(UPLOADS, json={"path": "x"}).json()["reason"] == "malformed"
