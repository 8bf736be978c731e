"""The contract of stores on Azure's block blobs, on Azurite."""

from __future__ import annotations

import hashlib
import os
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from azure.storage.blob import BlobBlock

from jupyter_bigupload.errors import DigestMismatch, Exists, NotFound, StoreUnreachable
from jupyter_bigupload.stores.address import StoreAddress
from jupyter_bigupload.stores.azure import AzureBlobs
from jupyter_bigupload.stores.base import OnConflict, Part, Store
from jupyter_bigupload.stores.bucket import BucketStore
from jupyter_bigupload.testing.store_copying_suite import CopyingSuite
from jupyter_bigupload.testing.store_inputs import StoredFiles, digest_of
from jupyter_bigupload.testing.store_many_suite import ManySuite
from jupyter_bigupload.testing.store_reading_suite import ReadingSuite
from jupyter_bigupload.testing.store_removing_suite import RemovingSuite
from jupyter_bigupload.testing.store_signing_suite import SigningSuite
from jupyter_bigupload.testing.store_suite import StoreSuite, pieces, target
from tests.support.object_stores import Azurite

PREFIX = "lab/run 7"
PART = 5 * 2**20
#: As long as those of the store, as Azure wants it.
_BLOCK = "f" * 32


class Blobs:
    """What a container holds below the prefix, and a spool folder, seen without the store."""

    def __init__(self, azurite: Azurite, container: str, spool: Path) -> None:
        self._azurite = azurite
        self._container = container
        self._spool = spool

    def names(self) -> set[str]:
        found = self._azurite.service.get_container_client(self._container).list_blobs()
        return {blob.name.removeprefix(f"{PREFIX}/") for blob in found}

    def leftovers(self) -> set[str]:
        spooled = {str(path) for path in self._spool.rglob("*") if path.is_file()}
        return spooled | set(self._azurite.unfinished(self._container))

    def read(self, path: str) -> bytes:
        return self._azurite.read(self._container, f"{PREFIX}/{path}")

    def put(self, path: str, data: bytes) -> None:
        blob = self._azurite.service.get_blob_client(self._container, f"{PREFIX}/{path}")
        # In blocks, since Azurite, unlike Azure, lets others wait on when a blob is put in one piece.
        blob.stage_block(_BLOCK, data)
        blob.commit_block_list([BlobBlock(_BLOCK)])


def connected(bucket: str, folder: Path) -> BucketStore:
    blobs = AzureBlobs(bucket, StoreAddress(credentials="AZURE"), prefix=PREFIX)
    return BucketStore(blobs, prefix=PREFIX, spool=folder / "spool", part_size=PART)


