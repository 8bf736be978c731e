"""Section 5 and "Draft Version Identification": 104 responses, and who gets them."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest

from tests.http.half_request import until

from .conftest import BLOCK, PIECE
from .draft import PARTIAL, VERSIONS, Draft


def test_a_104_has_the_version_that_the_client_sent(each: Draft, root: Path) -> None:
    """MUST send the interop version in the 104 response."""
    answers = each.create("a.bin", secrets.token_bytes(2 * BLOCK), complete=True)
    versions = {answer["Upload-Draft-Interop-Version"] for answer in answers.announced}
    assert versions == {str(each.version)}


@pytest.mark.parametrize("version", ["", "2", "10", "99", "7.0", "?1", '"8"', "8, 8", "-8", "8;", "1" * 40])
def test_no_104_for_another_version_or_none(draft: Draft, root: Path, version: str) -> None:
    """MUST NOT send a 104 when the version is missing or mismatching."""
    answers = draft.create(
        "a.bin",
        secrets.token_bytes(2 * BLOCK),
        complete=True,
        more={"Upload-Draft-Interop-Version": version, "Upload-Complete": "?1"},
    )
    assert answers.final.status == 201
    assert answers.final["Upload-Complete"] == "?1"
    assert not answers.interim


def test_no_interim_response_for_http_1_0(each: Draft, root: Path) -> None:
    """RFC 9110, section 15.2: a server MUST NOT send one to a client of HTTP/1.0."""
    with each.connect(http="HTTP/1.0") as connection:
        head = {**each.headers(complete=True), "Content-Length": "3"}
        connection.send_head("POST", each.target("?path=a.bin"), head)
        connection.send(b"abc")
        answers = connection.read()
    assert answers.final.status == 201
    assert not answers.interim


def test_5_the_100_is_not_left_out_because_of_a_104(each: Draft, root: Path) -> None:
    """MUST NOT omit the `100 (Continue)` response."""
    with each.connect() as connection:
        head = {**each.headers(complete=True), "Content-Length": "3", "Expect": "100-continue"}
        connection.send_head("POST", each.target("?path=a.bin"), head)
        assert [connection.read_one().status, connection.read_one().status] == [104, 100]
        connection.send(b"abc")
        assert connection.read().final.status == 201


def test_4_2_2_the_announcement_comes_before_the_content(each: Draft, root: Path) -> None:
    """The interim response allows the client to resume even if the exchange is interrupted later."""
    with each.connect() as connection:
        head = {**each.headers(complete=True), "Content-Length": "3"}
        connection.send_head("POST", each.target("?path=a.bin"), head)
        url = connection.read_one()["Location"]
    assert each.append(url, each.offset(url), b"abc", complete=True).final.status == 201


@pytest.mark.parametrize("version", VERSIONS)
def test_4_4_2_progress(draft: Draft, root: Path, version: int) -> None:
    """SHOULD send the offset in 104 responses, which MUST NOT include `Location` (since -03, interop 5)."""
    client = Draft(draft.server, version)
    data = secrets.token_bytes(4 * BLOCK)
    url = client.begin("a.bin")
    answers = client.append(url, 0, data, complete=True)
    assert all(answer.get("Location") is None for answer in answers.announced)
    offsets = [int(answer["Upload-Offset"]) for answer in answers.announced]
    # Two blocks that end together are told of at once.
    assert offsets == sorted(set(offsets) - {0})
    assert offsets[-1:] == ([] if version in {3, 4} else [4 * BLOCK])
    assert (root / "a.bin").read_bytes() == data


def test_4_1_1_an_offset_that_was_told_is_a_guarantee(draft: Draft, root: Path) -> None:
    """A guarantee that no retransmission of it will be necessary, while the rest is still to come."""
    url = draft.begin("a.bin")
    with draft.connect() as connection:
        headers = draft.headers(complete=True, offset=0, content_type=PARTIAL)
        connection.send_head("PATCH", url, {**headers, "Content-Length": str(3 * PIECE)})
        connection.send(bytes(2 * PIECE + 10))
        told = 0
        while told < PIECE - BLOCK:
            told = int(connection.read_one()["Upload-Offset"])
        assert draft.received(url) >= told
    until(lambda: draft.received(url) == 2 * PIECE + 10)


def test_nothing_is_announced_where_nothing_was_created(each: Draft, root: Path) -> None:
    (root / "a.bin").write_bytes(b"old")
    answers = each.create("a.bin&on_conflict=fail", b"abc", complete=True)
    assert answers.final.status == 403
    assert not answers.interim
    assert answers.final.get("Location") is None


def test_a_connection_goes_on_after_a_104(each: Draft, root: Path) -> None:
    with each.connect() as connection:
        for name in ("a", "b", "c"):
            head = {**each.headers(complete=True), "Content-Length": "1"}
            connection.send_head("PUT", each.target(f"?path={name}"), head)
            connection.send(name.encode())
            assert connection.read().final.status == 201
    assert sorted(path.read_text() for path in root.iterdir()) == ["a", "b", "c"]
