from __future__ import annotations

import asyncio
import hashlib
import os
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyter_bigupload.errors import (
    BigUploadError,
    Exists,
    FolderMissing,
    InvalidName,
    NoSpace,
    NotFound,
    OutsideRoot,
    ReadOnly,
)
from jupyter_bigupload.stores.base import OnConflict
from jupyter_bigupload.stores.local import LocalStore
from jupyter_bigupload.testing.store_suite import StoreSuite, pieces, target
from tests.small_disk import small_disk


class Files:
    """What a folder holds, seen without the store."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def _all(self) -> set[str]:
        return {str(p.relative_to(self._root)) for p in self._root.rglob("*") if p.is_file()}

    def names(self) -> set[str]:
        return {name for name in self._all() if not name.endswith(".bigupload")}

    def leftovers(self) -> set[str]:
        return self._all() - self.names()

    def read(self, path: str) -> bytes:
        return (self._root / path).read_bytes()

    def put(self, path: str, data: bytes) -> None:
        (self._root / path).write_bytes(data)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "root"
    folder.mkdir()
    return folder


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A real file system of 4 MiB."""
    with small_disk(tmp_path / "small", 4 * 2**20) as folder:
        yield folder


class TestLocalStore(StoreSuite):
    @pytest.fixture
    def store(self, root: Path) -> LocalStore:
        return LocalStore(root)

    @pytest.fixture
    def stored(self, root: Path) -> Files:
        return Files(root)


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("../out.bin", OutsideRoot),
        ("a/../../out.bin", OutsideRoot),
        ("/etc/out.bin", OutsideRoot),
        ("link/out.bin", OutsideRoot),
        ("link/../out.bin", OutsideRoot),
        ("", InvalidName),
        ("folder/", InvalidName),
        ("folder/..", InvalidName),
        (".", InvalidName),
        ("folder//x", InvalidName),
        ("./x", InvalidName),
        ("nul\0.bin", InvalidName),
        ("folder\0/x", InvalidName),
        ("x" * 256, InvalidName),
        ("漢" * 86, InvalidName),
        ("\ud800", InvalidName),
        ("not text \udc80", InvalidName),  # what Python makes of a byte that is no text
        ("nowhere/x", FolderMissing),
        ("file/x", FolderMissing),
        ("loop/x", FolderMissing),
    ],
)
async def test_hostile_paths(root: Path, tmp_path: Path, path: str, error: type[BigUploadError]) -> None:
    (root / "folder").mkdir()
    (root / "file").write_bytes(b"")
    (root / "link").symlink_to(tmp_path)
    (root / "loop").symlink_to(root / "loop")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(error):
        await LocalStore(root).begin(target(path))
    assert sorted(tmp_path.rglob("*")) == before


async def test_a_link_within_the_root_is_followed(root: Path) -> None:
    (root / "real").mkdir()
    (root / "link").symlink_to(root / "real")
    store = LocalStore(root)
    handle = await store.begin(target("link/x"))
    await store.write_part(handle, 0, pieces(b"data"), hashlib.sha256())
    assert (await store.commit(handle, 4, OnConflict.FAIL)).path == "real/x"
    assert (root / "real" / "x").read_bytes() == b"data"


