"""Core Protocol, Requests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .tus import CHUNK, VERSION, Tus, is_refused

CONTENT = b"hello world"


def _elsewhere(url: str) -> str:
    return url[:-1] + ("0" if url[-1] != "0" else "1")


def test_head_must_have_the_offset_of_an_empty_upload(tus: Tus) -> None:
    assert tus.head(tus.create(10)).headers["Upload-Offset"] == "0"


def test_head_must_have_the_offset_of_an_upload_that_has_begun(tus: Tus) -> None:
    upload = tus.create(10)
    tus.patch(upload, 0, b"hello")
    assert tus.head(upload).headers["Upload-Offset"] == "5"


def test_head_must_have_the_offset_of_a_completed_upload(tus: Tus) -> None:
    upload = tus.create(5)
    tus.patch(upload, 0, b"hello")
    assert tus.head(upload).headers["Upload-Offset"] == "5"


def test_head_must_have_the_length_if_it_is_known(tus: Tus) -> None:
    upload = tus.create(5)
    assert tus.head(upload).headers["Upload-Length"] == "5"
    tus.patch(upload, 0, b"hello")
    assert tus.head(upload).headers["Upload-Length"] == "5"


def test_head_of_what_is_not_found_should_be_answered_so_without_an_offset(tus: Tus) -> None:
    answer = tus.request("HEAD", _elsewhere(tus.create(5).url))
    assert answer.status_code in {403, 404, 410}
    assert "Upload-Offset" not in answer.headers


def test_head_must_not_be_cached(tus: Tus) -> None:
    assert "no-store" in tus.head(tus.create(5)).headers["Cache-Control"]


def test_patch_should_be_accepted_at_the_given_offset(tus: Tus) -> None:
    upload = tus.create(len(CONTENT))
    assert tus.patch(upload, 0, CONTENT[:6]).is_success
    assert tus.patch(upload, 6, CONTENT[6:]).is_success
    tus.require(upload, CONTENT)


@pytest.mark.parametrize("given", [None, "text/plain", "application/octet-stream"])
def test_patch_of_another_content_type_should_be_answered_415(tus: Tus, given: str | None) -> None:
    upload = tus.create(5)
    headers = {"Upload-Offset": "0", **({} if given is None else {"Content-Type": given})}
    assert tus.request("PATCH", upload.url, headers, b"hello").status_code == 415
    assert tus.offset(upload) == 0


@pytest.mark.parametrize("offset", [0, 4, 6, 10, 11, 2**40])
def test_patch_at_another_offset_must_be_answered_409_and_change_nothing(tus: Tus, offset: int) -> None:
    upload = tus.create(10)
    tus.patch(upload, 0, b"hello")
    assert tus.patch(upload, offset, b"!").status_code == 409
    assert tus.offset(upload) == 5


def test_patch_at_another_offset_of_a_completed_upload_must_be_answered_409(tus: Tus) -> None:
    upload = tus.create(5)
    tus.patch(upload, 0, b"hello")
    assert tus.patch(upload, 0, b"hello").status_code == 409
    tus.require(upload, b"hello")


def test_patch_must_be_acknowledged_with_204_and_the_new_offset(tus: Tus) -> None:
    upload = tus.create(len(CONTENT))
    first, second = tus.patch(upload, 0, CONTENT[:6]), tus.patch(upload, 6, CONTENT[6:])
    assert (first.status_code, first.headers["Upload-Offset"]) == (204, "6")
    assert (second.status_code, second.headers["Upload-Offset"]) == (204, "11")


def test_patch_without_bytes_is_acknowledged_with_the_same_offset(tus: Tus) -> None:
    upload = tus.create(10)
    tus.patch(upload, 0, b"hello")
    answer = tus.patch(upload, 5, b"")
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, "5")


def test_patch_in_chunks_of_unknown_length_is_acknowledged(tus: Tus) -> None:
    def pieces() -> Iterator[bytes]:
        yield CONTENT[:3]
        yield CONTENT[3:]

    upload = tus.create(len(CONTENT))
    answer = tus.patch(upload, 0, pieces())
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, "11")
    tus.require(upload, CONTENT)


def test_patch_beyond_the_length_is_refused_and_changes_nothing(tus: Tus) -> None:
    upload = tus.create(5)
    assert is_refused(tus.patch(upload, 0, b"hello!"))
    assert tus.offset(upload) == 0


def test_patch_of_what_does_not_exist_should_be_answered_404(tus: Tus) -> None:
    headers = {"Content-Type": CHUNK, "Upload-Offset": "0"}
    url = _elsewhere(tus.create(5).url)
    assert tus.request("PATCH", url, headers, b"hello").status_code == 404


def test_patch_that_breaks_off_should_be_stored_as_far_as_it_came(tus: Tus) -> None:
    upload = tus.create(1_000_000)
    tus.break_off(upload, 0, 1_000_000, b"a" * 400_000)
    assert tus.offset_after_break(upload, 400_000) == 400_000


def test_patch_that_broke_off_should_be_gone_on_with(tus: Tus) -> None:
    content = bytes(range(256)) * 4_000
    upload = tus.create(len(content))
    tus.break_off(upload, 0, len(content), content[:400_000])
    offset = tus.offset_after_break(upload, 1)
    assert tus.patch(upload, offset, content[offset:]).status_code == 204
    tus.require(upload, content)


def test_options_must_be_answered_with_tus_version(tus: Tus) -> None:
    answer = tus.request("OPTIONS", tus.url, version=None)
    assert answer.status_code in {200, 204}
    assert VERSION in answer.headers["Tus-Version"]


def test_options_must_ignore_tus_resumable(tus: Tus) -> None:
    answer = tus.request("OPTIONS", tus.url, version="9.9.9")
    assert answer.status_code in {200, 204}
    assert VERSION in answer.headers["Tus-Version"]
