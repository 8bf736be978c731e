"""Section 4.2: how uploads are created."""

from __future__ import annotations

import base64
import secrets
from pathlib import Path

import pytest

from tests.http.half_request import until

from .draft import VERSIONS, Draft


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_4_2_2_a_whole_file_in_one_request(each: Draft, root: Path, method: str) -> None:
    """SHOULD announce the upload by a 104; the final response is of what became of the file."""
    data = secrets.token_bytes(3000)
    answers = each.create("a.bin", data, complete=True, method=method)
    assert answers.final.status == 201
    assert answers.final.fields["path"] == "a.bin"
    assert answers.final.fields["state"] == "done"
    assert each.is_complete(answers.final.headers) is True
    assert (root / "a.bin").read_bytes() == data
    assert len(answers.announced) >= 1


def test_4_2_2_the_104_has_the_location_and_the_limits(each: Draft, root: Path) -> None:
    """MUST include `Location`, and `Upload-Limit` if there are limits (since -04, interop 6)."""
    announced = each.create("a.bin", b"abc", complete=False).announced[0]
    assert announced["Location"].startswith("/api/bigupload/resumable/")
    assert (announced.get("Upload-Limit") is not None) == (each.version in {6, 7, 8, 9})


def test_4_2_2_all_responses_have_the_same_location(each: Draft, root: Path) -> None:
    """MUST contain an identical `Location`, in interim and final responses."""
    answers = each.create("a.bin", secrets.token_bytes(600_000), complete=False)
    located = [answer["Location"] for answer in (*answers.interim, answers.final) if answer.get("Location")]
    assert len(located) >= 2
    assert len(set(located)) == 1


def test_4_2_2_an_incomplete_creation_is_answered_with_201_and_where(each: Draft, root: Path) -> None:
    """MUST include `Location` and the limits; RECOMMENDED 201; SHOULD say that it is not complete."""
    answer = each.create("a.bin", b"abc", complete=False, length=10).final
    assert answer.status == 201
    assert answer["Upload-Offset"] == "3"
    assert each.is_complete(answer.headers) is False
    if each.version in {6, 7, 8, 9}:
        assert answer.get("Upload-Limit")
    assert each.offset(answer["Location"]) == 3
    assert not (root / "a.bin").exists()


@pytest.mark.parametrize("complete", [True, False])
def test_4_2_1_the_content_can_be_empty(each: Draft, root: Path, *, complete: bool) -> None:
    answer = each.create("a.bin", complete=complete).final
    assert answer.status == 201
    assert (root / "a.bin").exists() == complete
    assert each.offset(answer["Location"]) == 0


def test_4_1_2_a_file_without_bytes_is_complete(each: Draft, root: Path) -> None:
    """The server may mark an upload as completed (interop 9); to do it again does no harm in any version."""
    answer = each.create("a.bin", complete=False, length=0).final
    assert (answer.status, each.is_complete(answer.headers)) == (201, True)
    assert (root / "a.bin").read_bytes() == b""
    answer = each.append(answer["Location"], 0, complete=True).final
    assert (answer.status, each.is_complete(answer.headers)) == (201, True)


@pytest.mark.parametrize("complete", [True, False])
def test_4_2_2_the_length_is_recorded(draft: Draft, root: Path, *, complete: bool) -> None:
    """MUST record the length if `Upload-Length` or `Upload-Complete: ?1` says it."""
    headers = draft.headers(complete=complete, length=None if complete else 10)
    with draft.connect() as connection:
        connection.send_head("POST", draft.target("?path=a.bin"), {**headers, "Content-Length": "10"})
        connection.send(b"abc")
        location = connection.read_one()["Location"]
    until(lambda: draft.received(location) == 3)
    assert draft.head(location).final["Upload-Length"] == "10"


