"""Files that come by tus into buckets."""

from __future__ import annotations

import base64
import hashlib
import secrets
import socket
from urllib.parse import urlsplit

import httpx
import pytest

from .conftest import reason
from .half_request import until
from .site import PART, PREFIX, Site
from .tus import CHUNK, VERSION, create, head, metadata, patch, post

BUCKETS = ["lab", "archive", "plain"]


@pytest.fixture(scope="module")
def data() -> bytes:
    return secrets.token_bytes(2 * PART + 1_000_003)


def name(destination: str) -> str:
    folder = PREFIX if destination == "archive" else "tus"
    return f"{folder}/{secrets.token_hex(4)}.bin"


def placed(destination: str, path: str) -> dict[str, str]:
    last = path.rpartition("/")[2]
    return metadata(filename=last, relativePath=path, destination=destination)


@pytest.mark.parametrize("destination", BUCKETS)
def test_a_file_in_chunks_of_any_size(
    site: Site, visitor: httpx.Client, data: bytes, destination: str
) -> None:
    path = name(destination)
    url = create(visitor, len(data), placed(destination, path))
    at = 0
    for length in (1, PART, 3_000_000, len(data)):
        sent = data[at : at + length]
        assert patch(visitor, url, at, sent).status_code == 204
        at += len(sent)
    assert head(visitor, url).headers["Upload-Offset"] == str(len(data))
    assert site.read(destination, path) == data
    assert site.unfinished() == []


@pytest.mark.parametrize("destination", ["lab", "archive"])
def test_a_file_with_checksums(site: Site, visitor: httpx.Client, data: bytes, destination: str) -> None:
    path = name(destination)
    url = create(visitor, len(data), placed(destination, path))
    half, rest = data[:PART], data[PART:]

    def checksum(part: bytes) -> dict[str, str]:
        digest = base64.b64encode(hashlib.sha256(part).digest()).decode()
        return {"Upload-Checksum": f"sha256 {digest}"}

    assert reason(patch(visitor, url, 0, half, checksum(rest))) == (460, "digest_mismatch")
    assert head(visitor, url).headers["Upload-Offset"] == "0"
    assert patch(visitor, url, 0, half, checksum(half)).status_code == 204
    assert patch(visitor, url, PART, rest, checksum(rest)).status_code == 204
    assert site.read(destination, path) == data


@pytest.mark.parametrize("destination", BUCKETS)
def test_a_patch_that_breaks_off(site: Site, visitor: httpx.Client, data: bytes, destination: str) -> None:
    """What came is kept, in parts that are whole and on the server's disk."""
    path = name(destination)
    url = create(visitor, len(data), placed(destination, path))
    came = PART + 1_000_000
    lines = [
        f"PATCH {urlsplit(url).path} HTTP/1.1",
        f"Host: 127.0.0.1:{site.server.port}",
        f"Authorization: token {site.server.token}",
        f"Content-Type: {CHUNK}",
        f"Content-Length: {len(data)}",
        "Upload-Offset: 0",
        "Tus-Resumable: 1.0.0",
    ]
    with socket.create_connection(("127.0.0.1", site.server.port), timeout=60) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode() + data[:came])
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(4096):
            pass
    until(lambda: head(visitor, url).status_code == 200)
    offset = int(head(visitor, url).headers["Upload-Offset"])
    assert 0 < offset <= came
    assert patch(visitor, url, offset, data[offset:]).status_code == 204
    assert site.read(destination, path) == data


@pytest.mark.parametrize("destination", ["lab", "archive"])
def test_a_length_that_is_said_at_the_end(
    site: Site, visitor: httpx.Client, data: bytes, destination: str
) -> None:
    path = name(destination)
    url = create(visitor, None, placed(destination, path))
    assert patch(visitor, url, 0, data[:PART]).status_code == 204
    length = {"Upload-Length": str(len(data))}
    assert patch(visitor, url, PART, data[PART:], length).status_code == 204
    assert site.read(destination, path) == data


@pytest.mark.parametrize("destination", BUCKETS)
def test_parts_wait_on_the_disk_and_become_one_object(
    site: Site, visitor: httpx.Client, data: bytes, destination: str
) -> None:
    path = name(destination)
    cut = len(data) // 2 + 1
    urls = []
    for part in (data[:cut], data[cut:]):
        # Clients can say of parts where they go, too; they wait where they can be read.
        partial = {**placed(destination, path), "Upload-Concat": "partial"}
        answer = post(visitor, len(part), partial, body=part)
        assert answer.status_code == 201, answer.text
        urls.append(answer.headers["Location"])
    final = {**VERSION, **placed(destination, path), "Upload-Concat": f"final;{' '.join(urls)}"}
    answer = visitor.post("api/bigupload/tus", headers=final)
    assert answer.status_code == 201, answer.text
    assert site.read(destination, path) == data
    assert site.unfinished() == []
    assert not list(site.server.root.glob(".tus-partial*"))


def test_an_upload_that_is_given_up(site: Site, visitor: httpx.Client, data: bytes) -> None:
    url = create(visitor, len(data), placed("lab", name("lab")))
    assert patch(visitor, url, 0, data[: PART + 1]).status_code == 204
    assert visitor.delete(url, headers=VERSION).status_code == 204
    assert site.unfinished() == []


@pytest.mark.parametrize(
    ("destination", "status", "why"),
    [
        ("reader", 403, "access_denied"),
        ("missing", 404, "bucket_missing"),
        ("wrong", 501, "unsupported"),
    ],
)
def test_buckets_that_nothing_goes_to(visitor: httpx.Client, destination: str, status: int, why: str) -> None:
    answer = post(visitor, 5, placed(destination, "a"), body=b"hello")
    assert reason(answer) == (status, why)