async def test_replacing_a_link_leaves_what_it_points_to(root: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_bytes(b"not yours")
    (root / "x").symlink_to(outside)
    store = LocalStore(root)
    handle = await store.begin(target("x", on_conflict=OnConflict.REPLACE))
    await store.write_part(handle, 0, pieces(b"data"), hashlib.sha256())
    await store.commit(handle, 4, OnConflict.REPLACE)
    assert outside.read_bytes() == b"not yours"
    assert (root / "x").read_bytes() == b"data"


async def test_a_link_in_place_of_the_partial_is_not_followed(root: Path, tmp_path: Path) -> None:
    store = LocalStore(root)
    handle = await store.begin(target("x"))
    partial = root / str(handle["partial"])
    victim = tmp_path / "victim"
    victim.write_bytes(b"not yours")
    partial.unlink()
    partial.symlink_to(victim)
    with pytest.raises(NotFound):
        await store.write_part(handle, 0, pieces(b"data"), hashlib.sha256())
    assert victim.read_bytes() == b"not yours"


async def test_another_file_in_place_of_the_partial_is_no_part(root: Path) -> None:
    store = LocalStore(root)
    handle = await store.begin(target("x"))
    await store.write_part(handle, 0, pieces(b"data"), hashlib.sha256())
    partial = root / str(handle["partial"])
    partial.rename(root / "aside")
    partial.write_bytes(b"liar")
    assert await store.parts(handle) == []
    with pytest.raises(NotFound):
        await store.commit(handle, 4, OnConflict.FAIL)
    assert not (root / "x").exists()


async def test_no_folder_is_replaced(root: Path) -> None:
    (root / "x").mkdir()
    store = LocalStore(root)
    with pytest.raises(Exists):
        await store.begin(target("x", on_conflict=OnConflict.REPLACE))
    (root / "x").rmdir()
    handle = await store.begin(target("x", on_conflict=OnConflict.REPLACE))
    (root / "x").mkdir()
    with pytest.raises(Exists):
        await store.commit(handle, 0, OnConflict.REPLACE)


@pytest.mark.parametrize(
    ("name", "second"),
    [
        ("a.tar.gz", "a (1).tar.gz"),
        ("noext", "noext (1)"),
        ("a.b.txt", "a.b (1).txt"),
        ("x" * 251 + ".txt", "x" * 247 + " (1).txt"),
    ],
)
async def test_keep_both_names(root: Path, name: str, second: str) -> None:
    (root / name).write_bytes(b"first")
    store = LocalStore(root)
    handle = await store.begin(target(name, on_conflict=OnConflict.RENAME))
    assert (await store.commit(handle, 0, OnConflict.RENAME)).path == second
    assert (root / name).read_bytes() == b"first"


@pytest.mark.parametrize("policy", OnConflict)
async def test_a_crash_between_link_and_unlink(root: Path, policy: OnConflict) -> None:
    store = LocalStore(root)
    handle = await store.begin(target("x"))
    await store.write_part(handle, 0, pieces(b"data"), hashlib.sha256())
    os.link(root / str(handle["partial"]), root / "x")
    assert (await store.commit(handle, 4, policy)).path == "x"
    assert [p.name for p in root.iterdir()] == ["x"]
    assert (root / "x").read_bytes() == b"data"


async def test_another_file_with_the_same_inode_is_not_taken_for_ours(root: Path) -> None:
    store = LocalStore(root)
    handle = await store.begin(target("x"))
    await store.write_part(handle, 0, pieces(b"data"), hashlib.sha256())
    # As if the partial was removed, and its inode given to the next file.
    (root / str(handle["partial"])).rename(root / "x")
    (root / "x").write_bytes(b"somebody's own")
    with pytest.raises(NotFound):
        await store.commit(handle, 4, OnConflict.FAIL)


async def test_a_disk_without_links(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    store = LocalStore(root)
    handle = await store.begin(target("x"))
    await store.write_part(handle, 0, pieces(b"data"), hashlib.sha256())
    (root / "x").write_bytes(b"mine")
    with pytest.raises(Exists):
        await store.commit(handle, 4, OnConflict.FAIL)
    assert (root / "x").read_bytes() == b"mine"
    assert (await store.commit(handle, 4, OnConflict.RENAME)).path == "x (1)"
    assert (root / "x (1)").read_bytes() == b"data"


async def test_permissions(root: Path) -> None:
    (root / "old").write_bytes(b"")
    (root / "old").chmod(0o640)
    (root / "plain").write_bytes(b"")
    store = LocalStore(root)
    for name, policy in (("old", OnConflict.REPLACE), ("new", OnConflict.FAIL)):
        handle = await store.begin(target(name, on_conflict=policy))
        await store.commit(handle, 0, policy)
    assert stat.S_IMODE((root / "old").stat().st_mode) == 0o640
    assert (root / "new").stat().st_mode == (root / "plain").stat().st_mode


async def test_no_space_is_seen_before(small: Path) -> None:
    with pytest.raises(NoSpace) as caught:
        await LocalStore(small).begin(target("x", size=5 * 2**20))
    assert caught.value.details["needed"] == 5 * 2**20
    assert 0 < int(str(caught.value.details["available"])) <= 4 * 2**20
    assert list(small.iterdir()) == []


async def test_no_space_is_seen_while_writing(small: Path) -> None:
    store = LocalStore(small)
    handle = await store.begin(target("x"))
    with pytest.raises(NoSpace):
        await store.write_part(handle, 0, pieces(bytes(5 * 2**20)), hashlib.sha256())
    await store.discard(handle)
    assert list(small.iterdir()) == []


async def test_a_read_only_folder(small: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", small], check=True)  # noqa: S607  # where mount is differs
    with pytest.raises(ReadOnly):
        await LocalStore(small).begin(target("x"))


async def test_a_folder_removed_meanwhile(root: Path) -> None:
    (root / "folder").mkdir()
    store = LocalStore(root)
    handle = await store.begin(target("folder/x"))
    (root / "folder" / str(handle["partial"])).unlink()
    (root / "folder").rmdir()
    with pytest.raises(NotFound):
        await store.write_part(handle, 0, pieces(b"data"), hashlib.sha256())
    with pytest.raises(NotFound):
        await store.commit(handle, 0, OnConflict.FAIL)
    await store.discard(handle)


async def test_no_descriptor_is_left_open(root: Path) -> None:
    store = LocalStore(root)
    handle = await store.begin(target("x"))

    async def broken() -> object:
        yield b"data"
        raise ConnectionResetError

    await store.write_part(handle, 0, pieces(b"data"), hashlib.sha256())
    before = os.listdir("/proc/self/fd")  # noqa: PTH208  # names are all that is compared
    for _ in range(5):
        await store.write_part(handle, 0, pieces(b"data"), hashlib.sha256())
        with pytest.raises(ConnectionResetError):
            await store.write_part(handle, 0, broken(), hashlib.sha256())
        await store.parts(handle)
    await store.commit(handle, 4, OnConflict.FAIL)
    assert len(os.listdir("/proc/self/fd")) == len(before)  # noqa: PTH208  # as above


async def test_a_cancelled_writer_leaves_no_descriptor_open(root: Path) -> None:
    store = LocalStore(root)
    handle = await store.begin(target("x"))
    await store.write_part(handle, 0, pieces(b"data"), hashlib.sha256())
    before = os.listdir("/proc/self/fd")  # noqa: PTH208  # names are all that is compared
    for steps in range(40):  # wherever it is by then: opening, writing, pushing, closing
        writing = asyncio.ensure_future(store.write_part(handle, 0, pieces(b"data"), hashlib.sha256()))
        for _ in range(steps % 10):
            await asyncio.sleep(0)
        writing.cancel()
        await asyncio.wait([writing])
    assert await store.parts(handle)  # whatever waited for a thread has had its turn
    assert len(os.listdir("/proc/self/fd")) == len(before)  # noqa: PTH208  # as above
