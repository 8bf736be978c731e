"""Long bodies in one request, kept block by block, and digests that come afterwards."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.forked_server import ForkedServer
from tests.support.server import RunningServer

from .conftest import client_of, create, reason
from .half_request import HalfRequest, partial_size, until
from .verified import composite, digest, send_verified

UPLOADS = "api/bigupload/uploads"
BLOCK = 2**18
SIZE = 5 * BLOCK + 1000


@pytest.fixture(scope="module")
def blocks_server() -> Iterator[RunningServer]:
    with ForkedServer(config={"BigUpload": {"block_size": BLOCK}}) as running:
        yield running


@pytest.fixture
def root(blocks_server: RunningServer) -> Path:
    return blocks_server.root


@pytest.fixture
def client(blocks_server: RunningServer) -> Iterator[httpx.Client]:
    with client_of(blocks_server) as client:
        yield client


@pytest.fixture
def data() -> bytes:
    return secrets.token_bytes(SIZE)


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    return f"{request.node.name}.bin"


def send_whole(client: httpx.Client, upload_id: str, data: bytes, **headers: str) -> httpx.Response:
    return send_rest(client, upload_id, data, 0, **headers)


def send_rest(
    client: httpx.Client, upload_id: str, data: bytes, start: int, **headers: str
) -> httpx.Response:
    return client.post(
        "api/upload_handlers",
        params={"upload": upload_id},
        content=data[start:],
        headers={"Content-Range": f"bytes {start}-{len(data) - 1}/{len(data)}", **headers},
    )


def break_off(server: RunningServer, target: str, data: bytes, sent: bytes, name: str = "x") -> None:
    """Send only a part of a whole body, and close the connection."""
    content_range = f"bytes 0-{len(data) - 1}/{len(data)}"
    HalfRequest(server, target, content_range, len(data), sent, name=name).socket.close()


def status(client: httpx.Client, upload_id: str) -> dict[str, Any]:
    answer: dict[str, Any] = client.get(f"{UPLOADS}/{upload_id}").json()
    return answer


def complete(client: httpx.Client, upload_id: str, **fields: object) -> httpx.Response:
    return client.post(f"{UPLOADS}/{upload_id}/complete", json=fields)


def digests(data: bytes, parts: list[list[Any]]) -> list[list[Any]]:
    """What the client says of the same parts."""
    return [[start, end, str(digest(data[start:end]))] for start, end, _ in parts]


def test_a_whole_file_in_one_request(client: httpx.Client, root: Path, data: bytes, name: str) -> None:
    upload_id = create(client, name, SIZE, digests=["xxh3-128"])
    receipt = send_whole(client, upload_id, data)
    assert receipt.json()["received"] == [[0, SIZE]]
    upload = status(client, upload_id)
    assert upload["parts"] == digests(data, upload["parts"])
    assert [part[1] for part in upload["parts"]] == [*range(BLOCK, SIZE, BLOCK), SIZE]
    assert upload["unconfirmed"] == [[start, end] for start, end, _ in upload["parts"]]

    assert reason(complete(client, upload_id)) == (400, "digest_missing")
    assert not (root / name).exists(), "nobody has said yet that this is what was sent"
    assert complete(client, upload_id, composite=composite(upload)).json()["state"] == "done"
    assert (root / name).read_bytes() == data


def test_only_the_wrong_blocks_are_sent_again(
    client: httpx.Client, root: Path, data: bytes, name: str
) -> None:
    damaged = bytearray(data)
    damaged[3 * BLOCK + 17] ^= 1
    upload_id = create(client, name, SIZE, digests=["xxh3-128"])
    assert send_whole(client, upload_id, bytes(damaged)).status_code == 200
    parts = status(client, upload_id)["parts"]
    true_parts = digests(data, parts)
    wanted = composite({"parts": true_parts})
    differs = complete(client, upload_id, composite=wanted)
    assert reason(differs) == (409, "composite_mismatch")
    assert differs.json()["unconfirmed"] == [part[:2] for part in parts]
    missing = complete(client, upload_id, composite=wanted, digests=true_parts)
    assert reason(missing) == (409, "incomplete")
    assert missing.json()["missing"] == [[3 * BLOCK, 4 * BLOCK]]
    assert status(client, upload_id)["unconfirmed"] == [], "of the others the client has said it"
    assert not (root / name).exists()

    assert send_verified(client, upload_id, data, (3 * BLOCK, 4 * BLOCK)).status_code == 200
    assert complete(client, upload_id, composite=wanted).status_code == 200
    assert (root / name).read_bytes() == data


def test_every_part_must_be_stated(client: httpx.Client, root: Path, data: bytes, name: str) -> None:
    upload_id = create(client, name, SIZE, digests=["xxh3-128"])
    send_whole(client, upload_id, data)
    stated = digests(data, status(client, upload_id)["parts"])
    assert reason(complete(client, upload_id, digests=stated[1:])) == (400, "digest_missing")
    other = [[start, end, str(digest(data[start:end], "sha-256"))] for start, end, _ in stated]
    assert reason(complete(client, upload_id, digests=other)) == (400, "digest_missing")
    for malformed in ("x", [1], [[0, 1]], [[0, -1, stated[0][2]]], [[0, 1, "x"]], {"a": 1}):
        assert reason(complete(client, upload_id, digests=malformed)) == (400, "malformed")
    assert not (root / name).exists()
    assert complete(client, upload_id, digests=stated).status_code == 200
    assert (root / name).read_bytes() == data


def test_what_was_verified_and_differs_is_no_upload_any_more(
    client: httpx.Client, root: Path, data: bytes, name: str
) -> None:
    upload_id = create(client, name, SIZE, digests=["xxh3-128"])
    assert send_verified(client, upload_id, data, (0, BLOCK)).status_code == 200
    assert send_rest(client, upload_id, data, BLOCK).status_code == 200
    stated = digests(data, status(client, upload_id)["parts"])
    stated[0][2] = str(digest(data[1 : BLOCK + 1]))
    answer = complete(client, upload_id, digests=stated)
    assert reason(answer) == (409, "composite_mismatch")
    assert answer.json()["unconfirmed"] == [], "they were stated: nothing that is said helps any more"
    assert not (root / name).exists()


def test_right_digests_do_not_make_up_for_a_wrong_composite(
    client: httpx.Client, root: Path, data: bytes, name: str
) -> None:
    """What was verified when it came may be of another version of the file."""
    upload_id = create(client, name, SIZE, digests=["xxh3-128"])
    other = secrets.token_bytes(SIZE)
    assert send_verified(client, upload_id, other, (0, BLOCK)).status_code == 200
    assert send_rest(client, upload_id, data, BLOCK).status_code == 200
    parts = status(client, upload_id)["parts"]
    wanted = composite({"parts": digests(data, parts)})
    stated = digests(data, parts[1:])
    answer = complete(client, upload_id, composite=wanted, digests=stated)
    assert reason(answer) == (409, "composite_mismatch")
    assert answer.json()["unconfirmed"] == []
    assert not (root / name).exists()


def test_a_body_that_breaks_off_is_kept_as_far_as_it_came(
    client: httpx.Client, blocks_server: RunningServer, root: Path, data: bytes, name: str
) -> None:
    upload_id = create(client, name, SIZE, digests=["xxh3-128"])
    sent = 3 * BLOCK + 12_345
    break_off(blocks_server, f"api/upload_handlers?upload={upload_id}", data, data[:sent])
    until(lambda: status(client, upload_id)["received"] == [[0, sent]])
    upload = status(client, upload_id)
    assert upload["parts"] == digests(data, upload["parts"])

    # What comes again is refused, and what is missing is taken, verified at once.
    assert reason(send_whole(client, upload_id, data)) == (409, "range_overlap")
    assert send_verified(client, upload_id, data, (sent, SIZE)).status_code == 200
    upload = status(client, upload_id)
    assert upload["unconfirmed"] == [[start, end] for start, end, _ in upload["parts"][:-1]]
    assert reason(complete(client, upload_id)) == (400, "digest_missing")
    assert complete(client, upload_id, composite=composite(upload)).status_code == 200
    assert (root / name).read_bytes() == data


def test_with_a_digest_it_is_all_or_nothing(
    client: httpx.Client, blocks_server: RunningServer, root: Path, data: bytes, name: str
) -> None:
    upload_id = create(client, name, SIZE, digests=["xxh3-128"])
    target = f"api/upload_handlers?upload={upload_id}"
    headers = {"Content-Digest": str(digest(data))}
    content_range = f"bytes 0-{SIZE - 1}/{SIZE}"
    half = HalfRequest(blocks_server, target, content_range, SIZE, data[: 3 * BLOCK], headers=headers)
    until(lambda: partial_size(root) > 0)
    half.socket.close()
    wrong = {"Content-Digest": str(digest(data[1:]))}
    until(lambda: reason(send_whole(client, upload_id, data, **wrong)) == (400, "digest_mismatch"))
    assert status(client, upload_id)["received"] == []
    assert send_whole(client, upload_id, data, **headers).status_code == 200
    upload = status(client, upload_id)
    assert upload["parts"] == [[0, SIZE, str(digest(data))]]
    assert upload["unconfirmed"] == []
    assert complete(client, upload_id).status_code == 200
    assert (root / name).read_bytes() == data


def test_a_short_chunk_still_needs_its_digest(client: httpx.Client, data: bytes, name: str) -> None:
    upload_id = create(client, name, BLOCK, digests=["xxh3-128"])
    assert reason(send_whole(client, upload_id, data[:BLOCK])) == (400, "digest_missing")


def test_plain_clients_go_on_where_their_one_request_broke_off(
    client: httpx.Client, blocks_server: RunningServer, root: Path, data: bytes, name: str
) -> None:
    sent = 2 * BLOCK + 7
    break_off(blocks_server, "api/upload_handlers", data, data[:sent], name)

    def size() -> int:
        there = client.get("api/upload_handlers", params={"file": name}).json()["file"]
        return 0 if there is None else int(there["size"])

    until(lambda: size() == sent)
    answer = client.post(
        "api/upload_handlers",
        content=data[sent:],
        headers={
            "Content-Range": f"bytes {sent}-{SIZE - 1}/{SIZE}",
            "Content-Disposition": f'attachment; filename="{name}"',
        },
    )
    assert answer.status_code == 200, answer.text
    assert (root / name).read_bytes() == data


def test_a_cancelled_upload_ends_a_long_body(
    client: httpx.Client, blocks_server: RunningServer, root: Path, data: bytes, name: str
) -> None:
    upload_id = create(client, name, SIZE)
    before = set(root.iterdir())
    content_range = f"bytes 0-{SIZE - 1}/{SIZE}"
    target = f"api/upload_handlers?upload={upload_id}"
    half = HalfRequest(blocks_server, target, content_range, SIZE, data[:-1])
    until(lambda: status(client, upload_id)["received_bytes"] >= 3 * BLOCK)
    assert client.delete(f"{UPLOADS}/{upload_id}").status_code == 204
    half.socket.sendall(data[-1:])
    assert b" 404 " in half.answer()
    assert set(root.iterdir()) < before, "its partial is gone"


def test_a_killed_server_has_all_blocks_but_the_last_two(
    start: Callable[..., RunningServer], data: bytes, name: str
) -> None:
    server = start(config={"BigUpload": {"block_size": BLOCK}})
    with client_of(server) as client:
        upload_id = create(client, name, SIZE, digests=["xxh3-128"])
        content_range = f"bytes 0-{SIZE - 1}/{SIZE}"
        target = f"api/upload_handlers?upload={upload_id}"
        half = HalfRequest(server, target, content_range, SIZE, data[:-1])
        until(lambda: status(client, upload_id)["received_bytes"] >= 3 * BLOCK)
        server.kill()
        half.socket.close()
        server.start()
    with client_of(server) as client:
        upload = status(client, upload_id)
        assert upload["received"][0][1] >= 3 * BLOCK
        assert upload["unconfirmed"], "the record knows it, too"
        for start_, end in gaps(upload["received"], SIZE):
            assert send_verified(client, upload_id, data, (start_, end)).status_code == 200
        assert reason(complete(client, upload_id)) == (400, "digest_missing")
        upload = status(client, upload_id)
        assert complete(client, upload_id, composite=composite(upload)).status_code == 200
        assert (server.root / name).read_bytes() == data


def gaps(received: list[list[int]], size: int) -> Iterator[tuple[int, int]]:
    at = 0
    for start, end in [*received, [size, size]]:
        if at < start:
            yield at, start
        at = end


def test_no_whole_bodies_where_only_small_chunks_are_wanted(start: Callable[..., RunningServer]) -> None:
    server = start(config={"BigUpload": {"chunk_size": 2**20}})
    with client_of(server) as client:
        answer = client.post(UPLOADS, json={"path": "x", "size": 10**9}).json()
        assert answer["block_size"] is None
