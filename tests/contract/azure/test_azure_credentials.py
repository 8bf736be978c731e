"""Whom Azure lets in: whoever has the account's key, a shared access signature, or an identity."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import logging
import os
import ssl
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path

import httpx
import pytest
from azure.storage.blob import BlobServiceClient, ContainerSasPermissions, generate_container_sas

from jupyter_bigupload.errors import (
    AccessDenied,
    CredentialsExpired,
    CredentialsMissing,
    StoreUnreachable,
    Unsupported,
)
from jupyter_bigupload.stores.address import StoreAddress
from jupyter_bigupload.stores.azure import AzureBlobs
from jupyter_bigupload.stores.azure.client import connect
from jupyter_bigupload.stores.azure.signing import DelegationKey
from jupyter_bigupload.stores.base import OnConflict, Part
from jupyter_bigupload.stores.bucket import BucketStore
from jupyter_bigupload.testing.store_inputs import digest_of, pieces, target
from tests.contract.buckets import DATA, PART, send_whole, try_port
from tests.support.object_stores import AzureIdentity, Azurite

#: What Azure's own tools read.
_VARIABLES = [f"AZURE_STORAGE_{name}" for name in ("CONNECTION_STRING", "ACCOUNT", "KEY", "SAS_TOKEN")]


@pytest.fixture(scope="module")
def secure(object_stores: Path) -> Iterator[Azurite]:
    """Azure as it is: over https, and with identities."""
    with Azurite(object_stores / "azurite-https", https=True) as store:
        yield store


@pytest.fixture
def nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment that gives access to nothing."""
    for name in _VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def lab(secure: Azurite, bucket: str, nothing_known: None, monkeypatch: pytest.MonkeyPatch) -> str:
    """A container, to which nothing in the environment gives access."""
    secure.make_bucket(bucket)
    for name, value in secure.trusted.items():
        monkeypatch.setenv(name, value)
    return bucket


@pytest.fixture
def identity(monkeypatch: pytest.MonkeyPatch) -> Iterator[AzureIdentity]:
    with AzureIdentity() as identity:
        for name, value in identity.environment.items():
            monkeypatch.setenv(name, value)
        yield identity


@pytest.fixture
def borrowed(monkeypatch: pytest.MonkeyPatch) -> Sequence[datetime]:
    """When the keys end that Azure has lent during the test."""
    ends: list[datetime] = []
    lend = BlobServiceClient.get_user_delegation_key

    def counted(service: BlobServiceClient, key_start_time: datetime, key_expiry_time: datetime) -> object:
        ends.append(key_expiry_time)
        return lend(service, key_start_time, key_expiry_time)

    monkeypatch.setattr(BlobServiceClient, "get_user_delegation_key", counted)
    return ends


def shared(azurite: Azurite, container: str, may: str = "racwdl", seconds: float = 600) -> str:
    """Return a shared access signature as somebody would get it from a colleague."""
    return generate_container_sas(
        azurite.account,
        container,
        account_key=azurite.key,
        permission=ContainerSasPermissions.from_string(may),
        expiry=datetime.now(timezone.utc) + timedelta(seconds=seconds),
    )


async def upload_whole(blobs: AzureBlobs, azurite: Azurite, container: str, spool: Path) -> None:
    """Upload through the server by both ways out, then look at the object, read it and delete it."""
    store = BucketStore(blobs, prefix="", spool=spool, part_size=PART)
    handle = await store.begin(target(size=len(DATA)))
    await send_whole(store, handle, DATA, 0, "md5")
    await store.write_part(handle, PART, pieces(DATA[PART:]), hashlib.sha256())
    await store.flush_acknowledged(handle, [Part(0, len(DATA))])
    await store.commit(handle, len(DATA), OnConflict.FAIL)
    assert azurite.read(container, "file.bin") == DATA
    read = hashlib.sha256()
    assert await store.digest_file("file.bin", read) == len(DATA)
    assert read.digest() == hashlib.sha256(DATA).digest()
    assert [one.path for one in (await blobs.objects.list("")).objects] == ["file.bin"]
    await blobs.objects.delete("file.bin")
    given_up = await store.begin(target(size=1))
    await store.discard(given_up)
    assert azurite.unfinished(container) == []


