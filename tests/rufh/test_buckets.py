"""The draft into buckets: any number of bytes at once, although parts of theirs have a least size."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest

from tests.http.conftest import site
from tests.http.site import PART, Site

from .draft import Draft

__all__ = ["site"]

#: Not a multiple of anything.
DATA = secrets.token_bytes(2 * PART + 12_345)


@pytest.fixture
def client(site: Site) -> Draft:
    return Draft(site.server)


@pytest.mark.parametrize("destination", ["plain", "archive"])
def test_a_file_in_one_request(site: Site, client: Draft, destination: str) -> None:
    more = {"Upload-Metadata": ""}
    target = client.target(f"?path=once.bin&destination={destination}")
    headers = {**client.headers(complete=True, more=more), "Content-Length": str(len(DATA))}
    answers = client.ask("POST", target, headers, DATA)
    assert answers.final.status == 201, answers.final
    assert answers.announced
    assert site.read(destination, "once.bin") == DATA


@pytest.mark.parametrize("destination", ["plain", "archive"])
def test_small_parts_of_unknown_length_and_an_interruption(
    site: Site, client: Draft, destination: str
) -> None:
    target = client.target(f"?path=parts.bin&destination={destination}")
    url = client.ask("POST", target, client.headers(complete=False)).final["Location"]
    with client.connect() as connection:
        headers = client.headers(complete=True, offset=0, content_type="application/partial-upload")
        connection.send_head("PATCH", url, {**headers, "Content-Length": str(len(DATA))})
        connection.send(DATA[: PART + 1000])
    while (at := client.offset(url)) < len(DATA):
        end = min(at + PART // 2 + 7, len(DATA))
        answer = client.append(url, at, DATA[at:end], complete=end == len(DATA)).final
        assert answer.status in {201, 204, 409}, answer
    assert site.read(destination, "parts.bin") == DATA
    assert not site.unfinished()


def test_a_digest_that_nobody_can_hold_against_a_bucket(site: Site, client: Draft, tmp_path: Path) -> None:
    headers = {**client.headers(complete=True), "Repr-Digest": "sha-256=:YWJj:", "Content-Length": "3"}
    answer = client.ask("POST", client.target("?path=digest.bin&destination=plain"), headers, b"abc").final
    assert (answer.status, answer.fields["reason"]) == (501, "unsupported")
    assert not site.unfinished()


def test_what_is_cancelled_leaves_nothing(site: Site, client: Draft) -> None:
    target = client.target("?path=cancelled.bin&destination=plain")
    headers = {**client.headers(complete=False), "Content-Length": "1000"}
    url = client.ask("POST", target, headers, DATA[:1000]).final["Location"]
    assert client.cancel(url).final.status == 204
    assert not site.unfinished()
