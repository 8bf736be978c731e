"""Azure's block blobs as multipart uploads, on Azurite: what the store above them relies on."""

from __future__ import annotations

import hashlib
import logging
import os
import time
from collections.abc import Sequence

import httpx
import pytest
from azure.storage.blob import BlobBlock

from jupyter_bigupload.errors import (
    BucketMissing,
    DigestMismatch,
    Exists,
    InvalidName,
    NotFound,
    StorageFailed,
    StoreUnreachable,
)
from jupyter_bigupload.stores.address import StoreAddress
from jupyter_bigupload.stores.azure import AzureBlobs
from jupyter_bigupload.stores.bucket.multipart import RemoteObject
from jupyter_bigupload.stores.signing import SignedRequest
from jupyter_bigupload.testing.store_inputs import digest_of
from tests.contract.buckets import try_port
from tests.support.object_stores import Azurite

KEY = "lab/ü n/odd #?&+%20 名.bin"
ORIGIN = "http://127.0.0.1:8888"


@pytest.fixture
def blobs(azurite: Azurite, bucket: str, monkeypatch: pytest.MonkeyPatch) -> AzureBlobs:
    azurite.make_bucket(bucket)
    return connected(azurite, bucket, monkeypatch)


def connected(azurite: Azurite, bucket: str, monkeypatch: pytest.MonkeyPatch) -> AzureBlobs:
    monkeypatch.setenv("AZURE", azurite.connection_string)
    return AzureBlobs(bucket, StoreAddress(credentials="AZURE"), prefix="lab")


async def put(signed: SignedRequest, data: bytes, **headers: str) -> httpx.Response:
    async with httpx.AsyncClient() as client:
        return await client.request(
            signed.method, signed.url, content=data, headers={**signed.headers, **headers}
        )


async def sent(blobs: AzureBlobs, key: str, parts: Sequence[bytes], tag: str = "m") -> str:
    """Begin an upload and send all of its parts."""
    upload_id = await blobs.begin(key, tag=tag, content_type="text/plain")
    for number, part in enumerate(parts, 1):
        answer = await put(await blobs.sign(key, upload_id, number, len(part), digest_of(part, "md5")), part)
        assert answer.status_code == 201, answer.text
    return upload_id


async def completed(
    blobs: AzureBlobs, key: str, upload_id: str, *, only_if_free: bool = True, tag: str = "m"
) -> None:
    await blobs.complete(
        key,
        upload_id,
        await blobs.list_parts(key, upload_id),
        only_if_free=only_if_free,
        tag=tag,
        content_type="text/plain",
        digest=None,
    )


async def test_parts_become_an_object(blobs: AzureBlobs, azurite: Azurite, bucket: str) -> None:
    parts = [os.urandom(1000), os.urandom(1000), b"rest"]
    upload_id = await blobs.begin(KEY, tag="of this upload", content_type="application/x-test")
    for number in (3, 1, 2):
        data = parts[number - 1]
        answer = await put(await blobs.sign(KEY, upload_id, number, len(data), digest_of(data, "md5")), data)
        assert answer.status_code == 201, answer.text
    found = await blobs.list_parts(KEY, upload_id)
    assert [(part.number, part.size) for part in found] == [(1, 1000), (2, 1000), (3, 4)]
    assert await blobs.head(KEY) is None
    await blobs.complete(
        KEY,
        upload_id,
        found,
        only_if_free=True,
        tag="of this upload",
        content_type="application/x-test",
        digest=None,
    )
    assert await blobs.head(KEY) == RemoteObject(2004, "of this upload")
    assert azurite.read(bucket, KEY) == b"".join(parts)
    properties = azurite.service.get_blob_client(bucket, KEY).get_blob_properties()
    assert properties.content_settings.content_type == "application/x-test"
    hasher = hashlib.sha256()
    assert await blobs.digest_object(KEY, hasher) == 2004
    assert hasher.digest() == hashlib.sha256(b"".join(parts)).digest()
    assert azurite.unfinished(bucket) == []


