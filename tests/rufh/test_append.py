"""Section 4.4: how an upload is gone on with. Section 7: its problem types."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest

from tests.http.half_request import until

from .draft import PARTIAL, Draft


def test_4_4_2_parts_and_then_the_end(each: Draft, root: Path) -> None:
    """2xx with completeness false; then the response of the whole file, which MUST say true."""
    data = secrets.token_bytes(30)
    url = each.begin("a.bin", data[:10])
    answer = each.append(url, 10, data[10:20], complete=False).final
    assert (answer.status, answer["Upload-Offset"]) == (each.appended, "20")
    assert each.is_complete(answer.headers) is False
    answer = each.append(url, 20, data[20:], complete=True).final
    assert (answer.status, answer["Upload-Offset"]) == (201, "30")
    assert each.is_complete(answer.headers) is True
    assert answer.fields["path"] == "a.bin"
    assert (root / "a.bin").read_bytes() == data


def test_4_4_2_the_answer_of_the_end_is_that_of_a_creation(draft: Draft, root: Path) -> None:
    """SHOULD generate the response that the resource of the creation would have."""
    at_once = draft.create("a.bin", b"abc", complete=True).final
    in_parts = draft.append(draft.begin("b.bin"), 0, b"abc", complete=True).final
    assert at_once.status == in_parts.status
    assert at_once.fields.keys() == in_parts.fields.keys()
    assert (at_once.fields["size"], in_parts.fields["size"]) == (3, 3)


@pytest.mark.parametrize("offset", [0, 2, 4, 10])
@pytest.mark.parametrize("complete", [True, False])
def test_4_4_2_another_offset_than_the_server_s(
    each: Draft, root: Path, offset: int, *, complete: bool
) -> None:
    """MUST reject with 409, MUST say the right offset, and (interop 9) that nothing is complete."""
    url = each.begin("a.bin", b"abc")
    answer = each.append(url, offset, b"def", complete=complete).final
    assert answer.status == 409
    assert answer["Upload-Offset"] == "3"
    assert each.is_complete(answer.headers) is False
    assert answer.fields["reason"] == "offset_mismatch"
    assert each.offset(url) == 3


@pytest.mark.parametrize("version", [6, 7, 8, 9])
def test_7_1_the_problem_of_another_offset(draft: Draft, root: Path, version: int) -> None:
    """SHOULD populate both members."""
    client = Draft(draft.server, version)
    answer = client.append(client.begin("a.bin", b"abc"), 5, b"def", complete=True).final
    assert answer["Content-Type"] == "application/problem+json"
    fields = answer.fields
    assert fields["type"] == "https://iana.org/assignments/http-problem-types#mismatching-upload-offset"
    assert (fields["title"], fields["status"]) == (
        "offset from request does not match offset of resource",
        409,
    )
    assert (fields["expected-offset"], fields["provided-offset"]) == (3, 5)


@pytest.mark.parametrize("version", [3, 4, 5])
def test_older_versions_have_no_problem_types(draft: Draft, root: Path, version: int) -> None:
    client = Draft(draft.server, version)
    answer = client.append(client.begin("a.bin", b"abc"), 5, b"def", complete=True).final
    assert answer["Content-Type"] == "application/json"
    assert answer.fields["offset"] == 3


@pytest.mark.parametrize("complete", [True, False])
def test_4_4_2_a_completed_upload_takes_no_more(each: Draft, root: Path, *, complete: bool) -> None:
    """MUST NOT modify the upload resource; content is an inconsistent length."""
    url = each.create("a.bin", b"abc", complete=True).final["Location"]
    answer = each.append(url, 3, b"def", complete=complete).final
    assert (answer.status, answer.fields["reason"]) == (400, "inconsistent_size")
    if each.version in {6, 7, 8, 9}:
        assert answer.fields["type"].endswith("#inconsistent-upload-length")
    assert each.append(url, 0, b"def", complete=complete).final.status == 409
    assert (root / "a.bin").read_bytes() == b"abc"
    assert each.offset(url) == 3


def test_4_4_2_to_end_what_has_ended(each: Draft, root: Path) -> None:
    """The server can replay the final response (interop 9); before, it MUST reject the request."""
    url = each.create("a.bin", b"abc", complete=True).final["Location"]
    answer = each.append(url, 3, complete=True).final
    if each.version == 9:
        assert (answer.status, answer["Upload-Complete"], answer.fields["path"]) == (201, "?1", "a.bin")
        assert each.append(url, 3, complete=False).final.status == 400
        return
    assert answer.status == 400
    if each.version in {6, 7, 8}:
        assert answer.fields["type"].endswith("#completed-upload")
        assert answer.fields["title"] == "upload is already completed"


def test_4_1_3_a_length_that_was_another_before(each: Draft, root: Path) -> None:
    """MUST stay consistent across subsequent requests."""
    url = each.begin("a.bin", b"abc", length=10)
    for content, complete, length in ((b"d", False, 11), (b"defg", True, None), (b"defg", True, 7)):
        answer = each.append(url, 3, content, complete=complete, length=length).final
        assert (answer.status, answer.fields["reason"]) == (400, "inconsistent_size")
    assert each.offset(url) == 3
    answer = each.append(url, 3, b"defghij", complete=True, length=10).final
    assert answer.status == 201
    assert (root / "a.bin").read_bytes() == b"abcdefghij"


def test_4_1_3_a_length_that_is_said_later(each: Draft, root: Path) -> None:
    url = each.begin("a.bin", b"abc")
    assert each.append(url, 3, b"d", complete=False, length=6).final.status == each.appended
    assert each.head(url).final["Upload-Length"] == "6"
    assert each.append(url, 4, b"ef", complete=True).final.status == 201


def test_4_4_2_content_that_is_announced_to_go_beyond_the_length(each: Draft, root: Path) -> None:
    url = each.begin("a.bin", b"abc", length=5)
    answer = each.append(url, 3, b"defg", complete=False).final
    assert (answer.status, answer.fields["reason"]) == (400, "inconsistent_size")
    assert each.offset(url) == 3


def test_4_4_2_content_that_goes_beyond_the_length(each: Draft, root: Path) -> None:
    """MUST prevent the offset from exceeding the length, whatever `Content-Length` says.

    Since interop 7 it MUST reject all further interaction, too.
    """
    url = each.begin("a.bin", b"abc", length=5)
    with each.connect() as connection:
        headers = each.headers(complete=False, offset=3, content_type=PARTIAL)
        connection.send_head("PATCH", url, {**headers, "Transfer-Encoding": "chunked"})
        connection.send_chunk(b"defg")
        connection.send(b"0\r\n\r\n")
        assert connection.read().final.status == 400
    if each.version in {3, 4, 5, 6}:
        at = each.offset(url)
        assert 3 <= at <= 5
        assert each.append(url, at, b"abcde"[at:], complete=True).final.status == 201
    else:
        assert each.head(url).final.status == 404
        assert not any(root.iterdir())


def test_content_that_ends_before_the_length_and_says_that_it_is_all(each: Draft, root: Path) -> None:
    url = each.begin("a.bin", b"abc", length=9)
    with each.connect() as connection:
        headers = each.headers(complete=True, offset=3, content_type=PARTIAL)
        connection.send_head("PATCH", url, {**headers, "Transfer-Encoding": "chunked"})
        connection.send_chunk(b"def")
        connection.send(b"0\r\n\r\n")
        answer = connection.read().final
    assert (answer.status, each.is_complete(answer.headers)) == (400, False)
    assert each.append(url, each.offset(url), b"ghi", complete=True).final.status == 201
    assert (root / "a.bin").read_bytes() == b"abcdefghi"


def test_4_4_2_what_came_of_an_interrupted_append_is_kept(each: Draft, root: Path) -> None:
    """SHOULD append as much as possible, without discontinuities; MUST NOT be considered complete then."""
    data = secrets.token_bytes(700_000)
    url = each.begin("a.bin", data[:10])
    with each.connect() as connection:
        headers = each.headers(complete=True, offset=10, content_type=PARTIAL)
        connection.send_head("PATCH", url, {**headers, "Content-Length": str(len(data) - 10)})
        connection.send(data[10:600_000])
    until(lambda: each.received(url) == 600_000)
    answer = each.head(url).final
    assert (answer["Upload-Offset"], each.is_complete(answer.headers)) == ("600000", False)
    assert each.append(url, 600_000, data[600_000:], complete=True).final.status == 201
    assert (root / "a.bin").read_bytes() == data


def test_4_4_1_the_media_type(each: Draft, root: Path) -> None:
    """A `PATCH` is of `application/partial-upload` since -04 (interop 6)."""
    url = each.begin("a.bin", b"abc")
    for wrong in ("", "application/octet-stream", "application/merge-patch+json"):
        answer = each.append(url, 3, b"d", complete=False, more={"Content-Type": wrong}).final
        if each.version in {3, 4, 5}:
            assert answer.status == (409 if wrong else each.appended)  # the first was taken
        else:
            assert (answer.status, answer["Accept-Patch"]) == (415, PARTIAL)
    more = {"Content-Type": "Application/Partial-Upload; a=b"}
    assert each.append(url, each.offset(url), b"e", complete=True, more=more).final.status == 201


def test_4_4_1_an_append_without_an_offset(each: Draft, root: Path) -> None:
    """The client MUST indicate the offset."""
    url = each.begin("a.bin", b"abc")
    answer = each.append(url, None, b"def", complete=True).final
    assert (answer.status, answer.fields["reason"]) == (400, "malformed")
    assert each.offset(url) == 3


def test_4_4_1_an_append_that_does_not_say_whether_it_is_the_end(each: Draft, root: Path) -> None:
    """The request MUST include the completeness; where it does not, it is the end if the length says so.

    In -01 (interop 3) to leave it out says that it is the end.
    """
    url = each.begin("a.bin", b"abc", length=6)
    if each.version != 3:
        answer = each.append(url, 3, b"d", complete=None).final
        assert (answer.status, each.is_complete(answer.headers)) == (each.appended, False)
    rest = b"abcdef"[each.offset(url) :]
    answer = each.append(url, each.offset(url), rest, complete=None).final
    assert (answer.status, each.is_complete(answer.headers)) == (201, True)
    # As tus-js-client ends a stream that turns out to have ended.
    url = each.begin("b.bin", b"abc")
    answer = each.append(url, 3, complete=None, length=3).final
    assert (answer.status, each.is_complete(answer.headers)) == (201, True)
    assert (root / "b.bin").read_bytes() == b"abc"


@pytest.mark.parametrize("version", [3, 4, 5, 6])
def test_errors_say_how_far_an_upload_is(draft: Draft, root: Path, version: int) -> None:
    """Up to -05 every response MUST send the offset, if the upload is active."""
    client = Draft(draft.server, version)
    url = client.begin("a.bin", b"abc", length=10)
    for answer in (
        client.append(url, 3, b"def", complete=True, length=11).final,
        client.append(url, 3, b"def", complete=True, more={"Content-Digest": "md5=:YWJj:"}).final,
        client.append(url, 3, bytes(8), complete=False).final,
    ):
        assert answer.status == 400
        assert answer["Upload-Offset"] == "3"


def test_4_1_1_the_offset_never_decreases(draft: Draft, root: Path) -> None:
    """MUST NOT decrease."""
    url = draft.begin("a.bin")
    offsets = []
    for at in range(0, 50, 10):
        draft.append(url, at, bytes(10), complete=False)
        draft.append(url, 0, bytes(5), complete=False)
        offsets.append(draft.offset(url))
    assert offsets == [10, 20, 30, 40, 50]


def test_4_1_1_an_upload_that_lost_its_bytes_is_gone(draft: Draft, root: Path) -> None:
    url = draft.begin("a.bin", b"abc")
    for partial in root.glob(".*"):
        partial.unlink()
    assert draft.append(url, 3, b"def", complete=True).final.status == 404
    assert draft.head(url).final.status == 404
