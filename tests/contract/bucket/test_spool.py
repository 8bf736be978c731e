"""Chunks gathered in files, on real disks."""

from __future__ import annotations

import asyncio
import hashlib
import os
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from jupyter_bigupload.errors import NoSpace, NotFound
from jupyter_bigupload.stores.bucket.part_plan import PartPlan
from jupyter_bigupload.stores.bucket.spool import Spool
from jupyter_bigupload.testing.store_inputs import digest_of, pieces
from tests.support.open_files import open_below

PART = 100_000


@pytest.fixture
async def spool(tmp_path: Path) -> Spool:
    made = Spool(tmp_path / "spool" / "upload", PartPlan(PART, None))
    await made.make()
    return made


async def content(spool: Spool, number: int) -> bytes:
    return b"".join([piece async for piece in spool.read(number)])


async def test_a_chunk_over_several_parts(spool: Spool) -> None:
    data = os.urandom(3 * PART)
    hasher = hashlib.sha256()
    assert await spool.write(PART // 2, pieces(data), hasher) == PART // 2 + len(data)
    assert hasher.digest() == hashlib.sha256(data).digest()
    assert await spool.lengths() == {1: PART, 2: PART, 3: PART, 4: PART // 2}
    assert (await content(spool, 1))[PART // 2 :] == data[: PART // 2]
    assert await content(spool, 3) == data[PART // 2 + PART : PART // 2 + 2 * PART]
    assert await spool.digest(2, "md5") == digest_of(data[PART // 2 : PART // 2 + PART], "md5")


async def test_chunks_of_one_part_at_once(spool: Spool) -> None:
    data = os.urandom(PART)
    step = PART // 10
    await asyncio.gather(
        *(
            spool.write(start, pieces(data[start : start + step], length=999), hashlib.sha256())
            for start in reversed(range(0, PART, step))
        )
    )
    assert await content(spool, 1) == data


async def test_what_is_removed_is_gone(spool: Spool) -> None:
    await spool.write(0, pieces(b"data"), hashlib.sha256())
    await spool.drop(1)
    await spool.drop(1)
    assert await spool.lengths() == {}
    await spool.remove()
    await spool.remove()
    with pytest.raises(NotFound):
        await spool.write(0, pieces(b"data"), hashlib.sha256())
    with pytest.raises(NotFound):
        await spool.lengths()
    assert await spool.begun() is None


async def test_parts_that_are_sent_on_while_others_look(spool: Spool, tmp_path: Path) -> None:
    folder = tmp_path / "spool" / "upload"
    over = threading.Event()

    def come_and_go() -> None:
        while not over.is_set():
            for number in range(2, 40):
                (folder / f"{number:05}.part").touch()
            for number in range(2, 40):
                (folder / f"{number:05}.part").unlink()

    await spool.write(0, pieces(b"data"), hashlib.sha256())
    coming_and_going = threading.Thread(target=come_and_go)
    coming_and_going.start()
    try:
        for _ in range(200):
            assert (await spool.lengths())[1] == len(b"data")
    finally:
        over.set()
        coming_and_going.join()


async def test_what_was_begun_is_known_to_whoever_comes_later(spool: Spool, tmp_path: Path) -> None:
    assert await spool.begun() is None
    await spool.keep_begun("a/key ü", "id-1")
    later = Spool(tmp_path / "spool" / "upload", PartPlan(1, 1))
    assert await later.begun() == ("a/key ü", "id-1")


async def test_no_file_stays_open(spool: Spool, tmp_path: Path) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"some"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await spool.write(0, broken(), hashlib.sha256())
    endless = asyncio.ensure_future(spool.write(0, _waiting(), hashlib.sha256()))
    await asyncio.sleep(0.05)
    endless.cancel()
    with pytest.raises(asyncio.CancelledError):
        await endless
    assert open_below(tmp_path) == []


async def _waiting() -> AsyncIterator[bytes]:
    yield b"some"
    await asyncio.Event().wait()


async def test_space_that_stays_free(small: Path) -> None:
    spool = Spool(small / "upload", PartPlan(2**20, None), min_free_space=3 * 2**20)
    await spool.make()
    await spool.write(0, pieces(bytes(2**19)), hashlib.sha256())
    (small / "other").write_bytes(bytes(2**20))
    with pytest.raises(NoSpace):
        await spool.write(2**19, pieces(b"one more"), hashlib.sha256())


async def test_a_full_disk(small: Path) -> None:
    spool = Spool(small / "upload", PartPlan(2**20, None))
    await spool.make()
    with pytest.raises(NoSpace):
        await spool.write(0, pieces(bytes(8 * 2**20)), hashlib.sha256())
    await spool.remove()
    assert not (small / "upload").exists()
