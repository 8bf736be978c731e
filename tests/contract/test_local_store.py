from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path

import pytest

from jupyter_bigupload.errors import (
    BigUploadError,
    FolderMissing,
    InvalidName,
    NotFound,
    OutsideRoot,
    ReadOnly,
    StorageFailed,
)
from jupyter_bigupload.stores.base import OnConflict
from jupyter_bigupload.stores.local import LocalStore
from jupyter_bigupload.testing.store_suite import StoreSuite, pieces, target


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


async def test_a_root_that_is_not_there_loses_no_upload(root: Path, tmp_path: Path) -> None:
    """Its disk may be mounted again, so that is another error than a partial's that was removed."""
    store = LocalStore(root)
    handle = await store.begin(target("x"))
    root.rename(tmp_path / "unmounted")
    with pytest.raises(StorageFailed):
        await store.write_part(handle, 0, pieces(b"data"), hashlib.sha256())
    with pytest.raises(StorageFailed):
        await store.discard(handle)
    (tmp_path / "unmounted").rename(root)
    await store.write_part(handle, 0, pieces(b"data"), hashlib.sha256())
    assert (await store.commit(handle, 4, OnConflict.FAIL)).size == 4


async def test_a_file_put_where_the_partial_goes_is_not_written_to(root: Path, tmp_path: Path) -> None:
    """The key of a plain upload can be foretold, and so can the name of its partial."""
    victim = tmp_path / "victim"
    victim.write_bytes(b"not yours")
    store = LocalStore(root)
    wanted = target("x")
    partial = root / str((await store.begin(wanted))["partial"])
    for plant in (os.link, os.symlink):
        partial.unlink()
        plant(victim, partial)
        handle = await store.begin(wanted)
        await store.write_part(handle, 0, pieces(b"data"), hashlib.sha256())
        assert victim.read_bytes() == b"not yours"
