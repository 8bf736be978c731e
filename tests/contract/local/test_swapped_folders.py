"""Whoever swaps a folder for a link while a file is uploaded into it leads nothing out of the root."""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyter_bigupload.errors import BigUploadError, FolderMissing, FolderUnavailable, OutsideRoot
from jupyter_bigupload.stores.base import Handle, OnConflict
from jupyter_bigupload.stores.local import LocalStore
from jupyter_bigupload.testing.store_suite import pieces, target

ROUNDS = 300
#: By then every step has met a swap, however busy the machine is.
MOST_ROUNDS = 30 * ROUNDS
VICTIM = b"not yours"
_RENAME_EXCHANGE = 2


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    (root / "folder" / "deep").mkdir(parents=True)
    (root / "elsewhere" / "deep").mkdir(parents=True)
    return root


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[Path]:
    """A folder that is as it was when the test ends."""
    outside = tmp_path / "outside"
    (outside / "deep").mkdir(parents=True)
    for folder in (outside, outside / "deep"):
        (folder / "x").write_bytes(VICTIM)
    before = contents(outside)
    yield outside
    assert contents(outside) == before


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def exchange(one: Path, other: Path) -> None:
    """Swap two names in one step."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.renameat2(-100, os.fsencode(one), -100, os.fsencode(other), _RENAME_EXCHANGE):
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code), str(one))


@contextlib.contextmanager
def swapping(one: Path, other: Path) -> Iterator[None]:
    """Exchange two names over and over until the block ends, then leave them as they were."""
    try:
        exchange(one, other)
    except (OSError, AttributeError) as error:
        pytest.skip(f"names can't be exchanged in one step here: {error}")
    ended = threading.Event()

    def swap() -> None:
        times = 1
        while not ended.is_set() or times % 2:
            exchange(one, other)
            times += 1

    thread = threading.Thread(target=swap)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


class Tally:
    """How often a step came to its end, and how often it met a swap and said so."""

    def __init__(self) -> None:
        self.done = self.refused = 0

    @contextlib.contextmanager
    def step(self, *errors: type[BigUploadError]) -> Iterator[None]:
        try:
            yield
        except errors:
            self.refused += 1
        else:
            self.done += 1


def rounds(*steps: Tally) -> Iterator[int]:
    """Count rounds, until every one of these steps has both come to its end and met a swap."""
    for number in range(MOST_ROUNDS):
        if number >= ROUNDS and all(step.done and step.refused for step in steps):
            return
        yield number


@pytest.mark.parametrize("path", ["folder/x", "folder/deep/x"])
@pytest.mark.parametrize("policy", OnConflict)
async def test_every_step_while_a_link_leads_out(
    root: Path, outside: Path, path: str, policy: OnConflict
) -> None:
    (root / "link").symlink_to(outside)
    store = LocalStore(root)
    begun, written, committed = Tally(), Tally(), Tally()
    with swapping(root / "folder", root / "link"):
        for _ in rounds(begun, written, committed):
            handle: Handle | None = None
            with begun.step(FolderMissing, OutsideRoot):
                handle = await store.begin(target(path, on_conflict=policy))
            if handle is None:
                continue  # type: ignore[unreachable]  # a step that met a swap ends without it
            length = 0
            with written.step(FolderUnavailable):
                length = (await store.write_part(handle, 0, pieces(b"data"), hashlib.sha256())).end
            with committed.step(FolderUnavailable):
                stored = await store.commit(handle, length, policy)
                # So that the next is no conflict. A swap may hide it, but then it is there after the swap.
                while not _remove(root, stored.path):
                    pass
            await _discard_at_last(store, handle)
    for step in (begun, written, committed):
        assert step.done, "no round came through"
        assert step.refused, "no round met a swap"


async def _discard_at_last(store: LocalStore, handle: Handle) -> int:
    """Discard as a sweep does: again, while the folder is not there; return how often that was."""
    for times in range(MOST_ROUNDS):
        with contextlib.suppress(FolderUnavailable):
            await store.discard(handle)
            return times
    raise AssertionError("the folder never came back")


def _remove(root: Path, path: str) -> bool:
    """Remove a file of the real folder, while it may be a link that leads out."""
    try:
        fd = os.open(root / "folder", os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        os.unlink(path.removeprefix("folder/"), dir_fd=fd)
    finally:
        os.close(fd)
    return True


async def test_discarding_while_a_link_leads_out(root: Path, outside: Path) -> None:
    (root / "link").symlink_to(outside)
    store = LocalStore(root)
    handles = [await store.begin(target("folder/x")) for _ in range(ROUNDS)]
    bait = [outside / str(handle["partial"]) for handle in handles]
    for path in bait:
        path.write_bytes(VICTIM)
    with swapping(root / "folder", root / "link"):
        swaps = [await _discard_at_last(store, handle) for handle in handles]
    assert {path.name for path in (root / "folder").iterdir()} == {"deep"}
    assert any(swaps), "no swap was met"
    for path in bait:
        assert path.read_bytes() == VICTIM
        path.unlink()


async def test_every_step_while_a_link_leads_to_another_folder(root: Path) -> None:
    (root / "link").symlink_to(root / "elsewhere")
    store = LocalStore(root)
    committed = Tally()
    arrived: dict[str, set[str]] = {"folder": set(), "elsewhere": set()}
    with swapping(root / "folder", root / "link"):
        for number in rounds(committed):
            with committed.step(FolderMissing, FolderUnavailable):
                handle = await store.begin(target(f"folder/{number}"))
                await store.write_part(handle, 0, pieces(b"data"), hashlib.sha256())
                stored = await store.commit(handle, 4, OnConflict.FAIL)
                assert stored.path == f"{handle['folder']}/{number}"
                arrived[str(handle["folder"])].add(str(number))
    assert committed.refused
    for folder, names in arrived.items():
        assert names, "the link was never followed, or always"
        there = {name for name in os.listdir(root / folder) if not name.endswith(".bigupload")} - {"deep"}  # noqa: PTH208  # names are all that is compared
        assert there == names


async def test_a_folder_that_became_a_link_stays_unread_and_unchanged(root: Path, outside: Path) -> None:
    store = LocalStore(root)
    handle = await store.begin(target("folder/x"))
    await store.write_part(handle, 0, pieces(b"data"), hashlib.sha256())
    for link_to in (outside, root / "elsewhere"):
        # Where the link leads is a file that could be taken for the partial.
        bait = link_to / str(handle["partial"])
        os.link(root / "folder" / str(handle["partial"]), bait)
        (root / "folder").rename(root / "aside")
        (root / "folder").symlink_to(link_to)
        with pytest.raises(FolderUnavailable):
            await store.write_part(handle, 0, pieces(b"else"), hashlib.sha256())
        with pytest.raises(FolderUnavailable):
            await store.digest_part(handle, 0, 4, hashlib.sha256())
        with pytest.raises(FolderUnavailable):
            await store.commit(handle, 4, OnConflict.REPLACE)
        with pytest.raises(FolderUnavailable):
            await store.parts(handle)
        with pytest.raises(FolderUnavailable):
            await store.discard(handle)
        assert bait.read_bytes() == b"data"
        bait.unlink()
        (root / "folder").unlink()
        (root / "aside").rename(root / "folder")
    # Whoever puts the folder back can go on.
    assert (await store.commit(handle, 4, OnConflict.FAIL)).path == "folder/x"


async def test_a_root_that_was_moved(root: Path, tmp_path: Path) -> None:
    handle = await LocalStore(root).begin(target("folder/deep/x"))
    moved = root.rename(tmp_path / "moved")
    store = LocalStore(moved)
    await store.write_part(handle, 0, pieces(b"data"), hashlib.sha256())
    assert (await store.commit(handle, 4, OnConflict.FAIL)).path == "folder/deep/x"
    assert (moved / "folder" / "deep" / "x").read_bytes() == b"data"


@pytest.mark.parametrize(
    "folder", ["..", "../outside", "folder/../../outside", "/", "/etc", "folder//deep", "."]
)
async def test_a_handle_that_begin_did_not_make(root: Path, outside: Path, folder: str) -> None:
    handle: Handle = {
        "folder": folder.replace("/etc", str(outside)),
        "partial": "x",
        "name": "y",
        "inode": (outside / "x").stat().st_ino,
    }
    store = LocalStore(root)
    with pytest.raises(FolderUnavailable):
        await store.write_part(handle, 0, pieces(b"data"), hashlib.sha256())
    with pytest.raises(FolderUnavailable):
        await store.commit(handle, len(VICTIM), OnConflict.REPLACE)
    with pytest.raises(FolderUnavailable):
        await store.discard(handle)


async def test_digesting_and_measuring_while_a_link_leads_out(root: Path, outside: Path) -> None:
    (root / "link").symlink_to(outside)
    (root / "folder" / "x").write_bytes(b"mine, and longer")
    store = LocalStore(root)
    seen = Tally()
    with swapping(root / "folder", root / "link"):
        for _ in rounds(seen):
            with seen.step(FolderMissing, OutsideRoot):
                assert await store.size("folder/x") == len(b"mine, and longer")
                hasher = hashlib.sha256()
                await store.digest_file("folder/x", hasher)
                assert hasher.digest() == hashlib.sha256(b"mine, and longer").digest()
    assert seen.done
    assert seen.refused
