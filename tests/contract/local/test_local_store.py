from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from jupyter_bigupload.errors import (
    BigUploadError,
    FolderMissing,
    FolderUnavailable,
    InvalidName,
    NotFound,
    OutsideRoot,
    ReadOnly,
    StorageFailed,
)
from jupyter_bigupload.stores.base import OnConflict, Part
from jupyter_bigupload.stores.local import LocalStore
from jupyter_bigupload.testing.store_inputs import StoredFiles
from jupyter_bigupload.testing.store_many_suite import ManySuite
from jupyter_bigupload.testing.store_reading_suite import ReadingSuite
from jupyter_bigupload.testing.store_removing_suite import RemovingSuite
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

    def make_folder(self, path: str) -> None:
        (self._root / path).mkdir(parents=True)


class TestLocalStore(StoreSuite, ManySuite, ReadingSuite, RemovingSuite):
    @pytest.fixture
    def store(self, root: Path) -> LocalStore:
        return LocalStore(root)

    @pytest.fixture
    def stored(self, root: Path) -> Files:
        return Files(root)

    def make_folder(self, stored: StoredFiles, path: str) -> None:
        assert isinstance(stored, Files)
        stored.make_folder(path)


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


def _rename(root: Path) -> None:
    (root / "folder").rename(root / "renamed")


def _rename_and_make_another(root: Path) -> None:
    _rename(root)
    (root / "folder").mkdir()


def _rename_and_put_a_file_there(root: Path) -> None:
    _rename(root)
    (root / "folder").write_bytes(b"a file")


def _rename_and_link(root: Path) -> None:
    """To where it is now: a link is not followed, wherever it leads."""
    _rename(root)
    (root / "folder").symlink_to(root / "renamed")


@pytest.mark.parametrize(
    "move", [_rename, _rename_and_make_another, _rename_and_put_a_file_there, _rename_and_link]
)
async def test_a_folder_that_is_not_where_it_was(root: Path, move: Callable[[Path], None]) -> None:
    """Every verb says so, and nothing is lost: when it is back, all goes on."""
    folder = root / "folder"
    folder.mkdir()
    store = LocalStore(root)
    handle = await store.begin(target("folder/x"))
    await store.write_part(handle, 0, pieces(b"half"), hashlib.sha256())
    move(root)
    for verb in (
        lambda: store.write_part(handle, 4, pieces(b"more"), hashlib.sha256()),
        lambda: store.parts(handle),
        lambda: store.stamp(handle),
        lambda: store.digest_part(handle, 0, 4, hashlib.sha256()),
        lambda: store.commit(handle, 4, OnConflict.REPLACE),
        lambda: store.discard(handle),
    ):
        with pytest.raises(FolderUnavailable) as caught:
            await verb()
        assert caught.value.retryable
        assert "'folder'" in caught.value.message
    if folder.is_dir() and not folder.is_symlink():
        folder.rmdir()
    else:
        folder.unlink(missing_ok=True)
    (root / "renamed").rename(folder)
    assert await store.parts(handle) == [Part(0, 4)]
    await store.write_part(handle, 4, pieces(b"more"), hashlib.sha256())
    assert (await store.commit(handle, 8, OnConflict.FAIL)).path == "folder/x"
    assert (folder / "x").read_bytes() == b"halfmore"


async def test_a_partial_that_is_gone_from_its_folder_is_gone(root: Path) -> None:
    """Also when its folder was renamed, and renamed back, in between."""
    (root / "folder").mkdir()
    store = LocalStore(root)
    handle = await store.begin(target("folder/x"))
    _rename(root)
    (root / "renamed" / str(handle["partial"])).unlink()
    (root / "renamed").rename(root / "folder")
    with pytest.raises(NotFound):
        await store.write_part(handle, 0, pieces(b"data"), hashlib.sha256())
    with pytest.raises(NotFound):
        await store.commit(handle, 0, OnConflict.FAIL)
    assert await store.parts(handle) == []
    await store.discard(handle)


async def test_a_partial_that_moved_into_another_folder_of_the_same_name(root: Path) -> None:
    """As who empties one folder into a new one leaves it: it is the very file, so it goes on there."""
    folder, renamed = root / "folder", root / "renamed"
    folder.mkdir()
    store = LocalStore(root)
    handle = await store.begin(target("folder/x"))
    await store.write_part(handle, 0, pieces(b"data"), hashlib.sha256())
    _rename_and_make_another(root)
    (renamed / str(handle["partial"])).rename(folder / str(handle["partial"]))
    assert (await store.commit(handle, 4, OnConflict.FAIL)).path == "folder/x"
    # And that it was committed there is seen, too.
    assert (await store.commit(handle, 4, OnConflict.FAIL)).path == "folder/x"


async def test_a_folder_that_was_copied_has_no_partial(root: Path) -> None:
    """A copy is another file, of which nobody knows what it holds."""
    store = LocalStore(root)
    (root / "folder").mkdir()
    handle = await store.begin(target("folder/x"))
    _rename(root)
    shutil.copytree(root / "renamed", root / "folder")
    with pytest.raises(NotFound):
        await store.write_part(handle, 0, pieces(b"data"), hashlib.sha256())


async def test_a_handle_of_an_earlier_version(root: Path) -> None:
    """It does not tell which folder it was, so a partial that is not in the one of its name is gone."""
    (root / "folder").mkdir()
    store = LocalStore(root)
    handle = {k: v for k, v in (await store.begin(target("folder/x"))).items() if k != "folder_inode"}
    await store.write_part(handle, 0, pieces(b"data"), hashlib.sha256())
    _rename(root)
    with pytest.raises(FolderUnavailable):
        await store.parts(handle)
    (root / "folder").mkdir()
    assert await store.parts(handle) == []
    (root / "folder").rmdir()
    (root / "renamed").rename(root / "folder")
    assert (await store.commit(handle, 4, OnConflict.FAIL)).size == 4


async def test_discarding_removes_the_partial_alone(root: Path) -> None:
    """Not what somebody put there under its name."""
    store = LocalStore(root)
    handle = await store.begin(target("x"))
    partial = root / str(handle["partial"])
    partial.rename(root / "aside")
    partial.write_bytes(b"another's")
    await store.discard(handle)
    assert partial.read_bytes() == b"another's"


async def test_a_pipe_or_a_folder_in_place_of_the_partial(root: Path) -> None:
    store = LocalStore(root)
    for put in (os.mkfifo, os.mkdir):
        handle = await store.begin(target("x"))
        partial = root / str(handle["partial"])
        partial.unlink()
        put(partial)
        with pytest.raises(NotFound):
            await store.write_part(handle, 0, pieces(b"data"), hashlib.sha256())


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
