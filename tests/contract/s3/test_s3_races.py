"""Uploads into S3 that are interrupted, repeated, or two at once."""

from __future__ import annotations

import asyncio
import hashlib
import os
import threading
import time
from dataclasses import replace

import httpx
import pytest

from jupyter_bigupload.errors import Exists, NotFound
from jupyter_bigupload.stores.base import Handle, OnConflict, Part
from jupyter_bigupload.stores.bucket import BucketStore
from jupyter_bigupload.stores.bucket import spool as _spool
from jupyter_bigupload.testing.store_inputs import digest_of, pieces, target
from tests.contract.buckets import DATA, PART, PREFIX, Bucket, bucket_store, connect, send_whole


async def test_what_failed_in_the_spool_does_not_replace_what_the_store_has(
    made: Bucket, store: BucketStore
) -> None:
    """A chunk that was gathered and never acknowledged, before its part came whole."""
    handle = await store.begin(target(size=len(DATA)))
    signed = await store.sign_part(handle, 0, PART, digest_of(DATA[:PART], "crc64nvme"))
    assert httpx.put(signed.url, headers=signed.headers, content=DATA[:PART]).status_code == 200
    await store.write_part(handle, 0, pieces(bytes(PART // 2)), hashlib.sha256())
    await store.flush_acknowledged(handle, [Part(0, PART)])
    await store.write_part(handle, 0, pieces(bytes(PART)), hashlib.sha256())
    await store.write_part(handle, PART, pieces(DATA[PART:]), hashlib.sha256())
    await store.commit(handle, len(DATA), OnConflict.FAIL, digest=digest_of(DATA, "crc64nvme"))
    assert made.read("file.bin") == DATA


async def test_a_commit_whose_answer_was_lost(made: Bucket, store: BucketStore) -> None:
    """The object is there, and so is all that was known before."""
    handle = await store.begin(target(size=3))
    await store.write_part(handle, 0, pieces(b"new"), hashlib.sha256())
    folder = next(made.spool.iterdir())
    await store.commit(handle, 3, OnConflict.FAIL)
    folder.mkdir()
    (folder / "00001.part").write_bytes(b"new")
    later = bucket_store(made.server, made.name, made.spool)
    assert (await later.commit(handle, 3, OnConflict.FAIL)).path == "file.bin"
    assert not made.leftovers()
    made.put("file.bin", b"newer")
    with pytest.raises((Exists, NotFound)):
        await later.commit(handle, 3, OnConflict.FAIL)
    assert made.read("file.bin") == b"newer"


async def test_an_upload_whose_id_was_lost(made: Bucket, store: BucketStore) -> None:
    """A server died after it had begun and before it kept that; others begin the same key."""
    wanted = target("a/b.bin", size=len(DATA))
    port, key = connect(made.server, made.name), f"{PREFIX}/a/b.bin"
    with_parts = await store.begin(target("a/b.bin", size=len(DATA)))
    await send_whole(store, with_parts, DATA, 0, "crc64nvme")
    await port.begin(f"{key}.more", tag="of another file", content_type="text/plain")
    tried = time.time()
    await port.begin(key, tag=wanted.key, content_type="text/plain")
    assert len(await port.unfinished(key)) == 2
    handle = await store.begin(replace(wanted, tried=tried))
    assert {found.upload_id for found in await port.unfinished(key)} == {
        handle["upload_id"],
        with_parts["upload_id"],
    }
    assert len(await port.unfinished(f"{key}.more")) == 1


async def test_two_uploads_to_one_key_at_once(made: Bucket, store: BucketStore) -> None:
    datas = [os.urandom(len(DATA)) for _ in range(2)]
    handles = [await store.begin(target(size=len(data))) for data in datas]
    await asyncio.gather(
        *(
            send_whole(store, handle, data, at, "crc64nvme")
            for handle, data in zip(handles, datas, strict=True)
            for at in range(0, len(DATA), PART)
        )
    )
    outcomes = await asyncio.gather(
        *(store.commit(handle, len(DATA), OnConflict.FAIL) for handle in handles), return_exceptions=True
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Exists", "Stored"]
    won = next(i for i, outcome in enumerate(outcomes) if not isinstance(outcome, Exists))
    assert made.read("file.bin") == datas[won]


async def test_of_two_at_once_only_one_gets_the_name(made: Bucket, store: BucketStore) -> None:
    """Also where the store itself first looks whether it is free, and takes it later, as this one does."""

    async def upload(data: bytes, handle: Handle) -> None:
        await store.write_part(handle, 0, pieces(data), hashlib.sha256())
        await store.commit(handle, 1, OnConflict.FAIL)

    for number in range(20):
        path = f"{number}"
        handles = [await store.begin(target(path, size=1)) for _ in range(2)]
        outcomes = await asyncio.gather(
            upload(b"1", handles[0]), upload(b"2", handles[1]), return_exceptions=True
        )
        assert [type(outcome) for outcome in outcomes if outcome is not None] == [Exists]
        assert made.read(path) == (b"1" if outcomes[0] is None else b"2")


async def test_settling_at_once_sends_a_part_once(made: Bucket, store: BucketStore) -> None:
    handle = await store.begin(target(size=len(DATA)))
    await store.write_part(handle, 0, pieces(DATA), hashlib.sha256())
    await asyncio.gather(*(store.flush_acknowledged(handle, [Part(0, len(DATA))]) for _ in range(5)))
    sent = made.server.client.list_parts(
        Bucket=made.name, Key=f"{PREFIX}/file.bin", UploadId=str(handle["upload_id"])
    )
    assert [part["PartNumber"] for part in sent["Parts"]] == [1, 2, 3]
    assert not list(made.spool.rglob("*.part"))


async def test_a_settling_that_is_cancelled_loses_nothing(made: Bucket, store: BucketStore) -> None:
    handle = await store.begin(target(size=len(DATA)))
    await store.write_part(handle, 0, pieces(DATA), hashlib.sha256())
    for pause in (0, 0.01, 0.03, 0.1):
        settling = asyncio.ensure_future(store.flush_acknowledged(handle, [Part(0, len(DATA))]))
        await asyncio.sleep(pause)
        settling.cancel()
        await asyncio.wait([settling])
        held = await store.parts(handle)
        assert sum(part.end - part.start for part in held) == len(DATA)
    await store.commit(handle, len(DATA), OnConflict.FAIL, digest=digest_of(DATA, "crc64nvme"))
    assert made.read("file.bin") == DATA


async def test_a_begin_that_is_cancelled_leaves_nothing(made: Bucket, store: BucketStore) -> None:
    await store.size("connects")
    for pause in (0, 0.002, 0.005, 0.01):
        beginning = asyncio.ensure_future(store.begin(target(size=1)))
        await asyncio.sleep(pause)
        beginning.cancel()
        await asyncio.wait([beginning])
        if not beginning.cancelled():
            await store.discard(beginning.result())
    assert not made.leftovers()


@pytest.mark.parametrize("step", ["_make_folder", "replace_file"])
async def test_a_begin_that_is_cancelled_while_a_thread_writes(
    made: Bucket, store: BucketStore, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """A thread can't be cancelled: what it makes is removed when it has made it."""
    reached, gone_on, real = threading.Event(), threading.Event(), getattr(_spool, step)

    def slow(*args: object) -> None:
        reached.set()
        assert gone_on.wait(10)
        real(*args)

    monkeypatch.setattr(_spool, step, slow)
    beginning = asyncio.ensure_future(store.begin(target(size=1)))
    assert await asyncio.to_thread(reached.wait, 10)
    beginning.cancel()
    asyncio.get_running_loop().call_later(0.2, gone_on.set)
    with pytest.raises(asyncio.CancelledError):
        await beginning
    assert gone_on.is_set()
    assert not made.leftovers()


async def test_an_empty_file_whose_server_died_before_the_end(made: Bucket, store: BucketStore) -> None:
    handle = await store.begin(target(size=0))
    made.server.client.upload_part(
        Bucket=made.name,
        Key=f"{PREFIX}/{handle['path']}",
        UploadId=str(handle["upload_id"]),
        PartNumber=1,
    )
    assert await store.parts(handle) == []
    await store.commit(handle, 0, OnConflict.FAIL)
    assert made.read("file.bin") == b""
