"""Uploads by tus where something goes wrong: connections, disks, servers, other writers."""

from __future__ import annotations

import hashlib
import os
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.support.server import RunningServer
from tests.support.small_disk import small_disk

from .conftest import client_of, reason
from .half_request import partial_size, until
from .test_moved_folders import time_passes
from .tus import CHUNK, VERSION, create, head, patch, post

BLOCK = 2**18
MIB = 2**20


def begin_patch(server: RunningServer, url: str, offset: int, length: int, sent: bytes) -> socket.socket:
    """Begin a PATCH of which more is to come."""
    lines = [
        f"PATCH {urlsplit(url).path} HTTP/1.1",
        f"Host: 127.0.0.1:{server.port}",
        f"Authorization: token {server.token}",
        f"Content-Type: {CHUNK}",
        f"Content-Length: {length}",
        f"Upload-Offset: {offset}",
        "Tus-Resumable: 1.0.0",
    ]
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=60)
    connection.sendall("\r\n".join([*lines, "", ""]).encode() + sent)
    return connection


def test_two_patches_at_once(server: RunningServer, client: httpx.Client, root: Path) -> None:
    """The second is refused while the first makes progress, and neither's bytes get among the other's."""
    content = os.urandom(4 * MIB)
    url = create(client, len(content), filename="a")
    with begin_patch(server, url, 0, len(content), content[: 2 * MIB]) as first:
        until(lambda: partial_size(root) > 0)
        assert reason(patch(client, url, 0, os.urandom(MIB))) == (423, "locked")
        first.sendall(content[2 * MIB :])
        assert first.recv(4096).startswith(b"HTTP/1.1 204")
    assert (root / "a").read_bytes() == content


def test_a_head_ends_who_still_writes(server: RunningServer, client: httpx.Client, root: Path) -> None:
    """A client that asks how far its upload is has given up the connection on which it sent it."""
    content = os.urandom(4 * MIB)
    url = create(client, len(content), filename="a")
    with begin_patch(server, url, 0, len(content), content[: 3 * MIB]) as first:
        until(lambda: partial_size(root) > 0)
        offset = int(head(client, url).headers["Upload-Offset"])
        assert 0 < offset <= 3 * MIB
        first.sendall(content[3 * MIB :])
        assert first.recv(4096).startswith(b"HTTP/1.1 423")
    assert patch(client, url, offset, content[offset:]).status_code == 204
    assert (root / "a").read_bytes() == content


def test_many_clients_at_once_that_know_nothing_of_each_other(server: RunningServer, root: Path) -> None:
    """They send the same file to one URL, each as if it were alone: what comes out is the file."""
    content = os.urandom(3 * MIB)
    with client_of(server) as client:
        url = create(client, len(content), filename="a")

    def go_on() -> None:
        with client_of(server) as client:
            while True:
                answer = head(client, url)
                if answer.status_code == 423:
                    continue
                offset = int(answer.headers["Upload-Offset"])
                if offset == len(content):
                    return
                patch(client, url, offset, content[offset : offset + MIB])

    threads = [threading.Thread(target=go_on) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert (root / "a").read_bytes() == content


def test_a_server_that_is_killed_in_a_patch(start: Callable[..., RunningServer]) -> None:
    server = start(config={"BigUpload": {"block_size": BLOCK, "min_free_space": 0}})
    content = os.urandom(8 * MIB)
    with client_of(server) as client:
        url = create(client, len(content), filename="a")
        with begin_patch(server, url, 0, len(content), content[: 6 * MIB]):
            until(lambda: partial_size(server.root) >= 5 * MIB)
            server.kill()
    server.start()
    with client_of(server) as client:
        offset = int(head(client, url).headers["Upload-Offset"])
        assert offset >= 3 * MIB
        assert patch(client, url, offset, content[offset:]).status_code == 204
    assert _sha256(server.root / "a") == hashlib.sha256(content).hexdigest()


def test_an_answer_that_was_lost_to_the_last_byte(
    server: RunningServer, client: httpx.Client, root: Path
) -> None:
    url = create(client, 5, filename="a")
    with begin_patch(server, url, 0, 5, b"hello"):
        pass  # gone before the answer
    until(lambda: head(client, url).status_code == 200)
    offset = int(head(client, url).headers["Upload-Offset"])
    assert patch(client, url, offset, b"hello"[offset:]).status_code == 204
    assert (root / "a").read_bytes() == b"hello"


@pytest.fixture
def small(root: Path) -> Iterator[Path]:
    with small_disk(root / "small", 4 * MIB) as folder:
        yield folder


def test_a_disk_that_is_too_small(client: httpx.Client, small: Path) -> None:
    assert reason(post(client, 8 * MIB, filename="a", relativePath="small/a")) == (507, "no_space")
    assert list(small.iterdir()) == []


def test_a_disk_that_fills_up_meanwhile(client: httpx.Client, small: Path) -> None:
    """The client is told, keeps what is there, and goes on once there is space."""
    content = os.urandom(3 * MIB)
    url = create(client, None, filename="a", relativePath="small/a")
    assert patch(client, url, 0, content[:MIB]).status_code == 204
    (small / "other").write_bytes(bytes(2 * MIB))
    length = {"Upload-Length": str(3 * MIB)}
    assert reason(patch(client, url, MIB, content[MIB:], length)) == (507, "no_space")
    answer = head(client, url)
    assert answer.status_code == 200
    offset = int(answer.headers["Upload-Offset"])
    assert MIB <= offset < 3 * MIB
    (small / "other").unlink()
    assert patch(client, url, offset, content[offset:], length).status_code == 204
    assert (small / "a").read_bytes() == content


def test_unfinished_uploads_over_the_limit(start: Callable[..., RunningServer]) -> None:
    server = start(config={"BigUpload": {"max_unfinished_size": 10, "min_free_space": 0}})
    with client_of(server) as client:
        url = create(client, 8, filename="a")
        assert reason(post(client, 8, filename="b")) == (507, "quota_exceeded")
        assert client.delete(url, headers=VERSION).status_code == 204
        assert post(client, 8, filename="b").status_code == 201


def test_an_upload_that_has_expired(start: Callable[..., RunningServer]) -> None:
    server = start(config={"BigUpload": {"min_free_space": 0, "expire_after": 3600}})
    with client_of(server) as client:
        url = create(client, 8, filename="a")
    server.stop()
    time_passes(server, 3601)
    server.start()  # which sweeps
    with client_of(server) as client:
        until(lambda: head(client, url).status_code == 404)
        assert "Upload-Offset" not in head(client, url).headers


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