async def test_a_part_that_is_sent_again(blobs: AzureBlobs, azurite: Azurite, bucket: str) -> None:
    upload_id = await sent(blobs, KEY, [b"first try"])
    await put(await blobs.sign(KEY, upload_id, 1, 6, digest_of(b"second", "md5")), b"second")
    await completed(blobs, KEY, upload_id)
    assert azurite.read(bucket, KEY) == b"second"


async def test_no_parts_make_an_empty_object(blobs: AzureBlobs, azurite: Azurite, bucket: str) -> None:
    await completed(blobs, KEY, await sent(blobs, KEY, []))
    assert azurite.read(bucket, KEY) == b""


async def test_the_store_refuses_other_bytes(blobs: AzureBlobs) -> None:
    upload_id = await blobs.begin(KEY, tag="m", content_type="")
    answer = await put(await blobs.sign(KEY, upload_id, 1, 4, digest_of(b"good", "md5")), b"evil")
    refused = blobs.refusal(answer.status_code, answer.headers["x-ms-error-code"], answer.text)
    assert isinstance(refused, DigestMismatch)
    assert list(await blobs.list_parts(KEY, upload_id)) == []


async def test_a_signed_request_is_for_one_blob_and_for_writing(
    blobs: AzureBlobs, azurite: Azurite, bucket: str
) -> None:
    azurite.service.get_blob_client(bucket, KEY).upload_blob(b"mine")
    signed = await blobs.sign(KEY, await blobs.begin(KEY, tag="m", content_type=""), 1, 4, None)
    assert 0 < signed.expires - time.time() <= 15 * 60
    elsewhere = signed.url.replace("odd", "other")
    query = signed.url.partition("?")[2].partition("sv=")[2]
    async with httpx.AsyncClient() as client:
        assert (await client.put(elsewhere, content=b"mine")).status_code == 403
        for method in ("GET", "DELETE"):
            answer = await client.request(method, f"{signed.url.partition('?')[0]}?sv={query}")
            assert answer.status_code == 403


async def test_a_name_that_is_taken(blobs: AzureBlobs, azurite: Azurite, bucket: str) -> None:
    azurite.service.get_blob_client(bucket, KEY).upload_blob(b"mine")
    upload_id = await sent(blobs, KEY, [b"other"])
    with pytest.raises(Exists):
        await completed(blobs, KEY, upload_id)
    assert azurite.read(bucket, KEY) == b"mine"
    await completed(blobs, KEY, upload_id, only_if_free=False)
    assert azurite.read(bucket, KEY) == b"other"


async def test_whoever_loses_the_name_is_told(blobs: AzureBlobs) -> None:
    first, second = await sent(blobs, KEY, [b"first"]), await sent(blobs, KEY, [b"second"])
    lost = await blobs.list_parts(KEY, second)
    await completed(blobs, KEY, first)
    with pytest.raises(NotFound):
        await blobs.list_parts(KEY, second)
    with pytest.raises(NotFound):
        await blobs.complete(KEY, second, lost, only_if_free=False, tag="m", content_type="", digest=None)


async def test_abort_leaves_nothing(blobs: AzureBlobs, azurite: Azurite, bucket: str) -> None:
    upload_id = await sent(blobs, KEY, [b"part"])
    assert azurite.unfinished(bucket) == [KEY]
    for _ in range(2):
        await blobs.abort(KEY, upload_id)
        assert await blobs.head(KEY) is None
        assert azurite.unfinished(bucket) == []
        with pytest.raises(NotFound):
            await blobs.list_parts(KEY, upload_id)


