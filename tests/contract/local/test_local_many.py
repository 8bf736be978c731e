"""Many files on a disk that is full, shared with others, or lacks something."""

from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from jupyter_bigupload.disk import exclusive as _exclusive
from jupyter_bigupload.disk.folders import Folder
from jupyter_bigupload.disk.together import TogetherFlush, syncing
from jupyter_bigupload.errors import Exists, NoSpace
from jupyter_bigupload.stores.base import OnConflict
from jupyter_bigupload.stores.local import LocalStore
from jupyter_bigupload.stores.local.many.needed_folders import NeededFolders, NewFolders
from jupyter_bigupload.stores.many import Outcome
from jupyter_bigupload.testing.store_many_suite import small as small_file
from jupyter_bigupload.testing.store_many_suite import write, write_all

MIB = 2**20


def done(outcomes: Sequence[Outcome]) -> list[bool]:
    return [outcome.stored is not None for outcome in outcomes]


def content(root: Path) -> dict[str, bytes]:
    """Every file, hidden ones too."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()
    }


async def test_a_disk_that_is_full_in_the_middle(small: Path) -> None:
    files = {"a": bytes(3 * MIB), "b": bytes(2 * MIB), "c": bytes(2 * MIB), "d": bytes(MIB // 4)}
    outcomes = await write_all(LocalStore(small), files)
    assert done(outcomes) == [True, False, False, True]
    assert {type(outcome.error) for outcome in outcomes[1:3]} == {NoSpace}
    assert content(small).keys() == {"a", "d"}, "nothing is left of those that did not fit"


async def test_space_that_stays_free(small: Path) -> None:
    files = {"a": bytes(2 * MIB), "b": bytes(MIB + 1), "c": bytes(MIB // 2)}
    outcomes = await write_all(LocalStore(small, min_free_space=MIB), files)
    assert done(outcomes) == [True, False, True]
    assert isinstance(outcomes[1].error, NoSpace)
    assert outcomes[1].error.details["needed"] == MIB + 1
    assert content(small).keys() == {"a", "c"}


def _lacking(*_: object, **__: object) -> None:
    raise OSError(errno.EOPNOTSUPP, "no such call")


@pytest.mark.parametrize("links", [True, False])
async def test_a_disk_that_lacks_the_exclusive_rename(
    root: Path, monkeypatch: pytest.MonkeyPatch, *, links: bool
) -> None:
    monkeypatch.setattr(_exclusive, "_renameat2", None)
    if not links:
        monkeypatch.setattr(Folder, "link", _lacking)
    store = LocalStore(root)
    (root / "taken").write_bytes(b"taken")
    new, taken = await write(
        store, (small_file("new", b"new"), b"new"), (small_file("taken", b"mine"), b"mine")
    )
    assert (bool(new.stored), type(taken.error)) == (True, Exists)
    (renamed,) = await write(store, (small_file("taken", b"mine", OnConflict.RENAME), b"mine"))
    assert renamed.stored
    assert content(root) == {"new": b"new", "taken": b"taken", "taken (1)": b"mine"}


async def test_the_same_batch_twice_at_once(root: Path) -> None:
    store = LocalStore(root)
    files = {f"d{number % 3}/{number}": os.urandom(2_000) for number in range(100)}
    for policy in OnConflict:
        both = await asyncio.gather(write_all(store, files, policy), write_all(store, files, policy))
        assert [done(outcomes) for outcomes in both] == [[True] * 100] * 2
        assert content(root) == files


async def test_the_same_names_twice_at_once(root: Path) -> None:
    store = LocalStore(root)
    ones, others = ({f"d/{number}": bytes([number, which]) for number in range(100)} for which in (1, 2))
    one, other = await asyncio.gather(write_all(store, ones), write_all(store, others))
    assert [first != second for first, second in zip(done(one), done(other), strict=True)] == [True] * 100
    assert content(root) == {
        path: ones[path] if stored else others[path] for path, stored in zip(ones, done(one), strict=True)
    }
    kept = await asyncio.gather(
        *(write_all(store, files, OnConflict.RENAME) for files in ({"k": b"1"}, {"k": b"2"}, {"k": b"3"}))
    )
    assert sorted(o.stored.path for (o,) in kept if o.stored) == ["k", "k (1)", "k (2)"]


class Disk:
    """A file system of which some flushes fail."""

    def __init__(self) -> None:
        self.flushes = 0
        self.failing = False

    def sync(self, fd: int) -> None:
        self.flushes += 1
        if self.failing:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        os.fsync(fd)


def test_files_are_flushed_together_and_after_a_failure_one_by_one(root: Path) -> None:
    disk = Disk()
    # A machine that is busy with other files would flush each by itself.
    flush, device = TogetherFlush(root, disk.sync, lambda: 0), {root.stat().st_dev}
    # What a flush of all does not look at, and a flush of each says something of.
    fds, none = [10**6] * 10, [None] * 10
    before, other = flush.begin(), flush.begin()
    assert flush.flush(fds, device, before) == none
    assert disk.flushes == 1
    disk.failing = True
    assert _codes(flush.flush(fds, device, before)) == [errno.EBADF] * 10, "each by itself"
    disk.failing = False
    failures = flush.flush(fds, device, other)
    assert _codes(failures) == [errno.EBADF] * 10, "who had files then, hears of it"
    flush.end()
    flush.end()
    after = flush.begin()
    assert flush.flush(fds, device, after) == none, "for new files the disk is as good as before"
    assert _codes(flush.flush(fds, {-1}, after)) == [errno.EBADF] * 10, "other disks are not reached by it"
    assert _codes(flush.flush(fds[:2], device, after)) == [errno.EBADF] * 2, "few are flushed by themselves"
    flush.end()


def _codes(failures: Sequence[OSError | None]) -> list[int | None]:
    return [None if failure is None else failure.errno for failure in failures]


def test_where_nobody_knows_whether_it_holds(small: Path) -> None:
    assert syncing(small) is None


def test_a_folder_that_another_batch_has_just_made_is_flushed_by_both(root: Path) -> None:
    new = NewFolders()
    flushed: list[str] = []

    def flush(fds: Sequence[int], _: object) -> Sequence[None]:
        flushed.extend(Path(f"/proc/self/fd/{fd}").resolve().name for fd in fds)
        return [None] * len(fds)

    one, other = NeededFolders(root, new, flush), NeededFolders(root, new, flush)
    one.make("a/b")
    other.make("a/b")
    other.changed("a/b")
    other.sync()
    assert sorted(flushed) == ["a", "b", "root"]
    flushed.clear()
    one.sync()
    assert sorted(flushed) == ["a", "root"]
    third = NeededFolders(root, new, flush)
    third.make("a/b")
    flushed.clear()
    third.sync()
    assert flushed == []