async def test_an_identity_uploads(
    secure: Azurite, lab: str, identity: AzureIdentity, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await upload_whole(AzureBlobs(lab, StoreAddress(endpoint_url=secure.endpoint)), secure, lab, tmp_path)
    assert len(identity.tokens) == 1
    assert identity.tokens[0] not in caplog.text


async def test_an_identity_signs_for_pages_with_one_borrowed_key(
    secure: Azurite, lab: str, identity: AzureIdentity, borrowed: Sequence[datetime]
) -> None:
    blobs = AzureBlobs(lab, StoreAddress(endpoint_url=secure.endpoint), direct=True)
    upload_id = await blobs.begin("a b.bin", tag="m", content_type="")
    signed = await asyncio.gather(
        *(blobs.sign("a b.bin", upload_id, number, 1, digest_of(b"1", "md5")) for number in range(1, 9))
    )
    assert len(borrowed) == 1
    async with httpx.AsyncClient(verify=ssl.create_default_context(cafile=secure.ca_file)) as page:
        for one in signed:
            assert (await page.put(one.url, content=b"1", headers=one.headers)).status_code == 201
            assert time.time() < one.expires < time.time() + 3600
        refused = [
            await page.put(signed[0].url.replace("a%20b", "other"), content=b"1"),
            await page.get(signed[0].url.replace("comp=block&", "")),
            await page.delete(signed[0].url.replace("comp=block&", "")),
        ]
        assert [answer.status_code for answer in refused] == [403, 403, 403]
        assert (await page.put((await blobs.sign_probe()).url)).status_code == 404
    assert [part.number for part in await blobs.list_parts("a b.bin", upload_id)] == list(range(1, 9))
    assert len(identity.tokens) == 1


@pytest.mark.usefixtures("identity")
async def test_a_key_is_borrowed_again_before_it_ends(
    secure: Azurite, lab: str, borrowed: Sequence[datetime]
) -> None:
    access = connect(lab, StoreAddress(secure.endpoint))
    now = time.time()
    for expires, keys in ((now + 15 * 60, 1), (now + 3 * 3600, 1), (now + 4 * 3600 - 30, 2)):
        await access.signing.signature(access.blob("file"), expires)
        assert len(borrowed) == keys


async def test_an_identity_signs_for_the_account_of_the_address(
    lab: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(CredentialsMissing, match="AZURE_STORAGE_ACCOUNT"):
        connect(lab, StoreAddress("https://files.example.org"))
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT", "ours")
    for endpoint, account in (
        ("https://files.example.org", "ours"),
        ("https://theirs.blob.core.windows.net", "theirs"),
        (None, "ours"),
    ):
        signing = connect(lab, StoreAddress(endpoint)).signing
        assert isinstance(signing, DelegationKey)
        assert signing.account == account


async def test_an_identity_that_azure_does_not_know(
    secure: Azurite, lab: str, identity: AzureIdentity
) -> None:
    identity.refuses = True
    with pytest.raises(CredentialsMissing, match="identity"):
        await try_port(AzureBlobs(lab, StoreAddress(endpoint_url=secure.endpoint)))


async def test_a_shared_access_signature_uploads(
    secure: Azurite,
    lab: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, "jupyter_bigupload")
    caplog.set_level(logging.INFO)
    signature = shared(secure, lab)
    monkeypatch.setenv("OTHER", f"BlobEndpoint={secure.endpoint}/;SharedAccessSignature={signature}")
    await upload_whole(AzureBlobs(lab, StoreAddress(credentials="OTHER")), secure, lab, tmp_path)
    monkeypatch.setenv("AZURE_STORAGE_SAS_TOKEN", f"?{signature}")
    await upload_whole(AzureBlobs(lab, StoreAddress(endpoint_url=secure.endpoint)), secure, lab, tmp_path)
    assert signature.rpartition("sig=")[2] not in caplog.text


async def test_a_shared_access_signature_is_not_for_pages(
    secure: Azurite, lab: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    signature = shared(secure, lab)
    monkeypatch.setenv("OTHER", f"BlobEndpoint={secure.endpoint};SharedAccessSignature={signature}")
    with pytest.raises(Unsupported) as refused:
        AzureBlobs(lab, StoreAddress(credentials="OTHER"), direct=True)
    assert "sig=" not in str(refused.value)


async def test_a_shared_access_signature_that_is_over_or_too_narrow(
    secure: Azurite, lab: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for signature, kind in (
        (shared(secure, lab, seconds=-60), (CredentialsExpired, AccessDenied)),
        (shared(secure, lab, may="rl"), AccessDenied),
    ):
        monkeypatch.setenv("OTHER", f"BlobEndpoint={secure.endpoint};SharedAccessSignature={signature}")
        with pytest.raises(kind) as refused:
            await try_port(AzureBlobs(lab, StoreAddress(credentials="OTHER")))
        assert signature.rpartition("sig=")[2] not in str(refused.value)


async def test_a_certificate_that_nobody_vouches_for(
    secure: Azurite, lab: str, identity: AzureIdentity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    with pytest.raises(StoreUnreachable):
        await asyncio.wait_for(try_port(AzureBlobs(lab, StoreAddress(endpoint_url=secure.endpoint))), 20)


async def test_a_wrong_key(
    azurite: Azurite, bucket: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = base64.b64encode(os.urandom(64)).decode()
    monkeypatch.setenv("AZURE", azurite.connection_string.replace(azurite.key, wrong))
    with caplog.at_level(logging.DEBUG), pytest.raises(AccessDenied) as denied:
        await try_port(AzureBlobs(bucket, StoreAddress(credentials="AZURE")))
    assert wrong not in caplog.text + str(denied.value)
    monkeypatch.setenv("AZURE", azurite.connection_string.replace(azurite.key, "no base64!"))
    with pytest.raises(AccessDenied):
        await try_port(AzureBlobs(bucket, StoreAddress(credentials="AZURE")))


@pytest.mark.usefixtures("nothing_known")
async def test_credentials_of_the_environment(
    azurite: Azurite, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    azurite.make_bucket(bucket)
    with pytest.raises(CredentialsMissing, match="AZURE_STORAGE_CONNECTION_STRING"):
        AzureBlobs(bucket, StoreAddress())
    # Nobody says over http who they are.
    with pytest.raises(CredentialsMissing, match="AZURE_STORAGE_CONNECTION_STRING"):
        AzureBlobs(bucket, StoreAddress(endpoint_url=azurite.endpoint))
    with pytest.raises(CredentialsMissing, match="OTHER"):
        AzureBlobs(bucket, StoreAddress(credentials="OTHER"))
    monkeypatch.setenv("OTHER", "AccountName=a;AccountKeys=secret-key")
    with pytest.raises(CredentialsMissing) as missing:
        AzureBlobs(bucket, StoreAddress(credentials="OTHER"))
    assert "secret-key" not in str(missing.value)
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT", azurite.account)
    monkeypatch.setenv("AZURE_STORAGE_KEY", azurite.key)
    await try_port(AzureBlobs(bucket, StoreAddress(endpoint_url=azurite.endpoint)))
    monkeypatch.setenv("AZURE_STORAGE_CONNECTION_STRING", azurite.connection_string)
    await try_port(AzureBlobs(bucket, StoreAddress()))
