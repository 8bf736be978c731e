"""Protocol Extensions, Creation, and Creation With Upload."""

from __future__ import annotations

from urllib.parse import urljoin

import pytest

from .tus import CHUNK, Tus, encoded, is_refused


@pytest.fixture(autouse=True)
def _announced(tus: Tus) -> None:
    tus.needs("creation")


def _pairs(header: str) -> set[tuple[str, str]]:
    split = (pair.strip().partition(" ") for pair in header.split(","))
    return {(key, value.strip()) for key, _, value in split}


def test_creation_must_be_announced(tus: Tus) -> None:
    # Everything here uses it, so it is announced, or this file was skipped.
    assert "creation" in tus.extensions


def test_creation_must_be_acknowledged_with_201_and_a_location(tus: Tus) -> None:
    answer = tus.request("POST", tus.url, {"Upload-Length": "10"})
    assert answer.status_code == 201
    assert tus.request("HEAD", urljoin(tus.url, answer.headers["Location"])).headers["Upload-Length"] == "10"


def test_creation_must_make_a_new_upload_each_time(tus: Tus) -> None:
    assert tus.create(10).url != tus.create(10).url


def test_creation_of_an_empty_file_is_complete(tus: Tus) -> None:
    upload = tus.create(0)
    assert tus.head(upload).headers["Upload-Length"] == "0"
    tus.require(upload, b"")


def test_creation_without_a_length_is_refused(tus: Tus) -> None:
    assert is_refused(tus.request("POST", tus.url))


def test_creation_with_both_kinds_of_length_is_refused(tus: Tus) -> None:
    assert is_refused(tus.request("POST", tus.url, {"Upload-Length": "10", "Upload-Defer-Length": "1"}))


def test_creation_beyond_the_largest_size_must_be_answered_413(tus: Tus) -> None:
    most = tus.request("OPTIONS", tus.url, version=None).headers.get("Tus-Max-Size")
    if most is None:
        pytest.skip("the server announces no largest size")
    assert tus.request("POST", tus.url, {"Upload-Length": str(int(most) + 1)}).status_code == 413


@pytest.mark.parametrize("value", ["0", "2", "true", ""])
def test_upload_defer_length_of_another_value_should_be_answered_400(tus: Tus, value: str) -> None:
    tus.needs("creation-defer-length")
    assert tus.request("POST", tus.url, {"Upload-Defer-Length": value}).status_code == 400


def test_upload_defer_length_must_be_announced_where_it_is_taken(tus: Tus) -> None:
    answer = tus.request("POST", tus.url, {"Upload-Defer-Length": "1"})
    assert ("creation-defer-length" in tus.extensions) == answer.is_success


def test_upload_defer_length_must_be_in_head_until_the_length_is_known(tus: Tus) -> None:
    tus.needs("creation-defer-length")
    upload = tus.create(None)
    for sent in (0, 5):
        answer = tus.head(upload)
        assert answer.headers["Upload-Defer-Length"] == "1"
        assert "Upload-Length" not in answer.headers
        assert answer.headers["Upload-Offset"] == str(sent)
        tus.patch(upload, sent, b"hello")


def test_upload_defer_length_must_be_omitted_once_the_length_is_known(tus: Tus) -> None:
    assert "Upload-Defer-Length" not in tus.head(tus.create(10)).headers
    tus.needs("creation-defer-length")
    upload = tus.create(None)
    tus.patch(upload, 0, b"hello", {"Upload-Length": "10"})
    answer = tus.head(upload)
    assert "Upload-Defer-Length" not in answer.headers
    assert answer.headers["Upload-Length"] == "10"


def test_upload_length_is_set_by_a_later_patch(tus: Tus) -> None:
    tus.needs("creation-defer-length")
    upload = tus.create(None)
    tus.patch(upload, 0, b"hello")
    assert tus.patch(upload, 5, b" world", {"Upload-Length": "11"}).status_code == 204
    tus.require(upload, b"hello world")


def test_upload_length_is_set_by_a_patch_without_bytes(tus: Tus) -> None:
    tus.needs("creation-defer-length")
    upload = tus.create(None)
    tus.patch(upload, 0, b"hello")
    assert tus.patch(upload, 5, b"", {"Upload-Length": "5"}).status_code == 204
    tus.require(upload, b"hello")