def test_4_2_2_what_came_of_an_interrupted_creation_is_kept(each: Draft, root: Path) -> None:
    """SHOULD append as much of the content as possible; MUST NOT be considered complete then."""
    data = secrets.token_bytes(200_000)
    with each.connect() as connection:
        connection.send_head(
            "POST",
            each.target("?path=a.bin"),
            {**each.headers(complete=True), "Content-Length": str(len(data))},
        )
        connection.send(data[:150_000])
        location = connection.read_one()["Location"]
    until(lambda: each.received(location) == 150_000)
    assert each.offset(location) == 150_000
    assert each.is_complete(each.head(location).final.headers) is False
    assert not (root / "a.bin").exists()
    answer = each.append(location, 150_000, data[150_000:], complete=True).final
    assert (answer.status, each.is_complete(answer.headers)) == (201, True)
    assert (root / "a.bin").read_bytes() == data


@pytest.mark.parametrize("complete", [True, False])
def test_9_content_of_unknown_length(each: Draft, root: Path, *, complete: bool) -> None:
    """The server is responsible for transfer decoding before it computes the offset."""
    with each.connect() as connection:
        connection.send_head(
            "POST",
            each.target("?path=a.bin"),
            {**each.headers(complete=complete), "Transfer-Encoding": "chunked"},
        )
        connection.send_chunk(b"abc")
        connection.send_chunk(b"defg")
        connection.send(b"0\r\n\r\n")
        answer = connection.read().final
    assert (answer.status, answer["Upload-Offset"]) == (201, "7")
    assert each.is_complete(answer.headers) is complete
    assert (root / "a.bin").exists() == complete


@pytest.mark.parametrize("version", [None, *VERSIONS])
@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_a_request_without_completeness_brings_a_whole_file(
    draft: Draft, root: Path, version: int | None, method: str
) -> None:
    answers = Draft(draft.server, version).create("a.bin", b"abc", complete=None, method=method)
    assert answers.final.status == 201
    assert not answers.interim
    assert (root / "a.bin").read_bytes() == b"abc"


@pytest.mark.parametrize("headers", [{}, {"Upload-Complete": "?1"}, {"Upload-Complete": "?0"}])
def test_nothing_is_left_of_what_breaks_off_where_nobody_could_go_on(
    draft: Draft, root: Path, headers: dict[str, str]
) -> None:
    """A client that was sent no 104 does not know where."""
    with draft.connect() as connection:
        connection.send_head("PUT", draft.target("?path=a.bin"), {**headers, "Content-Length": "200000"})
        connection.send(bytes(150_000))
        until(lambda: any(root.iterdir()))
    until(lambda: not any(root.iterdir()))


def test_4_1_3_two_lengths_that_differ(draft: Draft, root: Path) -> None:
    """MUST match, if both indicators are present in a request."""
    answer = draft.create("a.bin", b"abc", complete=True, length=4).final
    assert answer.status == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.fields["type"].endswith("#inconsistent-upload-length")
    assert not any(root.iterdir())


def test_8_a_coded_file_is_refused_and_not_resumed(draft: Draft, root: Path) -> None:
    """Codings are kept: a file under its own name would be one that nobody can read."""
    answer = draft.create("a.txt", b"abc", complete=True, more={"Content-Encoding": "gzip"}).final
    assert (answer.status, answer.fields["reason"]) == (415, "unsupported")


METADATA = ",".join(
    f"{key} {base64.b64encode(value.encode()).decode()}"
    for key, value in {"filename": "ü.txt", "relativePath": "made/ü.txt", "onConflict": "rename"}.items()
)


