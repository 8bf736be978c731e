"""Destinations whose store takes fewer parts, or smaller objects, than its kind; and others that are none."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Callable, Iterator

import httpx
import pytest
from awscrt.checksums import crc64nvme

from tests.support.forked_server import ForkedServer
from tests.support.server import RunningServer

from .conftest import client_of, create, reason
from .site import Site
from .test_destinations import UPLOADS, checked, send

MIB = 2**20
#: Of the server: smaller than any part.
CHUNK = MIB
PARTS = 3
MOST = 40 * MIB
#: Larger than so many parts of the usual size.
SIZE = 30 * MIB + 1234
PART = 11 * MIB


@pytest.fixture(scope="module")
def data() -> bytes:
    return secrets.token_bytes(SIZE)


@pytest.fixture(scope="module")
def limited(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    few = {"max_parts": PARTS, "max_size": MOST}
    profiles = tmp_path_factory.mktemp("profiles") / "credentials"
    profiles.write_text(
        f"[wrong]\naws_access_key_id = {site.seaweedfs.access_key}\naws_secret_access_key = {'0' * 40}\n"
    )
    destinations = [
        {**site.seaweedfs.settings(site.bucket, "limits", name="lab", direct=True), **few},
        {**site.azurite.settings(site.bucket, "limits", name="archive", direct=True), **few},
        {**site.seaweedfs.settings(site.bucket, name="one"), "max_parts": 1},
        {**site.seaweedfs.settings(site.bucket, name="stranger"), "profile": "wrong"},
        # The server of the other tests: it speaks HTTP, and nothing that a store does.
        {**site.seaweedfs.settings(site.bucket, name="website"), "endpoint_url": site.server.url.rstrip("/")},
        {**site.seaweedfs.settings(site.bucket, name="nonsense"), "max_parts": 10_001},
    ]
    environment = {
        **site.seaweedfs.environment,
        **site.azurite.environment,
        "AWS_SHARED_CREDENTIALS_FILE": str(profiles),
    }
    config = {"BigUpload": {"min_free_space": 0, "chunk_size": CHUNK, "destinations": destinations}}
    with ForkedServer(config=config, environment=environment) as server:
        yield server
        server.require_no_traceback()


@pytest.fixture
def visitor(limited: RunningServer) -> Iterator[httpx.Client]:
    with client_of(limited) as client:
        yield client


def digest_of(destination: str, chunk: bytes) -> str:
    if destination == "archive":
        return f"md5=:{base64.b64encode(hashlib.md5(chunk, usedforsecurity=False).digest()).decode()}:"
    return f"crc64nvme=:{base64.b64encode(crc64nvme(chunk).to_bytes(8, 'big')).decode()}:"


def spooled(server: RunningServer) -> int:
    """Return the bytes of all parts that wait on the server's disk."""
    return sum(path.stat().st_size for path in server.data_dir.rglob("*.part"))


def begin(visitor: httpx.Client, destination: str, path: str) -> str:
    upload_id = create(visitor, path, SIZE, destination=destination, digests=["crc64nvme", "md5"])
    upload = visitor.get(f"{UPLOADS}/{upload_id}").json()
    assert upload["part_size"] == PART
    assert upload["chunk_size"] == PART  # so that a part can go through in one piece
    return upload_id


def finish(site: Site, visitor: httpx.Client, destination: str, upload_id: str, path: str) -> bytes:
    answer = visitor.post(f"{UPLOADS}/{upload_id}/complete")
    assert answer.status_code == 200, answer.text
    store = site.azurite if destination == "archive" else site.seaweedfs
    return store.read(site.bucket, f"limits/{path}")


@pytest.mark.parametrize("destination", ["lab", "archive"])
def test_whole_parts_go_through(
    site: Site, limited: RunningServer, visitor: httpx.Client, data: bytes, destination: str
) -> None:
    upload_id = begin(visitor, destination, "whole")
    for start in range(0, SIZE, PART):
        end = min(start + PART, SIZE)
        answer = visitor.post(
            "api/upload_handlers",
            params={"upload": upload_id},
            content=data[start:end],
            headers={
                "Content-Range": f"bytes {start}-{end - 1}/{SIZE}",
                "Content-Digest": digest_of(destination, data[start:end]),
            },
        )
        assert answer.status_code == 200, answer.text
        assert spooled(limited) == 0
    assert finish(site, visitor, destination, upload_id, "whole") == data
    if destination == "lab":
        there = site.seaweedfs.client.head_object(Bucket=site.bucket, Key="limits/whole")
        assert there["ETag"].strip('"').endswith(f"-{PARTS}")


