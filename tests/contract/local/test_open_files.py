"""Reading back, and what is left open when a reader or a writer ends early."""

from __future__ import annotations

import asyncio
import hashlib
import os
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from jupyter_bigupload.errors import NotFound
from jupyter_bigupload.stores.base import OnConflict
from jupyter_bigupload.stores.local import LocalStore
from jupyter_bigupload.testing.store_suite import pieces, target
from tests.support.open_files import open_below


async def test_what_is_no_file_is_not_digested(root: Path, tmp_path: Path) -> None:
    (root / "folder").mkdir()
    os.mkfifo(root / "pipe")
    (tmp_path / "outside").write_bytes(b"not yours")
    (root / "link").symlink_to(tmp_path / "outside")
    for path in ("folder", "pipe", "link", "nothing"):
        hasher = hashlib.sha256()
        with pytest.raises(NotFound):
            await LocalStore(root).digest_file(path, hasher)
        assert hasher.digest() == hashlib.sha256().digest()


async def test_a_part_is_read_from_the_disk_and_not_from_memory(root: Path) -> None:
    kind = subprocess.run(["stat", "-f", "-c", "%T", root], check=True, capture_output=True).stdout.strip()  # noqa: S607  # where stat is differs
    if kind in {b"tmpfs", b"ramfs"}:
        pytest.skip("the disk for temporary files is memory itself")
    store = LocalStore(root)
    handle = await store.begin(target("x"))
    data = os.urandom(4 * 2**20)
    await store.write_part(handle, 0, pieces(data), hashlib.sha256())
    before = _read_from_disk()
    await store.digest_part(handle, 2**20 + 1, 3 * 2**20, hashlib.sha256())
    assert _read_from_disk() - before >= 2 * 2**20


async def test_reading_back_leaves_the_threads_to_others_and_ends_when_cancelled(root: Path) -> None:
    store = LocalStore(root)
    (root / "large").touch()
    os.truncate(root / "large", 2**36)
    reading = [asyncio.ensure_future(store.digest_file("large", hashlib.sha256())) for _ in range(16)]
    for _ in range(20):
        await asyncio.wait_for(store.size("large"), 5)
    for task in reading:
        task.cancel()
    await asyncio.wait(reading, timeout=5)
    assert all(task.cancelled() for task in reading)
    await store.size("large")  # whatever waited for a thread has had its turn
    assert open_below(root) == []


async def test_no_descriptor_is_left_open(root: Path) -> None:
    store = LocalStore(root)
    handle = await store.begin(target("x"))

    async def broken() -> AsyncIterator[bytes]:
        yield b"data"
        raise ConnectionResetError

    await store.write_part(handle, 0, pieces(b"data"), hashlib.sha256())
    for _ in range(5):
        await store.write_part(handle, 0, pieces(b"data"), hashlib.sha256())
        with pytest.raises(ConnectionResetError):
            await store.write_part(handle, 0, broken(), hashlib.sha256())
        await store.parts(handle)
    await store.commit(handle, 4, OnConflict.FAIL)
    assert open_below(root) == []


async def test_a_cancelled_writer_leaves_no_descriptor_open(root: Path) -> None:
    store = LocalStore(root)
    handle = await store.begin(target("x"))
    await store.write_part(handle, 0, pieces(b"data"), hashlib.sha256())
    for steps in range(40):  # wherever it is by then: opening, writing, pushing, closing
        writing = asyncio.ensure_future(store.write_part(handle, 0, pieces(b"data"), hashlib.sha256()))
        for _ in range(steps % 10):
            await asyncio.sleep(0)
        writing.cancel()
        await asyncio.wait([writing])
    assert await store.parts(handle)  # whatever waited for a thread has had its turn
    assert open_below(root) == []


def _read_from_disk() -> int:
    """Return the bytes that this process has made a disk read."""
    counters = dict(line.split(": ") for line in Path("/proc/self/io").read_text().splitlines())
    return int(counters["read_bytes"])
