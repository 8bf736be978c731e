"""Connections that break or stall, servers that die, uploads that nobody comes back to."""

from __future__ import annotations

import secrets
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from jupyter_bigupload.uploads.records.format import decode, encode
from tests.support.server import RunningServer

from .conftest import client_of, create, reason, send
from .half_request import HalfRequest, partial_size, until

UPLOADS = "api/bigupload/uploads"


@pytest.fixture
def data() -> bytes:
    return secrets.token_bytes(4 * 2**20)


def test_a_connection_that_breaks(
    client: httpx.Client, server: RunningServer, root: Path, data: bytes
) -> None:
    upload_id = create(client, "x", len(data))
    half = len(data) // 2
    target = f"api/upload_handlers?upload={upload_id}"
    request = HalfRequest(server, target, f"bytes 0-{len(data) - 1}/{len(data)}", len(data), data[:half])
    until(lambda: partial_size(root) > 0)
    request.socket.close()
    # As soon as the server has noticed, the same bytes may come again.
    until(lambda: send(client, upload_id, data, 0, len(data)).status_code == 200)
    assert client.post(f"{UPLOADS}/{upload_id}/complete").status_code == 200
    assert (root / "x").read_bytes() == data


def test_a_chunk_is_all_or_nothing(
    client: httpx.Client, server: RunningServer, root: Path, data: bytes
) -> None:
    upload_id = create(client, "x", len(data))
    target = f"api/upload_handlers?upload={upload_id}"
    request = HalfRequest(server, target, f"bytes 0-{len(data) - 1}/{len(data)}", len(data), data[:-1])
    until(lambda: partial_size(root) > 0)
    request.socket.close()
    assert client.get(f"{UPLOADS}/{upload_id}").json()["received"] == []


def test_a_plain_file_that_breaks_off_leaves_nothing(
    client: httpx.Client, server: RunningServer, root: Path, data: bytes
) -> None:
    head = [
        "POST /api/upload_handlers HTTP/1.1",
        f"Host: 127.0.0.1:{server.port}",
        f"Authorization: token {server.token}",
        f"Content-Length: {len(data)}",
        'Content-Disposition: attachment; filename="x"',
    ]
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall("\r\n".join([*head, "", ""]).encode() + data[:-1])
        until(lambda: partial_size(root) > 0)
    until(lambda: list(root.iterdir()) == [])
    until(lambda: client.get(UPLOADS).json()["uploads"] == [])


def test_two_writers_of_the_same_bytes(
    client: httpx.Client, server: RunningServer, root: Path, data: bytes
) -> None:
    upload_id = create(client, "x", len(data))
    target, whole = f"api/upload_handlers?upload={upload_id}", f"bytes 0-{len(data) - 1}/{len(data)}"
    first = HalfRequest(server, target, whole, len(data), data[:-1])
    until(lambda: partial_size(root) > 0)
    assert reason(send(client, upload_id, bytes(len(data)), 100, 200)) == (423, "locked")
    assert reason(client.post(f"{UPLOADS}/{upload_id}/complete")) == (423, "locked")
    first.socket.sendall(data[-1:])
    assert b" 200 " in first.answer()
    client.post(f"{UPLOADS}/{upload_id}/complete")
    assert (root / "x").read_bytes() == data


def test_two_senders_of_one_name(
    client: httpx.Client, server: RunningServer, root: Path, data: bytes
) -> None:
    half = len(data) // 2
    content_range = f"bytes 0-{half - 1}/{len(data)}"
    first = HalfRequest(server, "api/upload_handlers", content_range, half, data[: half - 1])
    until(lambda: partial_size(root) > 0)

    def second(start: int, end: int, sent: bytes) -> httpx.Response:
        headers = {"Content-Range": f"bytes {start}-{end - 1}/{len(data)}"}
        return client.post("api/upload_handlers", files={"files[]": ("x", sent)}, headers=headers)

    assert reason(second(0, half, bytes(half))) == (423, "locked")
    first.socket.sendall(data[half - 1 : half])
    assert b" 200 " in first.answer()
    refused = second(0, half, bytes(half))
    assert reason(refused) == (409, "offset_mismatch")
    assert refused.json()["offset"] == half
    assert second(half, len(data), data[half:]).status_code == 200
    assert (root / "x").read_bytes() == data