@pytest.mark.parametrize("destination", ["lab", "archive"])
def test_smaller_chunks_take_a_part_of_the_disk(
    site: Site, limited: RunningServer, visitor: httpx.Client, data: bytes, destination: str
) -> None:
    """As behind a proxy that lets no more through. One after the other they never take more than one part."""
    upload_id = begin(visitor, destination, "small")
    for start in range(0, SIZE, CHUNK):
        chunk = data[start : start + CHUNK]
        headers = {
            "Content-Range": f"bytes {start}-{start + len(chunk) - 1}/{SIZE}",
            "Content-Digest": digest_of(destination, chunk),
        }
        answer = visitor.post(
            "api/upload_handlers", params={"upload": upload_id}, content=chunk, headers=headers
        )
        assert answer.status_code == 200, answer.text
        assert spooled(limited) < PART
    assert spooled(limited) == 0
    assert finish(site, visitor, destination, upload_id, "small") == data


@pytest.mark.parametrize("destination", ["lab", "archive"])
def test_a_page_sends_such_parts_itself(
    site: Site, visitor: httpx.Client, data: bytes, destination: str
) -> None:
    upload_id = begin(visitor, destination, "direct")
    for start in range(0, SIZE, PART):
        chunk = data[start : start + PART]
        part = {"start": start, "end": start + len(chunk), "digest": digest_of(destination, chunk)}
        signed = visitor.post(f"{UPLOADS}/{upload_id}/sign", json=part).json()
        sent = httpx.request(
            signed["method"], signed["url"], content=chunk, headers=signed["headers"], trust_env=False
        )
        assert sent.is_success, sent.text
        assert visitor.post(f"{UPLOADS}/{upload_id}/parts", json=part).status_code == 200
    assert finish(site, visitor, destination, upload_id, "direct") == data


@pytest.mark.parametrize(("destination", "most"), [("lab", MOST), ("archive", MOST), ("one", 5 * 2**30)])
def test_a_file_that_is_too_large(visitor: httpx.Client, destination: str, most: int) -> None:
    fields = {"path": "large", "destination": destination}
    answer = visitor.post(UPLOADS, json={**fields, "size": most + 1})
    assert reason(answer) == (413, "too_large")
    assert answer.json()["limit"] == most
    assert str(most) in answer.json()["message"]
    assert destination not in {one["destination"] for one in visitor.get(UPLOADS).json()["uploads"]}
    upload_id = create(visitor, "large", most, destination=destination)
    assert visitor.delete(f"{UPLOADS}/{upload_id}").status_code == 204


def test_what_is_wrong_is_told(visitor: httpx.Client) -> None:
    found = checked(visitor)
    stranger, website, nonsense = (found[name] for name in ("stranger", "website", "nonsense"))
    assert (stranger["state"], stranger["reason"]) == ("failed", "access_denied")
    assert "does not accept the server's credentials" in str(stranger["message"])
    assert (website["state"], website["reason"]) == ("failed", "bucket_missing")
    assert "endpoint_url" in str(website["message"])
    assert (nonsense["state"], nonsense["reason"]) == ("failed", "malformed")
    assert "`max_parts` of s3:// is a number, from 1 to 10000" in str(nonsense["message"])


def test_settings_that_change_do_not_touch_what_is_begun(
    site: Site, start: Callable[..., RunningServer], data: bytes
) -> None:
    """An upload keeps its parts; where the store then refuses them, it is the store that says so."""
    mine = site.seaweedfs.settings(site.bucket, "limits", name="mine")
    server = start(config={"BigUpload": {"min_free_space": 0}}, environment=site.seaweedfs.environment)
    own = server.config_dir / "bigupload.json"
    own.write_text(json.dumps({"destinations": [{**mine, "max_parts": 4}]}))
    with client_of(server) as client:
        upload_id = create(client, "changed", SIZE, destination="mine")
        before = client.get(f"{UPLOADS}/{upload_id}").json()
        own.write_text(json.dumps({"destinations": [{**mine, "max_parts": 1, "max_size": MIB}]}))
        refused = client.post(UPLOADS, json={"path": "new", "size": SIZE, "destination": "mine"})
        assert reason(refused) == (413, "too_large")
        after = client.get(f"{UPLOADS}/{upload_id}").json()
        assert after["part_size"] == before["part_size"] == 8 * MIB
        for at in range(0, SIZE, 8 * MIB):
            assert send(client, upload_id, data, at, min(at + 8 * MIB, SIZE)).status_code == 200
        assert client.post(f"{UPLOADS}/{upload_id}/complete").status_code == 200
    assert site.seaweedfs.read(site.bucket, "limits/changed") == data