def test_upload_length_must_not_be_changed_once_set(tus: Tus) -> None:
    tus.needs("creation-defer-length")
    for upload in (tus.create(10), tus.create(None)):
        tus.patch(upload, 0, b"hello", {"Upload-Length": "10"})
        tus.patch(upload, tus.offset(upload), b"!", {"Upload-Length": "20"})
        assert tus.head(upload).headers["Upload-Length"] == "10"


def test_upload_length_below_the_offset_is_refused(tus: Tus) -> None:
    tus.needs("creation-defer-length")
    upload = tus.create(None)
    tus.patch(upload, 0, b"hello")
    assert is_refused(tus.patch(upload, 5, b"", {"Upload-Length": "4"}))
    assert tus.head(upload).headers["Upload-Defer-Length"] == "1"


@pytest.mark.parametrize(
    "metadata",
    [
        f"filetype {encoded('text/plain')}",
        "is_confidential",
        f"is_confidential,filetype {encoded('text/plain')}",
        f"binary {encoded(bytes(range(256)))}",
        f"words {encoded('ä ☂ 日本')}",
    ],
)
def test_upload_metadata_must_be_in_head_as_it_was_given(tus: Tus, metadata: str) -> None:
    upload = tus.create(10, metadata=metadata)
    found = tus.head(upload).headers["Upload-Metadata"]
    assert _pairs(found) == _pairs(f"filename {encoded(upload.name)},{metadata}")


def test_upload_metadata_may_be_left_out(tus: Tus) -> None:
    assert tus.request("POST", tus.url, {"Upload-Length": "10"}).status_code == 201


def test_upload_metadata_of_two_equal_keys_is_not_given_back(tus: Tus) -> None:
    metadata = f"key {encoded('one')},key {encoded('two')}"
    answer = tus.request("POST", tus.url, {"Upload-Length": "10", "Upload-Metadata": metadata})
    if answer.is_success:
        head = tus.request("HEAD", urljoin(tus.url, answer.headers["Location"]))
        assert len(_pairs(head.headers.get("Upload-Metadata", ""))) == 1
    else:
        assert is_refused(answer)


def test_upload_metadata_should_be_no_way_to_other_headers(tus: Tus) -> None:
    metadata = f"key {encoded('a' + chr(13) + chr(10) + 'X-Smuggled: 1')}"
    answer = tus.request("POST", tus.url, {"Upload-Length": "10", "Upload-Metadata": metadata})
    if answer.is_success:
        head = tus.request("HEAD", urljoin(tus.url, answer.headers["Location"]))
        assert "X-Smuggled" not in head.headers
    else:
        assert is_refused(answer)


def test_creation_with_upload_must_not_be_announced_without_creation(tus: Tus) -> None:
    tus.needs("creation-with-upload")
    assert "creation" in tus.extensions


@pytest.mark.parametrize("sent", [0, 5, 10])
def test_creation_with_upload_must_say_the_offset(tus: Tus, sent: int) -> None:
    tus.needs("creation-with-upload")
    content = b"helloworld"
    upload = tus.create(10, {"Content-Type": CHUNK}, content[:sent])
    assert upload.created.headers["Upload-Offset"] == str(sent)
    assert tus.offset(upload) == sent
    if sent < 10:
        assert tus.patch(upload, sent, content[sent:]).status_code == 204
    tus.require(upload, content)


def test_creation_with_upload_beyond_the_length_is_refused(tus: Tus) -> None:
    tus.needs("creation-with-upload")
    headers = {"Upload-Length": "4", "Content-Type": CHUNK}
    assert is_refused(tus.request("POST", tus.url, headers, b"hello"))


def test_creation_with_upload_of_a_length_that_comes_later(tus: Tus) -> None:
    tus.needs("creation-with-upload")
    tus.needs("creation-defer-length")
    upload = tus.create(None, {"Content-Type": CHUNK}, b"hello")
    assert upload.created.headers["Upload-Offset"] == "5"
    assert tus.patch(upload, 5, b"!", {"Upload-Length": "6"}).status_code == 204
    tus.require(upload, b"hello!")