async def test_abort_spares_others(blobs: AzureBlobs, azurite: Azurite, bucket: str) -> None:
    """Blocks of another upload stay, and so do those of another program; then all goes at once."""
    first, second = await sent(blobs, KEY, [b"first"]), await sent(blobs, KEY, [b"second"])
    await blobs.abort(KEY, first)
    with pytest.raises(NotFound):
        await blobs.list_parts(KEY, first)
    assert [upload.upload_id for upload in await blobs.unfinished(KEY)] == [second]
    assert [part.size for part in await blobs.list_parts(KEY, second)] == [6]
    await blobs.abort(KEY, second)
    assert azurite.unfinished(bucket) == []

    foreign = "f" * len(f"{first}-00000")
    blob = azurite.service.get_blob_client(bucket, "lab/theirs")
    blob.stage_block(foreign, b"theirs")
    await blobs.abort("lab/theirs", await sent(blobs, "lab/theirs", [b"ours"]))
    blob.commit_block_list([BlobBlock(foreign)])
    assert azurite.read(bucket, "lab/theirs") == b"theirs"


async def test_abort_does_not_touch_a_finished_object(
    blobs: AzureBlobs, azurite: Azurite, bucket: str
) -> None:
    azurite.service.get_blob_client(bucket, KEY).upload_blob(b"mine")
    before = azurite.service.get_blob_client(bucket, KEY).get_blob_properties().etag
    upload_id = await sent(blobs, KEY, [b"part"])
    await blobs.abort(KEY, upload_id)
    assert azurite.read(bucket, KEY) == b"mine"
    assert azurite.service.get_blob_client(bucket, KEY).get_blob_properties().etag == before
    assert list(await blobs.unfinished(KEY)) == []


async def test_abort_goes_on_where_it_was_interrupted(
    blobs: AzureBlobs, azurite: Azurite, bucket: str
) -> None:
    """The server died after the blocks were gone, and before the empty blob was that had taken them along."""
    upload_id = await sent(blobs, KEY, [b"part"])
    azurite.service.get_blob_client(bucket, KEY).commit_block_list(
        [], metadata={"bigupload_removes": upload_id}
    )
    assert await blobs.head(KEY) is None
    await blobs.abort(KEY, await blobs.begin("lab/other", tag="", content_type=""))
    assert azurite.service.get_blob_client(bucket, KEY).exists()
    await blobs.abort(KEY, upload_id)
    assert not azurite.service.get_blob_client(bucket, KEY).exists()


async def test_unfinished_uploads_have_a_time(blobs: AzureBlobs) -> None:
    before = time.time()
    upload_id = await sent(blobs, KEY, [b"part"])
    (upload,) = await blobs.unfinished(KEY)
    assert upload.upload_id == upload_id
    assert before - 1 <= upload.initiated <= time.time()
    assert list(await blobs.unfinished("lab/nothing")) == []


