"""Files, folders and streams to a real server."""

from __future__ import annotations

import io
import os
import threading
from pathlib import Path

import pytest

from jupyter_bigupload.client import (
    Client,
    Exists,
    FileChanged,
    NotFound,
    Progress,
    Saved,
    Unauthorized,
    UnreadableFile,
    UploadsFailed,
)
from tests.support.forked_server import ForkedServer

MIB = 2**20


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    """A folder of the test's own on the server."""
    return str(request.node.name).replace("/", "-")


def write(path: Path, size: int) -> bytes:
    data = os.urandom(size)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return data


@pytest.mark.parametrize(("size", "parallel"), [(0, 1), (1, 1), (3 * MIB, 1), (9 * MIB + 1, 1), (9 * MIB, 3)])
def test_a_file(  # noqa: PLR0917  # fixtures
    client: Client, root: Path, tmp_path: Path, name: str, size: int, parallel: int
) -> None:
    data = write(tmp_path / "a.bin", size)
    (saved,) = client.upload(tmp_path / "a.bin", f"{name}/", parallel=parallel)
    assert saved == Saved(f"{name}/a.bin", "home", size)
    assert (root / name / "a.bin").read_bytes() == data
    assert list(client.uploads()) == []


@pytest.mark.parametrize("size", [3, 9 * MIB])
def test_a_name_that_is_taken(client: Client, root: Path, tmp_path: Path, name: str, size: int) -> None:
    first = write(tmp_path / "a.bin", size)
    client.upload(tmp_path / "a.bin", f"{name}/b.bin")
    (same,) = client.upload(tmp_path / "a.bin", f"{name}/b.bin")
    assert same.identical
    second = write(tmp_path / "a.bin", size)
    with pytest.raises(Exists):
        client.upload(tmp_path / "a.bin", f"{name}/b.bin")
    (beside,) = client.upload(tmp_path / "a.bin", f"{name}/b.bin", on_conflict="rename")
    assert beside.path == f"{name}/b (1).bin"
    assert (root / name / "b.bin").read_bytes() == first
    client.upload(tmp_path / "a.bin", f"{name}/b.bin", on_conflict="replace")
    assert (root / name / "b.bin").read_bytes() == second


