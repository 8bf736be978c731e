"""Every byte verified: on its way, at the end, and after the machine went down."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from jupyter_bigupload.digests import Digest
from jupyter_bigupload.uploads.records.format import decode, encode
from tests.support.server import RunningServer

from .conftest import client_of, create, reason, send
from .verified import composite, digest, send_verified

UPLOADS = "api/bigupload/uploads"
OFFERED = ["xxh3-128", "sha-256"]


@pytest.fixture
def data() -> bytes:
    return secrets.token_bytes(3_000_000)


def another_boot(server: RunningServer) -> None:
    """Make all records of a server that is down look as if the machine had been started anew since."""
    for path in server.data_dir.rglob("bigupload/*/*.json"):
        path.write_bytes(encode(replace(decode(path.read_bytes()), boot="another")))


def flip(path: Path, at: int) -> None:
    """Change one bit of a file, as a failing disk would."""
    with path.open("r+b") as file:
        file.seek(at)
        (byte,) = file.read(1)
        file.seek(at)
        file.write(bytes([byte ^ 1]))


@pytest.mark.parametrize(
    ("offered", "agreed"),
    [(OFFERED, "xxh3-128"), (["crc32c", "sha-256"], "sha-256"), (["crc32c"], None), ([], None)],
)
def test_the_two_sides_agree(
    client: httpx.Client, root: Path, offered: list[str], agreed: str | None
) -> None:
    upload_id = create(client, "x", 10, digests=offered)
    assert client.get(f"{UPLOADS}/{upload_id}").json()["digest"] == agreed


@pytest.mark.parametrize("offered", ["xxh3-128", {"a": 1}, [1], [None]])
def test_what_is_no_list_of_names(client: httpx.Client, root: Path, offered: object) -> None:
    answer = client.post(UPLOADS, json={"path": "x", "size": 1, "digests": offered})
    assert reason(answer) == (400, "malformed")


@pytest.mark.parametrize("algorithm", OFFERED)
def test_the_whole_way(client: httpx.Client, root: Path, data: bytes, algorithm: str) -> None:
    upload_id = create(client, "x", len(data), digests=[algorithm])
    half = len(data) // 2
    for start, end in [(half, len(data)), (0, half)]:
        stated = digest(data[start:end], algorithm)
        assert send_verified(client, upload_id, data, (start, end), stated).status_code == 200
    upload = client.get(f"{UPLOADS}/{upload_id}").json()
    assert upload["parts"] == [
        [0, half, str(digest(data[:half], algorithm))],
        [half, len(data), str(digest(data[half:], algorithm))],
    ]
    answer = client.post(f"{UPLOADS}/{upload_id}/complete", json={"composite": composite(upload)})
    assert answer.json()["state"] == "done"
    assert answer.json()["composite"] == composite(upload)
    assert (root / "x").read_bytes() == data


def test_a_list_has_no_parts(client: httpx.Client, root: Path, data: bytes) -> None:
    upload_id = create(client, "x", len(data))
    assert "parts" not in send(client, upload_id, data, 0, 1000).json()
    assert "parts" not in client.get(UPLOADS).json()["uploads"][0]


def test_sha_256_is_always_accepted(client: httpx.Client, root: Path, data: bytes) -> None:
    upload_id = create(client, "x", len(data), digests=OFFERED)
    stated = digest(data, "sha-256")
    assert send_verified(client, upload_id, data, (0, len(data)), stated).status_code == 200
    wrong = digest(b"", "sha-256")
    other = create(client, "y", len(data), digests=OFFERED)
    assert reason(send_verified(client, other, data, (0, len(data)), wrong)) == (400, "digest_mismatch")


def test_a_chunk_without_the_digest_that_was_agreed_on(client: httpx.Client, root: Path, data: bytes) -> None:
    upload_id = create(client, "x", len(data), digests=OFFERED)
    assert reason(send(client, upload_id, data, 0, 1000)) == (400, "digest_missing")
    assert reason(send_verified(client, upload_id, data, (0, 1000), "crc32c=:AAAA:")) == (
        400,
        "digest_missing",
    )
    assert reason(send_verified(client, upload_id, data, (0, 1000), "xxh3-128")) == (400, "malformed")
    assert client.get(f"{UPLOADS}/{upload_id}").json()["received"] == []


@pytest.mark.parametrize("offered", [[], OFFERED])
def test_a_wrong_byte_is_found_and_the_chunk_can_come_again(
    client: httpx.Client, root: Path, data: bytes, offered: list[str]
) -> None:
    upload_id = create(client, "x", len(data), digests=offered)
    for at in (0, 1_234_567, len(data) - 1):
        wrong = bytearray(data)
        wrong[at] ^= 0x10
        answer = send_verified(client, upload_id, bytes(wrong), (0, len(data)), digest(data))
        assert reason(answer) == (400, "digest_mismatch")
        assert answer.json()["retryable"]
        assert client.get(f"{UPLOADS}/{upload_id}").json()["received"] == []
    assert send_verified(client, upload_id, data, (0, len(data))).status_code == 200
    assert client.post(f"{UPLOADS}/{upload_id}/complete").status_code == 200
    assert (root / "x").read_bytes() == data


def test_a_plain_body_is_verified_too(client: httpx.Client, root: Path, data: bytes) -> None:
    def upload(stated: Digest) -> httpx.Response:
        headers = {"Content-Disposition": 'attachment; filename="x"', "Content-Digest": str(stated)}
        return client.post("api/upload_handlers", content=data, headers=headers)

    assert reason(upload(digest(b"something else", "sha-256"))) == (400, "digest_mismatch")
    assert list(root.iterdir()) == []
    assert upload(digest(data, "sha-256")).status_code == 200
    assert (root / "x").read_bytes() == data


def test_another_composite_is_no_file(client: httpx.Client, root: Path, data: bytes) -> None:
    upload_id = create(client, "x", len(data), digests=OFFERED)
    send_verified(client, upload_id, data, (0, len(data)))
    answer = client.post(f"{UPLOADS}/{upload_id}/complete", json={"composite": "0" * 64})
    assert reason(answer) == (409, "composite_mismatch")
    assert not (root / "x").exists()
    assert client.post(f"{UPLOADS}/{upload_id}/complete").status_code == 200


def settled(client: httpx.Client, upload_id: str) -> dict[str, Any]:
    """The upload once it has been read back."""
    for _ in range(600):
        answer = client.get(f"{UPLOADS}/{upload_id}")
        if answer.status_code != 503:
            upload: dict[str, Any] = answer.json()
            return upload
        assert reason(answer) == (503, "checking")
        time.sleep(0.1)
    raise AssertionError("it never ended")


def test_after_another_boot_what_is_damaged_is_asked_for_again(
    start: Callable[..., RunningServer], data: bytes
) -> None:
    server = start()
    third = len(data) // 3
    with client_of(server) as client:
        upload_id = create(client, "x", len(data), digests=OFFERED)
        for at in range(0, len(data), third):
            send_verified(client, upload_id, data, (at, at + third))
        server.kill()
        (partial,) = server.root.glob(".*.bigupload")
        flip(partial, third + 5)
        server.start()
        # The same machine, still running: what was acknowledged there is on its disk.
        assert client.get(f"{UPLOADS}/{upload_id}").json()["received"] == [[0, len(data)]]
        server.kill()
        another_boot(server)
        server.start()
        assert settled(client, upload_id)["received"] == [[0, third], [2 * third, len(data)]]
        assert send_verified(client, upload_id, data, (third, 2 * third)).status_code == 200
        upload = settled(client, upload_id)
        answer = client.post(f"{UPLOADS}/{upload_id}/complete", json={"composite": composite(upload)})
        assert answer.status_code == 200
        assert (server.root / "x").read_bytes() == data


def test_after_another_boot_a_file_that_has_its_name_keeps_it(
    start: Callable[..., RunningServer], data: bytes
) -> None:
    server = start()
    with client_of(server) as client:
        upload_id = create(client, "x", len(data))
        send(client, upload_id, data, 0, len(data))
        server.kill()
        (record,) = server.data_dir.rglob(f"{upload_id}.json")
        # As a server leaves it that dies between the rename and the record of it.
        upload = decode(record.read_bytes())
        record.write_bytes(encode(replace(upload, state=type(upload.state).COMPLETING, boot="another")))
        next(server.root.glob(".*.bigupload")).rename(server.root / "x")
        server.start()
        assert client.post(f"{UPLOADS}/{upload_id}/complete").json()["state"] == "done"
        assert (server.root / "x").read_bytes() == data


def test_read_back_finds_what_the_disk_changed(start: Callable[..., RunningServer], data: bytes) -> None:
    server = start(config={"BigUpload": {"read_back": True}})
    half = len(data) // 2
    with client_of(server) as client:
        upload_id = create(client, "x", len(data), digests=OFFERED)
        send_verified(client, upload_id, data, (0, half))
        send_verified(client, upload_id, data, (half, len(data)))
        (partial,) = server.root.glob(".*.bigupload")
        flip(partial, half)
        answer = client.post(f"{UPLOADS}/{upload_id}/complete")
        assert reason(answer) == (409, "incomplete")
        assert answer.json()["missing"] == [[half, len(data)]]
        assert not (server.root / "x").exists()
        send_verified(client, upload_id, data, (half, len(data)))
        assert client.post(f"{UPLOADS}/{upload_id}/complete").status_code == 200
        assert (server.root / "x").read_bytes() == data


def test_a_damaged_record_is_never_believed_and_leaves_nothing(
    start: Callable[..., RunningServer], data: bytes
) -> None:
    server = start()
    with client_of(server) as client:
        damaged = create(client, "x", len(data))
        sound = create(client, "y", len(data))
        for upload_id in (damaged, sound):
            send(client, upload_id, data, 0, 1000)
        server.kill()
        (record,) = server.data_dir.rglob(f"{damaged}.json")
        flip(record, 100)
        server.start()
        assert reason(client.get(f"{UPLOADS}/{damaged}")) == (404, "not_found")
        # Locked while the sweep at the start takes it away.
        assert reason(send(client, damaged, data, 1000, 2000)) in {(404, "not_found"), (423, "locked")}
        assert [upload["id"] for upload in client.get(UPLOADS).json()["uploads"]] == [sound]
        # And nothing else.
        deadline = time.monotonic() + 60
        while list(server.data_dir.rglob(f"{damaged}*")) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert list(server.data_dir.rglob(f"{damaged}*")) == []
        (partial,) = server.root.iterdir()
        assert partial.match(f".y.{sound}-*.bigupload")


def test_a_damaged_line_of_the_log_costs_its_chunk_alone(
    start: Callable[..., RunningServer], data: bytes
) -> None:
    server = start()
    with client_of(server) as client:
        upload_id = create(client, "x", len(data))
        for at in (0, 1000, 2000):
            send(client, upload_id, data, at, at + 1000)
        server.kill()
        (log,) = server.data_dir.rglob(f"{upload_id}.parts")
        flip(log, log.read_bytes().index(b"\n1000 2000 ") + 3)
        server.start()
        assert client.get(f"{UPLOADS}/{upload_id}").json()["received"] == [[0, 1000], [2000, 3000]]
        send(client, upload_id, data, 1000, 2000)
        assert client.get(f"{UPLOADS}/{upload_id}").json()["received"] == [[0, 3000]]


def test_the_digest_of_a_finished_file(client: httpx.Client, root: Path, data: bytes) -> None:
    (root / "a folder").mkdir()
    (root / "a folder" / "ü").write_bytes(data)
    for algorithm in OFFERED:
        answer = client.get("api/bigupload/digest", params={"path": "a folder/ü", "algorithm": algorithm})
        assert answer.status_code == 200
        assert answer.json() == {"digest": str(digest(data, algorithm)), "size": len(data)}
    (root / "a folder" / "ü").write_bytes(b"changed")
    answer = client.get("api/bigupload/digest", params={"path": "a folder/ü"})
    assert answer.json() == {"digest": str(digest(b"changed", "sha-256")), "size": 7}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"path": "missing"}, (404, "not_found")),
        ({"path": "folder"}, (404, "not_found")),
        ({"path": "folder/x", "algorithm": "crc32c"}, (400, "malformed")),
        ({"path": "folder/x", "destination": "elsewhere"}, (501, "unsupported")),
        ({"path": "../x"}, (403, "outside_root")),
        ({"path": ".hidden"}, (403, "hidden")),
        ({"path": ""}, (400, "invalid_name")),
    ],
)
def test_files_that_have_no_digest(
    client: httpx.Client, root: Path, query: dict[str, str], expected: tuple[int, str]
) -> None:
    (root / "folder").mkdir()
    (root / "folder" / "x").write_bytes(b"x")
    (root / ".hidden").write_bytes(b"x")
    assert reason(client.get("api/bigupload/digest", params=query)) == expected


def test_what_exists_tells_its_size(client: httpx.Client, root: Path) -> None:
    (root / "x").write_bytes(b"12345")
    answer = client.post(UPLOADS, json={"path": "x", "size": 5})
    assert reason(answer) == (409, "exists")
    assert answer.json()["size"] == 5


def test_the_limit_of_all_unfinished_uploads(start: Callable[..., RunningServer]) -> None:
    server = start(config={"BigUpload": {"max_unfinished_size": 1000}})
    with client_of(server) as client:
        first = create(client, "x", 600)
        answer = client.post(UPLOADS, json={"path": "y", "size": 401})
        assert reason(answer) == (507, "quota_exceeded")
        assert (answer.json()["limit"], answer.json()["used"]) == (1000, 600)
        create(client, "y", 400)
        endless = client.post(
            "api/upload_handlers",
            content=(bytes(100) for _ in range(20)),
            headers={"Content-Disposition": 'attachment; filename="z"'},
        )
        assert reason(endless) == (413, "too_large")
        client.delete(f"{UPLOADS}/{first}")
        create(client, "z", 600)
