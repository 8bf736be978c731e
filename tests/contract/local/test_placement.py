"""The last step: what happens to names that are taken, and to those that are not."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

import pytest

from jupyter_bigupload.disk import exclusive as _exclusive
from jupyter_bigupload.errors import Exists, NotFound, StorageFailed
from jupyter_bigupload.stores.base import OnConflict
from jupyter_bigupload.stores.local import LocalStore
from jupyter_bigupload.testing.store_suite import pieces, target


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


@pytest.fixture
def no_exclusive_rename(monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel answers a flag that it doesn't know as it answers for NFS."""
    monkeypatch.setattr(_exclusive, "_RENAME_NOREPLACE", 2**20)


@pytest.fixture
def no_links(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)


async def check_that_nothing_is_replaced(root: Path) -> None:
    store = LocalStore(root)
    handle = await store.begin(target("x"))
    await store.write_part(handle, 0, pieces(b"data"), hashlib.sha256())
    (root / "x").write_bytes(b"mine")
    with pytest.raises(Exists):
        await store.commit(handle, 4, OnConflict.FAIL)
    assert (root / "x").read_bytes() == b"mine"
    assert (await store.commit(handle, 4, OnConflict.RENAME)).path == "x (1)"
    assert (root / "x (1)").read_bytes() == b"data"
    assert {path.name for path in root.iterdir()} == {"x", "x (1)"}


async def test_a_disk_that_renames_exclusively(root: Path, no_links: None) -> None:
    await check_that_nothing_is_replaced(root)


async def test_a_disk_with_links_alone(root: Path, no_exclusive_rename: None) -> None:
    await check_that_nothing_is_replaced(root)


async def test_a_disk_with_neither(root: Path, no_exclusive_rename: None, no_links: None) -> None:
    await check_that_nothing_is_replaced(root)


async def test_a_disk_with_neither_that_breaks_at_the_last_step(
    root: Path, no_exclusive_rename: None, no_links: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = LocalStore(root)
    handle = await store.begin(target("x"))
    with monkeypatch.context() as broken:

        def fail(*_: object, **__: object) -> None:
            raise OSError(5, "Input/output error")

        broken.setattr(os, "replace", fail)
        with pytest.raises(StorageFailed):
            await store.commit(handle, 0, OnConflict.FAIL)
    assert not (root / "x").exists()
    assert (await store.commit(handle, 0, OnConflict.FAIL)).path == "x"


async def test_permissions(root: Path) -> None:
    (root / "old").write_bytes(b"")
    (root / "old").chmod(0o4750)
    (root / "plain").write_bytes(b"")
    store = LocalStore(root)
    for name, policy in (("old", OnConflict.REPLACE), ("new", OnConflict.FAIL)):
        handle = await store.begin(target(name, on_conflict=policy))
        await store.commit(handle, 0, policy)
    # All but the right to act as its owner: it was given to another program.
    assert stat.S_IMODE((root / "old").stat().st_mode) == 0o750
    assert (root / "new").stat().st_mode == (root / "plain").stat().st_mode
