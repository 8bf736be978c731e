"""What a bucket on S3 does beyond the contract of all stores."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from jupyter_bigupload.errors import (
    AccessDenied,
    BigUploadError,
    BucketMissing,
    CredentialsMissing,
    DigestMismatch,
    Exists,
    InvalidName,
    LengthMismatch,
    Malformed,
    NotFound,
    StoreUnreachable,
    TooLarge,
)
from jupyter_bigupload.stores.address import StoreAddress
from jupyter_bigupload.stores.base import OnConflict, Part
from jupyter_bigupload.stores.bucket import BucketStore
from jupyter_bigupload.stores.s3 import S3
from jupyter_bigupload.testing.store_inputs import digest_of, pieces, target
from tests.contract.buckets import (
    DATA,
    PART,
    PREFIX,
    Bucket,
    bucket_store,
    connect,
    log_in,
    send_whole,
    try_port,
)
from tests.support.object_stores import Rclone, SeaweedFS


@pytest.mark.parametrize("algorithm", ["crc64nvme", "md5"])
async def test_the_store_itself_refuses_other_bytes(made: Bucket, algorithm: str) -> None:
    store = bucket_store(made.server, made.name, made.spool, checksum=algorithm)
    assert store.capabilities.checksums == (algorithm,)
    handle = await store.begin(target(size=len(DATA)))
    wrong = digest_of(b"other", algorithm)
    with pytest.raises(DigestMismatch):
        await store.write_part(handle, 0, pieces(DATA[:PART]), hashlib.sha256(), end=PART, digest=wrong)
    assert await store.parts(handle) == []


@pytest.mark.parametrize("algorithm", ["crc64nvme", "md5"])
async def test_whole_parts_go_straight_on(made: Bucket, algorithm: str) -> None:
    store = bucket_store(made.server, made.name, made.spool, checksum=algorithm)
    handle = await store.begin(target(size=len(DATA)))
    for at in range(0, len(DATA), PART):
        await send_whole(store, handle, DATA, at, algorithm)
    assert await store.parts(handle) == [Part(0, PART), Part(PART, 2 * PART), Part(2 * PART, len(DATA))]
    assert not list(made.spool.rglob("*.part"))
    await store.commit(handle, len(DATA), OnConflict.FAIL, digest=digest_of(DATA, algorithm))
    assert made.read("file.bin") == DATA


async def test_an_object_that_would_have_another_digest_never_appears(
    made: Bucket, store: BucketStore
) -> None:
    handle = await store.begin(target(size=len(DATA)))
    for at in range(0, len(DATA), PART):
        await send_whole(store, handle, DATA, at, "crc64nvme")
    with pytest.raises(DigestMismatch):
        await store.commit(handle, len(DATA), OnConflict.FAIL, digest=digest_of(b"other", "crc64nvme"))
    assert not made.names()


async def test_a_page_sends_parts_itself(made: Bucket, store: BucketStore) -> None:
    handle = await store.begin(target(size=len(DATA)))
    for start in range(0, len(DATA), PART):
        chunk = DATA[start : start + PART]
        digest = digest_of(chunk, "crc64nvme")
        signed = await store.sign_part(handle, start, start + len(chunk), digest)
        assert time.time() < signed.expires < time.time() + 3600
        for other in (chunk[:-1], chunk + b"1", bytes(len(chunk))) if not start else ():
            assert httpx.put(signed.url, headers=signed.headers, content=other).status_code in {400, 403}
        assert httpx.put(signed.url, content=chunk).status_code in {400, 403}  # without its digest
        assert httpx.put(signed.url, headers=signed.headers, content=chunk).status_code == 200
    for start, end in ((0, PART - 1), (1, PART + 1), (0, 2 * PART), (3 * PART, 4 * PART)):
        with pytest.raises(Malformed):
            await store.sign_part(handle, start, end, digest_of(b"", "crc64nvme"))
    with pytest.raises(Malformed):
        await store.sign_part(handle, 0, PART, digest_of(b"", "md5"))
    await store.commit(handle, len(DATA), OnConflict.FAIL, digest=digest_of(DATA, "crc64nvme"))
    assert made.read("file.bin") == DATA


async def test_the_probe_changes_nothing(made: Bucket, store: BucketStore) -> None:
    probe = await store.sign_probe()
    assert httpx.put(probe.url, headers=probe.headers).status_code == 404
    assert not made.names()
    assert not made.leftovers()


async def test_a_conflict_can_be_decided_at_the_end(made: Bucket, store: BucketStore) -> None:
    handle = await store.begin(target(size=3))
    await store.write_part(handle, 0, pieces(b"new"), hashlib.sha256())
    made.put("file.bin", b"mine")
    with pytest.raises(Exists) as taken:
        await store.commit(handle, 3, OnConflict.FAIL)
    assert taken.value.details == {"path": "file.bin", "size": 4, "can_rename": False}
    await store.commit(handle, 3, OnConflict.REPLACE)
    assert made.read("file.bin") == b"new"


async def test_more_parts_than_a_store_lists_at_once(made: Bucket) -> None:
    port, key = connect(made.server, made.name, checksum="md5"), f"{PREFIX}/many"
    upload_id = await port.begin(key, tag="", content_type="text/plain")

    def send_part(number: int) -> None:
        made.server.client.upload_part(
            Bucket=made.name, Key=key, UploadId=upload_id, PartNumber=number, Body=b"1"
        )

    with ThreadPoolExecutor(16) as threads:
        list(threads.map(send_part, range(1, 1002)))
    send_part(7)  # once more: it counts once
    assert [part.number for part in await port.list_parts(key, upload_id)] == list(range(1, 1002))


@pytest.mark.parametrize("path", ["a//b", "/a", "a/../b", "./a", "a/", "", "a\nb", "\ud800", "x" * 1024])
async def test_names_that_no_bucket_can_keep(store: BucketStore, path: str) -> None:
    with pytest.raises(InvalidName):
        await store.begin(target(path))
    with pytest.raises(InvalidName):
        await store.size(path)


async def test_what_the_object_is_said_to_be(made: Bucket, store: BucketStore) -> None:
    for path, kind in (("a.csv", "text/csv"), ("b.unheard", "application/octet-stream")):
        await store.commit(await store.begin(target(path, size=0)), 0, OnConflict.FAIL)
        there = made.server.client.head_object(Bucket=made.name, Key=f"{PREFIX}/{path}")
        assert there["ContentType"] == kind


async def test_looking_around(made: Bucket) -> None:
    for path in ("a.bin", "run 1/x", "run 1/y/z", "ü/x", "run 1/"):
        made.put(path, b"12345")
    made.server.client.put_object(Bucket=made.name, Key="outside", Body=b"")
    objects = connect(made.server, made.name).objects
    top = await objects.list("")
    assert sorted(top.prefixes) == ["run 1/", "ü/"]
    assert [(one.path, one.size) for one in top.objects] == [("a.bin", 5)]
    assert abs(top.objects[0].modified - time.time()) < 60
    below = await objects.list("run 1/")
    assert (list(below.prefixes), [one.path for one in below.objects]) == (["run 1/y/"], ["run 1/x"])
    await objects.delete("run 1/x")
    with pytest.raises(NotFound):
        await objects.delete("run 1/x")
    for prefix in ("../", "a/../../"):
        with pytest.raises(InvalidName):
            await objects.list(prefix)
        with pytest.raises(InvalidName):
            await objects.delete(f"{prefix}outside")
    assert "run 1/x" not in made.names()


async def test_looking_around_page_by_page(made: Bucket) -> None:
    with ThreadPoolExecutor(16) as threads:
        list(threads.map(lambda number: made.put(f"many/{number:04}", b""), range(1001)))
    objects = connect(made.server, made.name).objects
    first = await objects.list("many/")
    assert len(first.objects) == 1000
    second = await objects.list("many/", first.next_page)
    assert [one.path for one in second.objects] == ["many/1000"]
    assert second.next_page is None


async def test_somebody_who_may_only_read(
    made: Bucket, store: BucketStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(made.server, SeaweedFS)
    handle = await store.begin(target("begun.bin", size=PART))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", made.server.reader_access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", made.server.reader_secret_key)
    port = connect(made.server, made.name)
    reader = BucketStore(port, prefix=PREFIX, spool=made.spool, part_size=PART)
    with pytest.raises(AccessDenied):
        await try_port(port)
    with pytest.raises(AccessDenied):
        await reader.begin(target("new.bin", size=PART))
    digest = digest_of(bytes(PART), "crc64nvme")
    with pytest.raises(AccessDenied):
        await reader.write_part(handle, 0, pieces(bytes(PART)), hashlib.sha256(), end=PART, digest=digest)
    log_in(made.server, monkeypatch)
    await try_port(port)  # no new object is needed for new credentials
    assert not made.names()


async def test_credentials_that_are_wrong_or_missing(
    seaweedfs: SeaweedFS, rclone: Rclone, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for server in (seaweedfs, rclone):
        server.make_bucket(bucket)
        log_in(server, monkeypatch)
        port = connect(server, bucket)
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not the right one")
        with pytest.raises(AccessDenied):
            await try_port(port)
        monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
        monkeypatch.delenv("AWS_ACCESS_KEY_ID")
        with pytest.raises(CredentialsMissing, match="profile"):
            await try_port(port)
        log_in(server, monkeypatch)
        await try_port(port)
        assert not server.unfinished(bucket)
    with pytest.raises(CredentialsMissing):
        await try_port(S3(bucket, StoreAddress(endpoint_url=seaweedfs.endpoint, profile="nobody")))


async def test_a_bucket_that_is_missing(
    seaweedfs: SeaweedFS, rclone: Rclone, bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for server in (seaweedfs, rclone):
        log_in(server, monkeypatch)
        with pytest.raises(BucketMissing):
            await try_port(connect(server, bucket))
        with pytest.raises(BucketMissing):
            await bucket_store(server, bucket, tmp_path / "spool").begin(target(size=1))
        assert not list((tmp_path / "spool").iterdir())


@pytest.mark.services
async def test_a_store_that_dies_in_the_middle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What it had is still there when it comes back, and the rest goes on."""
    caplog.set_level(logging.DEBUG, "jupyter_bigupload")
    caplog.set_level(logging.INFO)
    with SeaweedFS(tmp_path / "server") as server:
        server.make_bucket("lab")
        log_in(server, monkeypatch)
        store = bucket_store(server, "lab", tmp_path / "spool")
        handle = await store.begin(target(size=len(DATA)))
        await send_whole(store, handle, DATA, 0, "crc64nvme")
        await store.write_part(handle, 2 * PART, pieces(DATA[2 * PART :]), hashlib.sha256())

        async def until_it_dies() -> AsyncIterator[bytes]:
            chunk = DATA[PART : 2 * PART]
            yield chunk[: 2**20]
            server.kill()
            yield chunk[2**20 :]

        errors: list[BigUploadError] = []
        digest = digest_of(DATA[PART : 2 * PART], "crc64nvme")
        with pytest.raises(StoreUnreachable) as died:
            await store.write_part(
                handle, PART, until_it_dies(), hashlib.sha256(), end=2 * PART, digest=digest
            )
        errors.append(died.value)
        for attempt in (
            store.flush_acknowledged(handle, [Part(0, len(DATA))]),
            store.parts(handle),
            store.commit(handle, len(DATA), OnConflict.FAIL),
            store.begin(target(size=1)),
        ):
            with pytest.raises(StoreUnreachable) as unreachable:
                await attempt
            errors.append(unreachable.value)
        server.restart()
        assert await store.parts(handle) == [Part(0, PART), Part(2 * PART, len(DATA))]
        with pytest.raises(LengthMismatch):
            await store.commit(handle, len(DATA), OnConflict.FAIL)
        await send_whole(store, handle, DATA, PART, "crc64nvme")
        await store.commit(handle, len(DATA), OnConflict.FAIL, digest=digest_of(DATA, "crc64nvme"))
        assert Bucket(server, "lab", tmp_path / "spool").read("file.bin") == DATA
        told = caplog.text + "".join(str(error.as_json()) for error in errors)
        for secret in (server.secret_key, server.access_key, "X-Amz-Signature"):
            assert secret not in told


@pytest.mark.parametrize("limit", [{"max_parts": 2}, {"max_size": 2 * PART}])
async def test_a_file_of_unknown_size_ends_where_the_store_does(made: Bucket, limit: dict[str, int]) -> None:
    store = BucketStore(
        connect(made.server, made.name), prefix=PREFIX, spool=made.spool, part_size=PART, **limit
    )
    handle = await store.begin(target(size=None))
    await store.write_part(handle, 0, pieces(DATA[:PART]), hashlib.sha256())
    with pytest.raises(TooLarge):
        await store.write_part(handle, PART, pieces(DATA[PART:]), hashlib.sha256())
    data = DATA[: 2 * PART]
    await store.write_part(handle, PART, pieces(data[PART:]), hashlib.sha256())
    await store.commit(handle, len(data), OnConflict.FAIL)
    assert made.read("file.bin") == data
