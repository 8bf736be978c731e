"""A store that speaks HTTPS with a certificate of somebody's own, as stores in a laboratory do."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from jupyter_bigupload.errors import StoreUnreachable
from jupyter_bigupload.stores.address import StoreAddress
from jupyter_bigupload.stores.base import OnConflict, Part
from jupyter_bigupload.stores.bucket import BucketStore
from jupyter_bigupload.stores.s3 import S3
from jupyter_bigupload.testing.store_suite import pieces, target
from tests.contract.buckets import PART, send_whole
from tests.support.object_stores import SeaweedFS


@pytest.fixture(scope="module")
def secure(object_stores: Path) -> Iterator[SeaweedFS]:
    with SeaweedFS(object_stores / "https", https=True) as store:
        store.make_bucket("lab")
        yield store


def connected(secure: SeaweedFS, spool: Path) -> BucketStore:
    port = S3("lab", StoreAddress(endpoint_url=secure.endpoint, region="us-east-1", path_style=True))
    return BucketStore(port, prefix="", spool=spool, part_size=PART)


async def test_whole_parts_and_others_arrive(
    secure: SeaweedFS, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first goes straight on, the rest through the spool: two ways out, both to be trusted alike."""
    for name, value in secure.environment.items():
        monkeypatch.setenv(name, value)
    store = connected(secure, tmp_path)
    data = os.urandom(PART + 1000)
    handle = await store.begin(target(size=len(data)))
    await send_whole(store, handle, data, 0, "crc64nvme")
    await store.write_part(handle, PART, pieces(data[PART:]), hashlib.sha256())
    await store.flush_acknowledged(handle, [Part(0, len(data))])
    await store.commit(handle, len(data), OnConflict.FAIL)
    assert secure.read("lab", "file.bin") == data


async def test_a_certificate_that_nobody_vouches_for(
    secure: SeaweedFS, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is no store of ours, and the message says how to make it one."""
    for name, value in secure.environment.items():
        if name != "AWS_CA_BUNDLE":
            monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_CA_BUNDLE", raising=False)
    with pytest.raises(StoreUnreachable, match="AWS_CA_BUNDLE"):
        await asyncio.wait_for(connected(secure, tmp_path).begin(target(size=1)), 20)


async def test_certificates_that_are_renewed_while_an_upload_runs(
    secure: SeaweedFS, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a server trusts is renewed under it, without a restart: what failed goes on."""
    assert secure.ca_file is not None
    bundle = tmp_path / "bundle.pem"
    bundle.write_bytes(secure.ca_file.read_bytes())
    for name, value in {**secure.environment, "AWS_CA_BUNDLE": str(bundle)}.items():
        monkeypatch.setenv(name, value)
    store = connected(secure, tmp_path / "spool")
    data = os.urandom(2 * PART)
    handle = await store.begin(target("renewed.bin", size=len(data)))
    await send_whole(store, handle, data, 0, "crc64nvme")
    bundle.write_bytes(trustme.CA().cert_pem.bytes())
    with pytest.raises(StoreUnreachable, match="AWS_CA_BUNDLE"):
        await send_whole(store, handle, data, PART, "crc64nvme")
    bundle.write_bytes(secure.ca_file.read_bytes())
    await send_whole(store, handle, data, PART, "crc64nvme")
    await store.commit(handle, len(data), OnConflict.FAIL)
    assert secure.read("lab", "renewed.bin") == data
