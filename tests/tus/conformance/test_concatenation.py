"""Protocol Extensions, Concatenation."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from .tus import CHUNK, Tus, Upload, encoded, is_refused


@pytest.fixture(autouse=True)
def _announced(tus: Tus) -> None:
    tus.needs("concatenation")


def _part(tus: Tus, content: bytes, metadata: str = "") -> Upload:
    part = tus.create(len(content), {"Upload-Concat": "partial"}, metadata=metadata)
    if content:
        assert tus.patch(part, 0, content).status_code == 204
    return part


def _join(tus: Tus, *urls: str) -> Upload:
    return tus.create(None, {"Upload-Concat": f"final;{' '.join(urls)}"})


def test_a_part_is_created_and_sent_as_other_uploads(tus: Tus) -> None:
    part = tus.create(5, {"Upload-Concat": "partial"})
    answer = tus.patch(part, 0, b"hello")
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, "5")


def test_parts_must_be_concatenated_in_the_order_of_the_list(tus: Tus) -> None:
    first, second, third = (_part(tus, content) for content in (b"one", b"twotwo", b"three"))
    tus.require(_join(tus, second.url, third.url, first.url), b"twotwothreeone")


def test_the_length_must_be_the_sum_of_all_parts(tus: Tus) -> None:
    final = _join(tus, _part(tus, b"hello").url, _part(tus, b" world").url)
    assert tus.head(final).headers["Upload-Length"] == "11"


def test_urls_of_parts_may_be_absolute_or_relative(tus: Tus) -> None:
    first, second = _part(tus, b"hello"), _part(tus, b" world")
    tus.require(_join(tus, first.url, urlsplit(second.url).path), b"hello world")


def test_a_single_part_may_be_all(tus: Tus) -> None:
    tus.require(_join(tus, _part(tus, b"hello").url), b"hello")


def test_metadata_of_parts_shall_not_be_transferred(tus: Tus) -> None:
    part = _part(tus, b"hello", metadata=f"of_the_part {encoded('yes')}")
    final = _join(tus, part.url)
    assert "of_the_part" not in tus.head(final).headers["Upload-Metadata"]


def test_patch_of_a_final_upload_must_be_answered_403_and_change_nothing(tus: Tus) -> None:
    final = _join(tus, _part(tus, b"hello").url)
    for offset in (0, 5):
        assert tus.patch(final, offset, b"!").status_code == 403
    tus.require(final, b"hello")


def test_head_of_a_final_upload_must_have_an_offset_that_is_its_length(tus: Tus) -> None:
    answer = tus.head(_join(tus, _part(tus, b"hello").url, _part(tus, b" world").url))
    assert answer.headers["Upload-Offset"] == answer.headers["Upload-Length"] == "11"


def test_head_of_a_part_must_have_its_offset_and_length(tus: Tus) -> None:
    part = tus.create(5, {"Upload-Concat": "partial"})
    assert tus.head(part).headers["Upload-Offset"] == "0"
    tus.patch(part, 0, b"he")
    assert tus.head(part).headers["Upload-Offset"] == "2"
    assert tus.head(part).headers["Upload-Length"] == "5"


def test_head_must_have_upload_concat_as_it_was_received(tus: Tus) -> None:
    part = _part(tus, b"hello")
    assert tus.head(part).headers["Upload-Concat"] == "partial"
    header = f"final;{part.url}"
    assert tus.head(tus.create(None, {"Upload-Concat": header})).headers["Upload-Concat"] == header


def test_unfinished_parts_are_taken_only_where_that_must_have_been_announced(tus: Tus) -> None:
    part = tus.create(5, {"Upload-Concat": "partial"})
    tus.patch(part, 0, b"he")
    answer = tus.request("POST", tus.url, {"Upload-Concat": f"final;{part.url}"})
    assert answer.is_success == ("concatenation-unfinished" in tus.extensions)


@pytest.mark.parametrize("value", ["", "other", "final", "final;", "partial;"])
def test_upload_concat_that_is_neither_is_refused(tus: Tus, value: str) -> None:
    assert is_refused(tus.request("POST", tus.url, {"Upload-Concat": value, "Upload-Length": "5"}))


def test_a_part_that_is_not_there_is_refused(tus: Tus) -> None:
    part = _part(tus, b"hello")
    gone = part.url[:-1] + ("0" if part.url[-1] != "0" else "1")
    assert is_refused(tus.request("POST", tus.url, {"Upload-Concat": f"final;{part.url} {gone}"}))
    assert tus.offset(part) == 5


def test_an_upload_that_is_no_part_is_refused(tus: Tus) -> None:
    whole = tus.create(5)
    tus.patch(whole, 0, b"hello")
    assert is_refused(tus.request("POST", tus.url, {"Upload-Concat": f"final;{whole.url}"}))


def test_a_final_upload_that_brings_bytes_is_refused(tus: Tus) -> None:
    part = _part(tus, b"hello")
    headers = {"Upload-Concat": f"final;{part.url}", "Content-Type": CHUNK}
    assert is_refused(tus.request("POST", tus.url, headers, b"!"))
    assert tus.offset(part) == 5
