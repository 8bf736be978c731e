"""Things go wrong on the way to the object store: what is committed is whole, and nothing is left."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import pytest

from jupyter_bigupload.errors import BigUploadError, SlowDown
from jupyter_bigupload.stores.address import StoreAddress
from jupyter_bigupload.stores.base import OnConflict, Part, Target
from jupyter_bigupload.stores.bucket import BucketStore
from jupyter_bigupload.stores.s3 import S3
from jupyter_bigupload.testing.store_inputs import digest_of, pieces, target
from tests.contract.buckets import PART, PREFIX, Bucket, log_in
from tests.support.faults import (
    Duplicate,
    Fault,
    FaultProxy,
    FlipBit,
    LostAnswer,
    Plan,
    Request,
    Reset,
    Rule,
    Truncate,
    Unavailable,
)
from tests.support.object_stores import SeaweedFS

T = TypeVar("T")

DATA = os.urandom(3 * PART + 12_345)
#: A request that fails so often is one that always fails.
_TRIES = 20
CHANCE = 0.4


def is_part(request: Request) -> bool:
    return request.method == "PUT"


def is_begin(request: Request) -> bool:
    return request.method == "POST" and request.target.endswith("?uploads")


@pytest.fixture
def proxy(seaweedfs: SeaweedFS) -> FaultProxy:
    address = urlsplit(seaweedfs.endpoint)
    assert address.hostname is not None
    assert address.port is not None
    return FaultProxy((address.hostname, address.port))


@pytest.fixture
def seen(seaweedfs: SeaweedFS, bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bucket:
    """What the bucket holds, seen past the proxy."""
    seaweedfs.make_bucket(bucket)
    log_in(seaweedfs, monkeypatch)
    return Bucket(seaweedfs, bucket, tmp_path / "spool")


def behind(proxy: FaultProxy, seen: Bucket) -> BucketStore:
    s3 = S3(
        seen.name, StoreAddress(endpoint_url=proxy.url, region="us-east-1", path_style=True), prefix=PREFIX
    )
    return BucketStore(s3, prefix=PREFIX, spool=seen.spool, part_size=PART)


async def insist(ask: Callable[[], Awaitable[T]]) -> T:
    """Ask again, as clients do, while that can help."""
    for _ in range(_TRIES):
        try:
            return await ask()
        except BigUploadError as error:
            if not error.retryable:
                raise
    raise AssertionError("it never got through")


async def upload(store: BucketStore, wanted: Target) -> None:
    """Send one whole part, the others in pieces, and complete."""
    handle = await insist(lambda: store.begin(wanted))
    whole = DATA[PART : 2 * PART]
    await insist(
        lambda: store.write_part(
            handle, PART, pieces(whole), hashlib.sha256(), end=2 * PART, digest=digest_of(whole, "crc64nvme")
        )
    )
    for start, end in ((2 * PART, len(DATA)), (PART // 2, PART), (0, PART // 2)):
        await store.write_part(handle, start, pieces(DATA[start:end]), hashlib.sha256())
    for received in (Part(PART // 2, len(DATA)), Part(0, len(DATA))):
        await insist(lambda received=received: store.flush_acknowledged(handle, [received]))  # type: ignore[misc]
    assert await insist(lambda: store.parts(handle))
    digest = digest_of(DATA, "crc64nvme")
    await insist(lambda: store.commit(handle, len(DATA), OnConflict.FAIL, digest=digest))


@pytest.mark.parametrize(
    "rule",
    [
        Rule(Reset(of="request"), chance=CHANCE),
        Rule(LostAnswer(), chance=CHANCE),
        pytest.param(Rule(Truncate(), is_part, CHANCE), marks=pytest.mark.long),
        pytest.param(Rule(Duplicate(), is_part, CHANCE), marks=pytest.mark.long),
        Rule(FlipBit(), is_part, CHANCE),
        Rule(Unavailable(503), chance=CHANCE),
        pytest.param(Rule(Unavailable(504, reached=True), chance=CHANCE), marks=pytest.mark.long),
    ],
    ids=lambda rule: repr(rule.fault),
)
async def test_whatever_happens_on_the_way(proxy: FaultProxy, seen: Bucket, rule: Rule) -> None:
    with proxy:
        store = behind(proxy, seen)
        proxy.plan = Plan([rule], seed=4)
        await upload(store, target("file.bin", size=len(DATA)))
        abandoned = target("given up.bin", size=len(DATA))
        handle = await insist(lambda: store.begin(abandoned))
        await insist(lambda: store.discard(handle))
        assert proxy.injected
    assert seen.names() == {"file.bin"}
    assert seen.read("file.bin") == DATA
    assert not seen.leftovers()


@pytest.mark.parametrize("fault", [LostAnswer(), Unavailable(504, reached=True)], ids=repr)
async def test_what_was_begun_without_anybody_being_told(
    proxy: FaultProxy, seen: Bucket, fault: Fault
) -> None:
    proxy.plan = Plan([Rule(fault, is_begin, most=2)])
    with proxy:
        store = behind(proxy, seen)
        handle = await store.begin(target("file.bin", size=len(DATA)))
        assert len(proxy.injected) == 2
        assert len(seen.server.unfinished(seen.name)) == 1
        await store.discard(handle)
    assert not seen.leftovers()


async def test_a_store_that_is_busy_is_asked_again(proxy: FaultProxy, seen: Bucket) -> None:
    """Nobody has to send the bytes again: they wait here."""
    proxy.plan = Plan([Rule(Unavailable(503), is_part, most=3)])
    with proxy:
        store = behind(proxy, seen)
        handle = await store.begin(target("file.bin", size=PART))
        await store.write_part(handle, 0, pieces(DATA[:PART]), hashlib.sha256())
        await store.flush_acknowledged(handle, [Part(0, PART)])
        assert len(proxy.injected) == 3
        await store.commit(handle, PART, OnConflict.FAIL)
    assert seen.read("file.bin") == DATA[:PART]


async def test_a_store_that_stays_busy(proxy: FaultProxy, seen: Bucket) -> None:
    whole = DATA[:PART]
    proxy.plan = Plan([Rule(Unavailable(503), is_part)])
    with proxy:
        store = behind(proxy, seen)
        handle = await store.begin(target("file.bin", size=PART))
        with pytest.raises(SlowDown):
            await store.write_part(
                handle, 0, pieces(whole), hashlib.sha256(), end=PART, digest=digest_of(whole, "crc64nvme")
            )
        proxy.plan = Plan()
        await store.discard(handle)
