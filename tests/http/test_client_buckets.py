"""The Python client into buckets, through the server."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyter_bigupload.client import Client, Exists, Progress

from .site import PART, Site


@pytest.fixture
def program(site: Site) -> Iterator[Client]:
    with Client(site.server.url, site.server.token) as client:
        yield client


@pytest.mark.parametrize("destination", ["lab", "archive"])
def test_a_folder(site: Site, program: Client, tmp_path: Path, destination: str) -> None:
    folder = tmp_path / "plates"
    data = {"a/1.bin": b"x" * 100, "large.bin": os.urandom(2 * PART + 17), "empty.bin": b""}
    for name, content in data.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    (folder / "nothing").mkdir()
    saved = program.upload(folder, "client/", destination=destination)
    assert {one.path for one in saved} == {f"client/plates/{name}" for name in data}
    for name, content in data.items():
        assert site.read(destination, f"client/plates/{name}") == content
    (folder / "large.bin").write_bytes(os.urandom(2 * PART + 17))
    with pytest.raises(Exists):
        program.upload(folder / "large.bin", "client/plates/", destination=destination)
    program.upload(folder / "large.bin", "client/plates/", destination=destination, on_conflict="replace")
    assert site.read(destination, "client/plates/large.bin") == (folder / "large.bin").read_bytes()


@pytest.mark.parametrize("destination", ["lab", "archive"])
@pytest.mark.parametrize("size", [0, 5, 2 * PART, 2 * PART + 5])
def test_a_stream(site: Site, program: Client, destination: str, size: int) -> None:
    data = os.urandom(size)
    (saved,) = program.upload(io.BytesIO(data), f"client/stream-{size}.bin", destination=destination)
    assert saved.size == size
    assert site.read(destination, f"client/stream-{size}.bin") == data


def test_what_an_earlier_program_sent_is_not_sent_again(site: Site, program: Client, tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(os.urandom(3 * PART))
    modified = path.stat().st_mtime_ns // 1_000_000
    upload = program.create("client/again.bin", 3 * PART, destination="lab", last_modified=modified)
    with path.open("rb") as file:
        upload.write_part(1, file)
    told: list[Progress] = []
    program.upload(path, "client/again.bin", destination="lab", progress=told.append)
    assert told[0].sent == PART
    assert site.read("lab", "client/again.bin") == path.read_bytes()
    assert [one for one in program.uploads() if one.path == "client/again.bin"] == []