def test_a_folder(client: Client, root: Path, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "run 7 ü"
    data = {
        f"{number % 3}/{number}.txt": write(folder / f"{number % 3}/{number}.txt", number)
        for number in range(60)
    }
    data["large.bin"] = write(folder / "large.bin", 9 * MIB)
    (folder / "empty" / "inside").mkdir(parents=True)
    (folder / "link.txt").symlink_to(folder / "1/1.txt")
    data["link.txt"] = data["1/1.txt"]
    told: list[Progress] = []
    saved = client.upload(folder, f"{name}/", progress=told.append)
    target = root / name / folder.name
    assert {
        str(path.relative_to(target)): path.read_bytes() for path in target.rglob("*") if path.is_file()
    } == data
    assert (target / "empty" / "inside").is_dir()
    assert {one.path for one in saved} == {f"{name}/{folder.name}/{path}" for path in data}
    last = told[-1]
    assert (last.files_done, last.files) == (len(data), len(data))
    assert last.bytes_sent == last.bytes_total == sum(map(len, data.values()))
    assert all(one.identical for one in client.upload(folder, f"{name}/"))


def test_what_fails_of_a_folder_harms_no_other(client: Client, root: Path, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "folder"
    write(folder / "good.txt", 10)
    write(folder / "taken.txt", 10)
    (folder / "loop").symlink_to(folder)
    os.mkfifo(folder / "pipe")
    (folder / os.fsdecode(b"\xff")).write_bytes(b"x")
    (folder / "dangling").symlink_to(folder / "nowhere")
    (root / name).mkdir()
    (root / name / "taken.txt").write_bytes(b"other")
    with pytest.raises(UploadsFailed) as refused:
        client.upload(folder, name)
    failed = {Path(path.strip("'")).name: type(why) for path, why in refused.value.failed.items()}
    assert failed == {
        "taken.txt": Exists,
        "loop": UnreadableFile,
        "pipe": UnreadableFile,
        "\\udcff": UnreadableFile,
        "dangling": UnreadableFile,
    }
    assert [one.path for one in refused.value.saved] == [f"{name}/good.txt"]


class Slow(io.RawIOBase):
    """What a pipe brings: a few bytes at a time, and no place to go back to."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        return self._data.read(min(size, 70_000))


@pytest.mark.parametrize("size", [0, 5, 20 * MIB + 5])
def test_a_stream_of_unknown_length(client: Client, root: Path, name: str, size: int) -> None:
    data = os.urandom(size)
    (saved,) = client.upload(Slow(data), f"{name}/folder/s.bin")
    assert saved == Saved(f"{name}/folder/s.bin", "home", size)
    assert (root / name / "folder/s.bin").read_bytes() == data


def test_a_stream_that_breaks_leaves_nothing(client: Client, root: Path, name: str) -> None:
    class Broken(Slow):
        def read(self, size: int = -1) -> bytes:
            if self._data.tell() > 9 * MIB:
                raise OSError("the pipe broke")
            return super().read(size)

    with pytest.raises(OSError, match="the pipe broke"):
        client.upload(Broken(bytes(12 * MIB)), f"{name}.bin")
    assert list(client.uploads()) == []
    assert not (root / f"{name}.bin").exists()


def test_parts_in_any_order(server: ForkedServer, client: Client, root: Path, name: str) -> None:
    data = os.urandom(150 * MIB)
    upload = client.create(f"{name}.bin", len(data))
    planned = list(upload.parts())
    assert [part.number for part in planned] == [1, 2, 3]
    assert sum(part.size for part in planned) == len(data)
    sent = upload.write_part(3, io.BytesIO(data[planned[2].offset :]))
    assert upload.write_part(1, io.BytesIO(data)).digest
    with Client(server.url, server.token) as other:
        same = other.get(upload.id)
        assert [part.digest is not None for part in same.parts()] == [True, False, True]
        assert list(same.parts())[2] == sent
        same.write_part(2, Slow(data[planned[1].offset : planned[1].end]))
        assert same.complete().path == f"{name}.bin"
    assert (root / f"{name}.bin").read_bytes() == data


def test_an_upload_that_is_cancelled(client: Client, name: str) -> None:
    upload = client.create(f"{name}.bin", 5)
    assert [one.id for one in client.uploads()] == [upload.id]
    upload.cancel()
    upload.cancel()
    with pytest.raises(NotFound):
        client.get(upload.id)


def test_a_file_that_changes_meanwhile(client: Client, root: Path, tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.bin"
    write(path, 12 * MIB)
    changed = threading.Event()

    def change(_: Progress) -> None:
        if not changed.is_set():
            changed.set()
            with path.open("r+b") as file:
                file.write(b"other")
            os.utime(path, ns=(0, 0))

    with pytest.raises(FileChanged):
        client.upload(path, f"{name}.bin", progress=change)
    assert list(client.uploads()) == []
    assert not (root / f"{name}.bin").exists()


def test_gone_on_with_by_another_client(
    server: ForkedServer, client: Client, root: Path, tmp_path: Path, name: str
) -> None:
    path = tmp_path / "a.bin"
    data = write(path, 30 * MIB)

    class Enough(Exception):
        pass

    def stop(progress: Progress) -> None:
        if progress.sent > 12 * MIB:
            raise Enough

    with pytest.raises(Enough):
        client.upload(path, f"{name}.bin", progress=stop, parallel=2)
    (left,) = client.uploads()
    there = left.received_bytes
    assert there
    told: list[Progress] = []
    with Client(server.url, server.token) as other:
        other.upload(path, f"{name}.bin", progress=told.append)
    assert told[0].sent >= there
    assert (root / f"{name}.bin").read_bytes() == data
    assert list(client.uploads()) == []


def test_another_file_of_the_same_look_is_never_mixed_in(
    client: Client, root: Path, tmp_path: Path, name: str
) -> None:
    path = tmp_path / "a.bin"
    write(path, 12 * MIB)
    modified = path.stat().st_mtime_ns
    upload = client.create(f"{name}.bin", 12 * MIB, last_modified=modified // 1_000_000)
    upload.write_part(1, path.open("rb"))
    data = write(path, 12 * MIB)
    os.utime(path, ns=(modified, modified))
    client.upload(path, f"{name}.bin")
    assert (root / f"{name}.bin").read_bytes() == data
    assert list(client.uploads()) == []


def test_who_is_not_logged_in(server: ForkedServer, tmp_path: Path) -> None:
    write(tmp_path / "a.bin", 5)
    with Client(server.url, "wrong") as stranger, pytest.raises(Unauthorized):
        stranger.upload(tmp_path / "a.bin")
