"""Headers that are not what the draft says: they MUST be ignored (section 4.1), and never break anything."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tornado.httputil import HTTPHeaders

from jupyter_bigupload.http.rufh.fields import boolean, integer, wanted_algorithm
from tests.tiers import examples

from .draft import PARTIAL, Draft

NO_BOOLEANS = ["1", "true", "?2", "?1?", "?1, ?0", "?1, ?1", '"?1"', ":PzE=:", "(?1)", "?1;", "?1;=", "\xff"]
NO_NUMBERS = [
    "-1",
    "+3",
    "3.0",
    "3.5",
    "0x3",
    "1e3",
    "٣",
    "3, 3",
    "?1",
    '"3"',
    "@3",
    "3;",
    "1" * 16,
    "9" * 5000,
    "3 4",
    "(3)",
]


def ascii_or_latin(values: list[str]) -> list[str]:
    return [value.encode("utf-8").decode("latin-1") for value in values]


@pytest.mark.parametrize("value", ascii_or_latin(NO_BOOLEANS))
def test_4_1_2_completeness_that_is_no_boolean(draft: Draft, root: Path, value: str) -> None:
    """Other values MUST cause the entire header field to be ignored: what is left is a plain upload."""
    answers = draft.create("a.bin", b"abc", complete=None, more={"Upload-Complete": value})
    assert answers.final.status == 201
    assert not answers.interim
    assert (root / "a.bin").read_bytes() == b"abc"


@pytest.mark.parametrize("value", ["?1;a=b", "?1 ", "  ?1", '?1; a="x"; b'])
def test_4_1_2_parameters_mean_nothing(draft: Draft, root: Path, value: str) -> None:
    answers = draft.create("a.bin", b"abc", complete=None, more={"Upload-Complete": value})
    assert answers.final["Upload-Complete"] == "?1"
    assert len(answers.interim) >= 1


@pytest.mark.parametrize("value", ascii_or_latin(NO_NUMBERS))
def test_4_1_1_an_offset_that_is_no_number(draft: Draft, root: Path, value: str) -> None:
    url = draft.begin("a.bin", b"abc")
    answer = draft.append(url, None, b"def", complete=True, more={"Upload-Offset": value}).final
    assert (answer.status, answer.fields["reason"]) == (400, "malformed")
    assert draft.offset(url) == 3


@pytest.mark.parametrize("value", ascii_or_latin(NO_NUMBERS))
def test_4_1_3_a_length_that_is_no_number(draft: Draft, root: Path, value: str) -> None:
    answer = draft.create("a.bin", b"abc", complete=False, more={"Upload-Length": value}).final
    assert answer.status == 201
    assert draft.head(answer["Location"]).final.get("Upload-Length") is None


@pytest.mark.parametrize("value", ["999999999999999", "000000000000003"])
def test_4_1_1_numbers_at_their_limits(draft: Draft, root: Path, value: str) -> None:
    url = draft.begin("a.bin", b"abc")
    answer = draft.append(url, None, b"d", complete=False, more={"Upload-Offset": value}).final
    assert answer.status == (204 if int(value) == 3 else 409)


def test_a_header_that_is_there_twice(draft: Draft, root: Path) -> None:
    url = draft.begin("a.bin", b"abc")
    headers = draft.headers(complete=False, content_type=PARTIAL)
    with draft.connect() as connection:
        twice = {**headers, "Upload-Offset": "3\r\nUpload-Offset: 3", "Content-Length": "1"}
        connection.send_head("PATCH", url, twice)
        connection.send(b"d")
        assert connection.read().final.status == 400


@pytest.mark.parametrize("upload_id", ["..%2f..%2fetc", "%00", "a" * 5000, "%ff", "-", ".", "id%0d%0aX: y"])
def test_ids_that_are_none(draft: Draft, root: Path, upload_id: str) -> None:
    for method in ("HEAD", "PATCH", "DELETE"):
        headers = {**draft.headers(complete=True, offset=0, content_type=PARTIAL), "Content-Length": "0"}
        with draft.connect() as connection:
            connection.send_head(method, draft.target(f"/{upload_id.replace(' ', '%20')}"), headers)
            answer = connection.read().final
        assert answer.status in {400, 404}
        assert answer.get("X") is None


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_an_upload_s_own_resource_creates_none(draft: Draft, root: Path, method: str) -> None:
    url = draft.begin("a.bin", b"abc")
    assert draft.ask(method, url, draft.headers(complete=True), b"def").final.status == 405
    assert draft.offset(url) == 3


def test_where_uploads_are_created_nothing_is_appended(draft: Draft, root: Path) -> None:
    headers = draft.headers(complete=True, offset=0, content_type=PARTIAL)
    assert draft.ask("PATCH", draft.target("?path=a.bin"), headers, b"def").final.status == 405
    assert not any(root.iterdir())


def test_ids_can_t_be_guessed(draft: Draft, root: Path) -> None:
    """RECOMMENDED to generate URIs that are hard to guess; MUST leak nothing internal (section 12)."""
    urls = {draft.begin(f"{number}.bin") for number in range(20)}
    ids = {url.rpartition("/")[2] for url in urls}
    assert len(ids) == 20
    assert all(len(one) == 32 and int(one, 16) >= 0 for one in ids)
    assert len({one[:8] for one in ids}) == 20


def test_a_client_that_goes_away_again_and_again(draft: Draft, root: Path) -> None:
    """Each sends a little, and never reads an answer."""
    data = secrets.token_bytes(2000)
    url = draft.begin("a.bin", length=len(data))
    for _ in range(20):
        with draft.connect() as connection:
            headers = draft.headers(complete=True, offset=0, content_type=PARTIAL)
            connection.send_head("PATCH", url, {**headers, "Content-Length": "2000"})
    while not (root / "a.bin").exists():
        answer = draft.head(url).final
        assert answer.status in {204, 423}  # one that has gone away may still be under way
        if answer.status == 204:
            at = int(answer["Upload-Offset"])
            draft.append(url, at, data[at : at + 1000], complete=at + 1000 >= len(data))
    assert (root / "a.bin").read_bytes() == data


@settings(max_examples=examples(500), suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(st.text(st.characters(max_codepoint=255)), st.from_regex(r'[?@:"()0-9.;=,a-z* -]{0,20}')))
def test_no_field_breaks_the_parser(value: str) -> None:
    headers = HTTPHeaders()
    headers["X"] = value
    assert boolean(headers, "X") in {True, False, None}
    number = integer(headers, "X")
    assert number is None or (number >= 0 and len(str(number)) <= 15)
    assert wanted_algorithm(headers, "X") is None or "=" in value or "-" in value
