"""Sections 4.1.4 and 4.2.1: what is allowed, and how a client learns of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.support.forked_server import ForkedServer
from tests.support.server import RunningServer

from .draft import PARTIAL, Draft

DAY = 24 * 3600
LIMITED = {
    "BigUpload": {"max_upload_size": 1000, "chunk_size": 2**20, "expire_after": 7 * DAY, "min_free_space": 0}
}


@pytest.fixture(scope="module")
def limited() -> Iterator[RunningServer]:
    with ForkedServer(config=LIMITED) as running:
        yield running


def limits(header: str) -> dict[str, int]:
    return {name: int(value) for name, _, value in (one.strip().partition("=") for one in header.split(","))}


@pytest.mark.parametrize("version", [None, 3, 4, 5, 6, 7, 8, 9])
def test_4_1_4_options(limited: RunningServer, version: int | None) -> None:
    """MUST include `Upload-Limit` (interop 9), and `Accept-Patch` with the media type (8); SHOULD, before."""
    draft = Draft(limited, version)
    answer = draft.ask("OPTIONS", draft.target(), draft.headers()).final
    assert answer.status == 204
    assert answer["Accept-Patch"] == PARTIAL
    age = "expires" if version == 6 else "max-age"
    if version not in {3, 4, 5}:
        assert limits(answer["Upload-Limit"]) == {"max-size": 1000, "max-append-size": 2**20, age: 7 * DAY}


def test_4_1_4_without_any_limit(start: Callable[..., RunningServer]) -> None:
    """MUST use `min-size=0` instead of an empty value."""
    draft = Draft(start(config={"BigUpload": {"expire_after": 0}}))
    assert draft.ask("OPTIONS", draft.target()).final["Upload-Limit"] == "min-size=0"
    assert draft.create("a.bin", b"abc", complete=False).final["Upload-Limit"] == "min-size=0"


def test_4_1_4_max_age_is_what_remains(limited: RunningServer) -> None:
    draft = Draft(limited)
    url = draft.begin("a.bin", b"abc")
    assert 7 * DAY - 60 < limits(draft.head(url).final["Upload-Limit"])["max-age"] <= 7 * DAY


@pytest.mark.parametrize("complete", [True, False, None])
def test_4_1_4_a_file_that_is_too_large(limited: RunningServer, *, complete: bool | None) -> None:
    """413 MUST include `Upload-Limit` (8); a response to a violation SHOULD (9). No resource is created."""
    draft = Draft(limited)
    length = 1001 if complete is False else None
    answers = draft.create("a.bin", bytes(0 if complete is False else 1001), complete=complete, length=length)
    assert answers.final.status == 413
    assert limits(answers.final["Upload-Limit"])["max-size"] == 1000
    assert not answers.announced
    assert answers.final.get("Location") is None


@pytest.mark.parametrize("chunked", [True, False])
def test_4_1_4_a_file_that_grows_too_large(limited: RunningServer, *, chunked: bool) -> None:
    draft = Draft(limited)
    url = draft.begin(f"grows-{chunked}", bytes(900))
    with draft.connect() as connection:
        headers = draft.headers(complete=False, offset=900, content_type=PARTIAL)
        if chunked:
            connection.send_head("PATCH", url, {**headers, "Transfer-Encoding": "chunked"})
            connection.send_chunk(bytes(101))
            connection.send(b"0\r\n\r\n")
        else:
            connection.send_head("PATCH", url, {**headers, "Content-Length": "101"})
            connection.send(bytes(101))
        answer = connection.read().final
    assert answer.status == 413
    assert limits(answer["Upload-Limit"])["max-size"] == 1000
    assert draft.append(url, draft.offset(url), bytes(100), complete=True).final.status == 201


def test_4_1_4_a_file_that_is_exactly_as_large_as_allowed(limited: RunningServer) -> None:
    assert Draft(limited).create("c.bin", bytes(1000), complete=True).final.status == 201