@pytest.mark.parametrize(
    ("query", "headers", "path"),
    [
        ("?path=b%20c.txt", {}, "b c.txt"),
        ("", {"Content-Disposition": "inline; filename*=UTF-8''%C3%BC.txt"}, "ü.txt"),
        ("", {"Content-Disposition": 'inline; filename="a b.txt"'}, "a b.txt"),
        ("?path=made/", {"Content-Disposition": 'inline; filename="a b.txt"'}, "made/a b.txt"),
        ("", {"Upload-Metadata": METADATA}, "made/ü.txt"),
        ("?path=other.txt", {"Upload-Metadata": METADATA}, "other.txt"),
    ],
)
def test_where_a_file_goes(draft: Draft, root: Path, query: str, headers: dict[str, str], path: str) -> None:
    (root / "made").mkdir()
    answer = draft.ask(
        "POST", draft.target(query), {**headers, "Upload-Complete": "?1", "Content-Length": "3"}, b"abc"
    ).final
    assert answer.status == 201, answer
    assert (root / path).read_bytes() == b"abc"


def test_the_folders_of_a_relative_path_are_made(draft: Draft, root: Path) -> None:
    """As those of a folder that a person has picked are, in whatever order its files come."""
    more = {"Upload-Metadata": METADATA}
    assert draft.create("", b"abc", complete=True, more=more).final.status == 201
    assert (root / "made" / "ü.txt").read_bytes() == b"abc"


def test_a_file_that_nobody_names(draft: Draft, root: Path) -> None:
    answer = draft.create("", b"abc", complete=True).final
    (path,) = root.iterdir()
    assert path.name == f"upload-{answer.fields['id'][:8]}"


@pytest.mark.parametrize(
    ("query", "headers", "reason"),
    [
        ("?path=made/", {}, "invalid_name"),
        ("", {"Content-Disposition": 'inline; filename="a/b"'}, "invalid_name"),
        ("?path=../a", {}, "outside_root"),
        ("?path=.hidden", {}, "hidden"),
        ("?path=a&destination=nowhere", {}, "unsupported"),
        ("?path=a&on_conflict=maybe", {}, "malformed"),
        ("?path=missing/a", {}, "folder_missing"),
        ("", {"Upload-Metadata": "filename !"}, "malformed"),
    ],
)
def test_where_no_file_can_go(
    draft: Draft, root: Path, query: str, headers: dict[str, str], reason: str
) -> None:
    answers = draft.ask(
        "POST", draft.target(query), {**draft.headers(complete=True), **headers, "Content-Length": "1"}, b"a"
    )
    assert answers.final.fields["reason"] == reason
    assert not answers.announced
    assert not any(root.iterdir())


def test_the_same_name_again_keeps_both(each: Draft, root: Path) -> None:
    """A client has nobody to ask, and gives up where it is refused."""
    for content in (b"abc", b"def"):
        assert each.create("a.bin", content, complete=True).final.status == 201
    assert [(root / name).read_bytes() for name in ("a.bin", "a (1).bin")] == [b"abc", b"def"]


def test_a_name_that_is_taken_is_no_409(draft: Draft, root: Path) -> None:
    """Clients take a 409 for an offset that they have to ask for again."""
    (root / "a.bin").write_bytes(b"old")
    answer = draft.create("a.bin&on_conflict=fail", b"abc", complete=True).final
    assert (answer.status, answer.fields["reason"]) == (403, "exists")
    assert (root / "a.bin").read_bytes() == b"old"


def test_a_name_that_is_taken_before_the_end(each: Draft, root: Path) -> None:
    """The response MUST say that it is of the whole file: to resume would not help (4.4.2)."""
    url = each.begin("a.bin&on_conflict=fail", b"abc")
    (root / "a.bin").write_bytes(b"old")
    answer = each.append(url, 3, b"def", complete=True).final
    assert (answer.status, answer.fields["reason"]) == (403, "exists")
    assert each.is_complete(answer.headers) is True
    assert (root / "a.bin").read_bytes() == b"old"
    # A client that lost this answer hears it again, and no offset that it would take for success.
    head = each.head(url).final
    assert head.status == 403
    assert head.get("Upload-Offset") is None
    (root / "a.bin").unlink()
    head = each.head(url).final
    assert (head["Upload-Offset"], each.is_complete(head.headers)) == ("6", True)
    assert (root / "a.bin").read_bytes() == b"abcdef"
