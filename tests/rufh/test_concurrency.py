"""Section 4.6: two requests at once. And servers that die, and disks that are full."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.http.half_request import until
from tests.support.server import RunningServer
from tests.support.small_disk import small_disk

from .conftest import BLOCK, PIECE
from .draft import PARTIAL, Draft
from .exchange import Connection


def half_append(draft: Draft, connection: Connection, url: str, data: bytes, length: int) -> None:
    """Send an append of `length` bytes, but only `data` of it, and return when that has come."""
    headers = draft.headers(complete=True, offset=0, content_type=PARTIAL)
    connection.send_head("PATCH", url, {**headers, "Content-Length": str(length)})
    connection.send(data)
    until(lambda: draft.received(url) >= PIECE - BLOCK)


def test_4_6_to_ask_for_the_offset_ends_who_writes(each: Draft, root: Path) -> None:
    """SHOULD terminate the previous request; MUST NOT send outdated information about the offset."""
    data = secrets.token_bytes(3 * PIECE)
    url = each.begin("a.bin")
    with each.connect() as older:
        half_append(each, older, url, data[: PIECE + 100], len(data))
        offset = each.offset(url)
        assert PIECE - BLOCK <= offset <= PIECE + 100
        older.send(data[PIECE + 100 :])
        assert older.read().final.status == 423
        assert each.offset(url) == offset
    # The offset MUST be accepted in a subsequent request.
    assert each.append(url, offset, data[offset:], complete=True).final.status == 201
    assert (root / "a.bin").read_bytes() == data


def test_4_6_a_newer_append_ends_an_older_one(each: Draft, root: Path) -> None:
    data = secrets.token_bytes(3 * PIECE)
    url = each.begin("a.bin")
    with each.connect() as older:
        half_append(each, older, url, data[:PIECE], len(data))
        # It does not know how far the older one has come: the answer says it, and it holds.
        answer = each.append(url, 1, data[1:], complete=True).final
        assert answer.status == 409
        offset = int(answer["Upload-Offset"])
        assert each.append(url, offset, data[offset:], complete=True).final.status == 201
        older.send(data[PIECE:])
        assert older.read().final.status in {404, 423}
    assert (root / "a.bin").read_bytes() == data


def test_4_6_a_creation_is_ended_too(each: Draft, root: Path) -> None:
    data = secrets.token_bytes(2 * BLOCK)
    with each.connect() as older:
        head = {**each.headers(complete=True), "Content-Length": str(len(data))}
        older.send_head("POST", each.target("?path=a.bin"), head)
        older.send(data[:1000])
        url = older.read_one()["Location"]
        offset = each.offset(url)
        assert each.append(url, offset, data[offset:], complete=True).final.status == 201
    assert (root / "a.bin").read_bytes() == data


def test_4_6_many_at_once_leave_one_file(draft: Draft, root: Path) -> None:
    """MUST prevent race conditions, data loss and corruption from concurrent requests."""
    data = secrets.token_bytes(4 * BLOCK)
    url = draft.begin("a.bin", length=len(data))

    def go_on() -> None:
        while True:
            head = draft.head(url).final
            if head.status == 204 and head["Upload-Complete"] == "?1":
                return
            if head.status == 204:
                at = int(head["Upload-Offset"])
                draft.append(url, at, data[at : at + 50_000], complete=at + 50_000 >= len(data))

    threads = [threading.Thread(target=go_on) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (root / "a.bin").read_bytes() == data


def test_two_ends_at_once(draft: Draft, root: Path) -> None:
    """Each is told what became of the file, or to ask; none of a failure."""
    url = draft.begin("a.bin", b"abc")
    statuses = []
    ends = [
        threading.Thread(target=lambda: statuses.append(draft.append(url, 3, complete=True).final.status))
        for _ in range(5)
    ]
    for end in ends:
        end.start()
    for end in ends:
        end.join()
    assert 201 in statuses
    assert set(statuses) <= {201, 423}
    assert (root / "a.bin").read_bytes() == b"abc"


@pytest.mark.parametrize("version", [3, 6, 9])
def test_a_server_that_dies_in_the_middle_of_content(
    start: Callable[..., RunningServer], version: int
) -> None:
    """Nothing that was told of is lost."""
    server = start(config={"BigUpload": {"block_size": BLOCK, "min_free_space": 0}})
    draft = Draft(server, version)
    data = secrets.token_bytes(3 * PIECE)
    with draft.connect() as connection:
        head = {**draft.headers(complete=True), "Content-Length": str(len(data))}
        connection.send_head("POST", draft.target("?path=a.bin"), head)
        url = connection.read_one()["Location"]
        connection.send(data[: 2 * PIECE + 1000])
        until(lambda: draft.received(url) >= 2 * PIECE - BLOCK)
        server.kill()
    server.start()
    offset = draft.offset(url)
    assert 2 * PIECE - BLOCK <= offset <= 2 * PIECE + 1000
    assert draft.append(url, offset, data[offset:], complete=True).final.status == 201
    assert (server.root / "a.bin").read_bytes() == data


def test_a_full_disk(draft: Draft, root: Path) -> None:
    """What has come stays, and goes on once there is room."""
    data = secrets.token_bytes(6 * BLOCK)
    with small_disk(root / "small", 4 * BLOCK) as folder:
        url = draft.begin("small/a.bin")
        with draft.connect() as connection:
            headers = draft.headers(complete=True, offset=0, content_type=PARTIAL)
            connection.send_head("PATCH", url, {**headers, "Transfer-Encoding": "chunked"})
            connection.send_chunk(data)
            connection.send(b"0\r\n\r\n")
            answer = connection.read().final
        assert (answer.status, answer.fields["reason"]) == (507, "no_space")
        assert answer["Upload-Complete"] == "?0"
        offset = draft.offset(url)
        assert 0 < offset <= 4 * BLOCK
        rest = data[offset : 3 * BLOCK + BLOCK // 2]
        assert draft.append(url, offset, rest, complete=True).final.status == 201
        assert (folder / "a.bin").read_bytes() == data[: offset + len(rest)]