async def test_uploads_outlive_the_store(
    azurite: Azurite, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    azurite.make_bucket(bucket)
    upload_id = await sent(connected(azurite, bucket, monkeypatch), KEY, [b"part"])
    azurite.stop()
    with pytest.raises(StoreUnreachable):
        await connected(azurite, bucket, monkeypatch).list_parts(KEY, upload_id)
    azurite.start()
    again = connected(azurite, bucket, monkeypatch)
    assert [part.number for part in await again.list_parts(KEY, upload_id)] == [1]
    await completed(again, KEY, upload_id)
    assert azurite.read(bucket, KEY) == b"part"


async def test_check_leaves_nothing(blobs: AzureBlobs, azurite: Azurite, bucket: str) -> None:
    await try_port(blobs)
    assert azurite.unfinished(bucket) == []
    assert list(azurite.service.get_container_client(bucket).list_blobs()) == []


async def test_no_container(azurite: Azurite, bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    blobs = connected(azurite, bucket, monkeypatch)
    for asked in (
        try_port(blobs),
        blobs.head(KEY),
        blobs.unfinished(KEY),
        blobs.list_parts(KEY, "0" * 26),
        blobs.abort(KEY, "0" * 26),
        blobs.objects.list(""),
        blobs.objects.delete("gone"),
    ):
        with pytest.raises(BucketMissing):
            await asked


async def test_nobody_answers(
    azurite: Azurite, bucket: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("AZURE", azurite.connection_string)
    blobs = AzureBlobs(bucket, StoreAddress(endpoint_url="http://127.0.0.1:9/account", credentials="AZURE"))
    began = time.monotonic()
    with caplog.at_level(logging.DEBUG), pytest.raises(StoreUnreachable):
        await try_port(blobs)
    assert time.monotonic() - began < 60  # three attempts, however busy the machine is
    assert azurite.key not in caplog.text


async def test_a_block_of_another_length_is_in_the_way(
    blobs: AzureBlobs, azurite: Azurite, bucket: str
) -> None:
    """Azure wants all block ids of a blob to be equally long."""
    azurite.service.get_blob_client(bucket, KEY).stage_block("short", b"theirs")
    with pytest.raises(StorageFailed):
        await blobs.begin(KEY, tag="m", content_type="")


async def test_the_probe_changes_nothing_and_is_answered(
    blobs: AzureBlobs, azurite: Azurite, bucket: str
) -> None:
    """A page is shown the answer, error or not, once the account lets pages of its origin in."""
    signed = await blobs.sign_probe()
    assert (
        signed.headers.keys() == (await blobs.sign(KEY, "0" * 26, 1, 1, digest_of(b"", "md5"))).headers.keys()
    )
    assert "access-control-allow-origin" not in (await put(signed, b"", Origin=ORIGIN)).headers
    azurite.set_cors(bucket, [ORIGIN])
    try:
        answer = await put(signed, b"", Origin=ORIGIN)
    finally:
        azurite.set_cors(bucket, [])
    assert answer.status_code == 404
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert azurite.unfinished(bucket) == []


async def test_objects_are_listed_and_deleted(blobs: AzureBlobs, azurite: Azurite, bucket: str) -> None:
    for name in ("lab/", "lab/a", "lab/run 7/b", "lab/run 7/c", "laboratory/d"):
        azurite.service.get_blob_client(bucket, name).upload_blob(name.encode())
    await sent(blobs, "lab/unfinished", [b"part"])
    root = await blobs.objects.list("")
    assert (list(root.prefixes), [found.path for found in root.objects], root.next_page) == (
        ["run 7/"],
        ["a"],
        None,
    )
    assert root.objects[0].size == 5
    assert abs(root.objects[0].modified - time.time()) < 60
    assert [found.path for found in (await blobs.objects.list("run 7/")).objects] == ["run 7/b", "run 7/c"]
    await blobs.objects.delete("run 7/b")
    with pytest.raises(NotFound):
        await blobs.objects.delete("run 7/b")
    assert [found.path for found in (await blobs.objects.list("run 7/")).objects] == ["run 7/c"]
    assert await blobs.objects.list("nothing/") == await blobs.objects.list("nowhere/")


async def test_objects_are_listed_in_pages(
    blobs: AzureBlobs, azurite: Azurite, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jupyter_bigupload.stores.azure.objects._PAGE", 2)
    names = [f"{number}" for number in range(5)]
    for name in names:
        azurite.service.get_blob_client(bucket, f"lab/{name}").upload_blob(b"")
    found: list[str] = []
    page: str | None = None
    while True:
        listing = await blobs.objects.list("", page)
        assert len(listing.objects) <= 2
        found += [there.path for there in listing.objects]
        if (page := listing.next_page) is None:
            break
    assert found == names


@pytest.mark.parametrize(
    "path", ["../other", "a/../../other", "./a", "/a", "a//b", "a\nb", "\udcff", "x" * 1025]
)
async def test_objects_outside_the_prefix(blobs: AzureBlobs, path: str) -> None:
    with pytest.raises(InvalidName):
        await blobs.objects.delete(path)
    with pytest.raises(InvalidName):
        await blobs.objects.list(f"{path}/")


async def test_azure_would_change_the_name(blobs: AzureBlobs) -> None:
    with pytest.raises(InvalidName):
        await blobs.begin("lab/a\\b", tag="m", content_type="")
    with pytest.raises(InvalidName):
        await blobs.objects.delete("a\\b")