@pytest.fixture
def azure(azurite: Azurite, bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> BucketStore:
    azurite.make_bucket(bucket)
    monkeypatch.setenv("AZURE", azurite.connection_string)
    return connected(bucket, tmp_path)


class TestAzureStore(StoreSuite, CopyingSuite, ManySuite, ReadingSuite, RemovingSuite, SigningSuite):
    part = PART

    @pytest.fixture
    def store(self, azure: BucketStore) -> BucketStore:
        return azure

    @pytest.fixture
    def stored(self, azurite: Azurite, bucket: str, tmp_path: Path) -> Blobs:
        return Blobs(azurite, bucket, tmp_path / "spool")

    async def test_a_name_that_is_taken(self, store: Store, stored: StoredFiles, data: bytes) -> None:
        """Whatever took it has thrown the blocks away that were waiting: nothing can replace it now."""
        handle = await store.begin(target())
        await store.write_part(handle, 0, pieces(data), hashlib.sha256())
        stored.put("file.bin", b"mine")
        with pytest.raises(Exists) as taken:
            await store.begin(target())
        assert taken.value.details == {"path": "file.bin", "size": len(b"mine")}
        for policy in (OnConflict.FAIL, OnConflict.RENAME):
            with pytest.raises(Exists) as taken:
                await store.commit(handle, len(data), policy)
            assert taken.value.details["can_rename"] is False
        with pytest.raises(NotFound):
            await store.commit(handle, len(data), OnConflict.REPLACE)
        assert stored.read("file.bin") == b"mine"

    # Azure takes a backslash for a slash, and is not asked to (test_azure_blobs.py).
    @pytest.mark.parametrize("name", ["ü 漢字.bin", "a'b\"c%20&?#.bin", "-rf", "x" * 255])
    async def test_odd_names(self, store: Store, stored: StoredFiles, name: str) -> None:
        """They are kept to the letter."""
        await super().test_odd_names(store, stored, name)


async def test_whole_parts_go_straight_on(azure: BucketStore, azurite: Azurite, bucket: str) -> None:
    """Azure itself verifies each, and what it refuses is no part."""
    data = os.urandom(PART + 1000)
    handle = await azure.begin(target(size=len(data)))
    with pytest.raises(DigestMismatch):
        await azure.write_part(
            handle, 0, pieces(bytes(PART)), hashlib.sha256(), end=PART, digest=digest_of(data[:PART], "md5")
        )
    assert list(await azure.parts(handle)) == []
    for start, end in ((PART, len(data)), (0, PART)):
        part = data[start:end]
        digest = hashlib.sha256()
        await azure.write_part(handle, start, pieces(part), digest, end=end, digest=digest_of(part, "md5"))
        assert digest.digest() == hashlib.sha256(part).digest()
    assert (await azure.commit(handle, len(data), OnConflict.FAIL)).size == len(data)
    assert azurite.read(bucket, f"{PREFIX}/file.bin") == data


async def test_clients_send_parts_themselves(azure: BucketStore, azurite: Azurite, bucket: str) -> None:
    data = os.urandom(PART + 1000)
    handle = await azure.begin(target(size=len(data)))
    async with httpx.AsyncClient() as client:
        for start, end in ((0, PART), (PART, len(data))):
            signed = await azure.sign_part(handle, start, end, digest_of(data[start:end], "md5"))
            answer = await client.request(
                signed.method, signed.url, content=data[start:end], headers=signed.headers
            )
            assert answer.status_code == 201
    assert list(await azure.parts(handle)) == [Part(0, PART), Part(PART, len(data))]
    await azure.commit(handle, len(data), OnConflict.FAIL)
    assert azurite.read(bucket, f"{PREFIX}/file.bin") == data


async def test_a_store_that_stops_in_the_middle(
    azure: BucketStore, azurite: Azurite, bucket: str, tmp_path: Path
) -> None:
    """The part in hand fails, and all that was acknowledged is there when the store is."""
    data = os.urandom(2 * PART)
    handle = await azure.begin(target(size=len(data)))
    await azure.write_part(
        handle, 0, pieces(data[:PART]), hashlib.sha256(), end=PART, digest=digest_of(data[:PART], "md5")
    )

    async def interrupted() -> AsyncIterator[bytes]:
        yield data[PART : PART + 1000]
        azurite.stop()
        yield data[PART + 1000 :]

    with pytest.raises(StoreUnreachable):
        await azure.write_part(
            handle, PART, interrupted(), hashlib.sha256(), end=2 * PART, digest=digest_of(data[PART:], "md5")
        )
    azurite.start()
    again = connected(bucket, tmp_path)
    assert list(await again.parts(handle)) == [Part(0, PART)]
    rest = data[PART:]
    await again.write_part(
        handle, PART, pieces(rest), hashlib.sha256(), end=2 * PART, digest=digest_of(rest, "md5")
    )
    await again.commit(handle, len(data), OnConflict.FAIL)
    assert azurite.read(bucket, f"{PREFIX}/file.bin") == data


async def test_whoever_loses_the_name_is_told(azure: BucketStore) -> None:
    """With `REPLACE` too: the blocks of the one are gone with the commit of the other."""
    first, second = [await azure.begin(target(size=1000, on_conflict=OnConflict.REPLACE)) for _ in range(2)]
    for handle, data in ((first, b"1" * 1000), (second, b"2" * 1000)):
        await azure.write_part(
            handle, 0, pieces(data), hashlib.sha256(), end=1000, digest=digest_of(data, "md5")
        )
    await azure.commit(first, 1000, OnConflict.REPLACE)
    with pytest.raises(NotFound):
        await azure.commit(second, 1000, OnConflict.REPLACE)