def test_cancel_ends_whoever_is_writing(
    client: httpx.Client, server: RunningServer, root: Path, data: bytes
) -> None:
    upload_id = create(client, "x", len(data))
    target = f"api/upload_handlers?upload={upload_id}"
    request = HalfRequest(server, target, f"bytes 0-{len(data) - 1}/{len(data)}", len(data), data[:-1])
    until(lambda: partial_size(root) > 0)
    assert client.delete(f"{UPLOADS}/{upload_id}").status_code == 204
    assert list(root.iterdir()) == []
    request.socket.sendall(data[-1:])
    assert b" 404 " in request.answer()
    assert list(root.iterdir()) == []


def test_a_connection_that_stalls_loses_its_place(start: Callable[..., RunningServer], data: bytes) -> None:
    server = start(config={"BigUpload": {"stalled_after": 0.3}})
    with client_of(server) as client:
        upload_id = create(client, "x", len(data))
        target = f"api/upload_handlers?upload={upload_id}"
        stalled = HalfRequest(
            server, target, f"bytes 0-{len(data) - 1}/{len(data)}", len(data), bytes(2**20 + 1)
        )
        until(lambda: partial_size(server.root) > 0)
        until(lambda: send(client, upload_id, data, 0, len(data)).status_code == 200)
        assert client.post(f"{UPLOADS}/{upload_id}/complete").status_code == 200
        assert (server.root / "x").read_bytes() == data
        stalled.socket.close()


def test_a_dead_connection_holds_up_no_file(start: Callable[..., RunningServer], data: bytes) -> None:
    """As a browser leaves it that sent a chunk again by itself, over a network that went away."""
    server = start(config={"BigUpload": {"stalled_after": 0.3}})
    with client_of(server) as client:
        upload_id = create(client, "x", len(data))
        send(client, upload_id, data, 0, len(data))
        target, whole = f"api/upload_handlers?upload={upload_id}", f"bytes 0-{len(data) - 1}/{len(data)}"
        dead = HalfRequest(server, target, whole, len(data), data[:1000])
        until(lambda: client.post(f"{UPLOADS}/{upload_id}/complete").status_code == 200)
        assert (server.root / "x").read_bytes() == data
        dead.socket.close()


def test_the_server_is_killed_and_comes_back(start: Callable[..., RunningServer], data: bytes) -> None:
    server = start()
    quarter = len(data) // 4
    with client_of(server) as client:
        upload_id = create(client, "x", len(data))
        send(client, upload_id, data, quarter, 2 * quarter)
        send(client, upload_id, data, 3 * quarter, len(data))
        target = f"api/upload_handlers?upload={upload_id}"
        content_range = f"bytes 0-{quarter - 1}/{len(data)}"
        HalfRequest(server, target, content_range, quarter, bytes(quarter - 1))
        client.post(
            "api/upload_handlers",
            files={"files[]": ("plain", data[:quarter])},
            headers={"Content-Range": f"bytes 0-{quarter - 1}/{2 * quarter}"},
        )
        server.kill()
        assert not (server.root / "x").exists()
        server.start()
        (plain, upload) = sorted(client.get(UPLOADS).json()["uploads"], key=lambda one: one["path"])
        assert upload["received"] == [[quarter, 2 * quarter], [3 * quarter, len(data)]]
        assert plain["received"] == [[0, quarter]]
        send(client, upload_id, data, 0, quarter)
        send(client, upload_id, data, 2 * quarter, 3 * quarter)
        assert client.post(f"{UPLOADS}/{upload_id}/complete").status_code == 200
        assert (server.root / "x").read_bytes() == data
        client.post(
            "api/upload_handlers",
            files={"files[]": ("plain", data[quarter : 2 * quarter])},
            headers={"Content-Range": f"bytes {quarter}-{2 * quarter - 1}/{2 * quarter}"},
        )
        assert (server.root / "plain").read_bytes() == data[: 2 * quarter]


def test_bytes_lost_while_the_server_was_down_are_asked_for_again(
    start: Callable[..., RunningServer], data: bytes
) -> None:
    server = start()
    with client_of(server) as client:
        upload_id = create(client, "x", len(data))
        send(client, upload_id, data, 0, 1000)
        send(client, upload_id, data, 1000, len(data))
        server.kill()
        (partial,) = server.root.glob(".*.bigupload")
        with partial.open("r+b") as file:
            file.truncate(len(data) - 1)
        server.start()
        assert client.get(f"{UPLOADS}/{upload_id}").json()["received"] == [[0, 1000]]
        send(client, upload_id, data, 1000, len(data))
        client.post(f"{UPLOADS}/{upload_id}/complete")
        assert (server.root / "x").read_bytes() == data


def test_a_server_that_died_before_an_upload_was_begun(
    start: Callable[..., RunningServer], data: bytes
) -> None:
    server = start()
    with client_of(server) as client:
        upload_id = create(client, "x", len(data))
        server.kill()
        (record,) = server.data_dir.rglob(f"{upload_id}.json")
        record.write_bytes(encode(replace(decode(record.read_bytes()), handle=None, owner="")))
        next(server.root.glob(".*.bigupload")).unlink()
        server.start()
        assert client.get(UPLOADS).json()["uploads"][0]["received"] == []
        assert send(client, upload_id, data, 0, len(data)).status_code == 200
        assert client.post(f"{UPLOADS}/{upload_id}/complete").status_code == 200
        assert (server.root / "x").read_bytes() == data


def test_forgotten_uploads_are_swept(start: Callable[..., RunningServer], data: bytes) -> None:
    server = start(config={"BigUpload": {"expire_after": 1.0}})
    with client_of(server) as client:
        forgotten = create(client, "forgotten", len(data))
        send(client, forgotten, data, 0, 1000)
        done = create(client, "done", 3)
        send(client, done, b"abc", 0, 3)
        client.post(f"{UPLOADS}/{done}/complete")
        server.stop()
        time.sleep(1.1)
        server.start()
        until(lambda: [path.name for path in server.root.iterdir()] == ["done"])
        assert client.get(f"{UPLOADS}/{forgotten}").status_code == 404


def test_a_doomed_body_is_refused_before_it_comes(server: RunningServer, root: Path) -> None:
    head = [
        "POST /api/upload_handlers/missing HTTP/1.1",
        f"Host: 127.0.0.1:{server.port}",
        f"Authorization: token {server.token}",
        f"Content-Length: {50 * 2**30}",
        'Content-Disposition: attachment; filename="x"',
    ]
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall("\r\n".join([*head, "", ""]).encode())
        answer = connection.recv(4096)
    assert b" 404 " in answer.split(b"\r\n")[0]
    assert b"folder_missing" in answer


def test_memory_stays_flat_and_others_are_answered(start: Callable[..., RunningServer]) -> None:
    server = start()
    size, chunk = 512 * 2**20, 32 * 2**20
    body = secrets.token_bytes(chunk)

    def memory(field: str) -> int:
        status = Path(f"/proc/{server.pid}/status").read_text()
        return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith(field))

    with client_of(server) as client:
        upload_id = create(client, "x", size)
        assert client.get("api/status").status_code == 200
        before = memory("VmRSS")

        def one(start_: int) -> int:
            content_range = f"bytes {start_}-{start_ + chunk - 1}/{size}"
            return client.post(
                f"api/upload_handlers?upload={upload_id}",
                content=body,
                headers={"Content-Range": content_range},
            ).status_code

        with ThreadPoolExecutor(3) as pool:
            sending = [pool.submit(one, at) for at in range(0, size, chunk)]
            answered = 0
            while not all(task.done() for task in sending):
                answered += client.get("api/status").status_code == 200
            assert {task.result() for task in sending} == {200}
        assert answered > 0
        assert memory("VmHWM") - before <= 64 * 2**20
        assert client.post(f"{UPLOADS}/{upload_id}/complete").status_code == 200
