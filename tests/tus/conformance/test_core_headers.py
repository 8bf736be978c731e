"""Core Protocol, Headers."""

from __future__ import annotations

import re

import pytest

from .tus import CHUNK, VERSION, Tus, is_refused

WRONG_NUMBERS = ["-1", "1.5", "abc", "0x10", ""]


def test_upload_offset_must_be_a_non_negative_integer(tus: Tus) -> None:
    assert re.fullmatch(r"[0-9]+", tus.head(tus.create(10)).headers["Upload-Offset"])


@pytest.mark.parametrize("value", WRONG_NUMBERS)
def test_upload_offset_that_is_none_is_refused(tus: Tus, value: str) -> None:
    upload = tus.create(10)
    headers = {"Content-Type": CHUNK, "Upload-Offset": value}
    assert is_refused(tus.request("PATCH", upload.url, headers, b"hello"))
    assert tus.offset(upload) == 0


def test_upload_length_must_be_a_non_negative_integer(tus: Tus) -> None:
    assert re.fullmatch(r"[0-9]+", tus.head(tus.create(10)).headers["Upload-Length"])


@pytest.mark.parametrize("value", WRONG_NUMBERS)
def test_upload_length_that_is_none_is_refused(tus: Tus, value: str) -> None:
    assert is_refused(tus.request("POST", tus.url, {"Upload-Length": value}))


def test_tus_version_must_be_a_list_of_versions(tus: Tus) -> None:
    versions = tus.request("OPTIONS", tus.url, version=None).headers["Tus-Version"].split(",")
    assert VERSION in [version.strip() for version in versions]
    assert all(re.fullmatch(r"\s*[0-9]+\.[0-9]+\.[0-9]+\s*", version) for version in versions)


def test_tus_resumable_must_be_in_every_response(tus: Tus) -> None:
    upload = tus.create(10)
    gone = upload.url[:-1] + ("0" if upload.url[-1] != "0" else "1")
    chunk = {"Content-Type": CHUNK, "Upload-Offset": "0"}
    answers = {
        "POST": upload.created,
        "POST refused": tus.request("POST", tus.url),
        "HEAD": tus.head(upload),
        "HEAD not found": tus.request("HEAD", gone),
        "PATCH": tus.patch(upload, 0, b"hello"),
        "PATCH conflict": tus.patch(upload, 9, b"!"),
        "PATCH of another type": tus.request(
            "PATCH", upload.url, {**chunk, "Content-Type": "text/plain"}, b"a"
        ),
        "PATCH not found": tus.request("PATCH", gone, chunk, b"hello"),
        "wrong version": tus.request("HEAD", upload.url, version="0.0.1"),
    }
    if "termination" in tus.extensions:
        answers["DELETE"] = tus.request("DELETE", upload.url)
    missing = {name for name, answer in answers.items() if answer.headers.get("Tus-Resumable") != VERSION}
    assert not missing


@pytest.mark.parametrize("method", ["POST", "HEAD", "PATCH", "DELETE"])
def test_tus_resumable_of_another_version_must_be_answered_412(tus: Tus, method: str) -> None:
    if method == "DELETE":
        tus.needs("termination")
    url = tus.url if method == "POST" else tus.create(10).url
    headers = {"Upload-Length": "10", "Upload-Offset": "0", "Content-Type": CHUNK}
    answer = tus.request(method, url, headers, version="0.2.2")
    assert answer.status_code == 412
    assert VERSION in answer.headers["Tus-Version"]


def test_tus_resumable_of_another_version_must_not_be_processed(tus: Tus) -> None:
    upload = tus.create(10)
    headers = {"Upload-Offset": "0", "Content-Type": CHUNK}
    tus.request("PATCH", upload.url, headers, b"hello", version="2.0.0")
    if "termination" in tus.extensions:
        tus.request("DELETE", upload.url, version="2.0.0")
    assert tus.offset(upload) == 0
    created = tus.request("POST", tus.url, {"Upload-Length": "10"}, version="2.0.0")
    assert "Location" not in created.headers


def test_tus_extension_must_be_a_list_or_omitted(tus: Tus) -> None:
    given = tus.request("OPTIONS", tus.url, version=None).headers.get("Tus-Extension")
    assert given is None or all(re.fullmatch(r"\s*[a-z0-9-]+\s*", one) for one in given.split(","))


def test_tus_max_size_must_be_a_non_negative_integer(tus: Tus) -> None:
    given = tus.request("OPTIONS", tus.url, version=None).headers.get("Tus-Max-Size")
    assert given is None or re.fullmatch(r"[0-9]+", given)


def test_x_http_method_override_must_be_taken_for_the_method(tus: Tus) -> None:
    upload = tus.create(10)
    headers = {"X-HTTP-Method-Override": "PATCH", "Upload-Offset": "0", "Content-Type": CHUNK}
    answer = tus.request("POST", upload.url, headers, b"hello")
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, "5")
    assert tus.offset(upload) == 5


def test_x_http_method_override_the_actual_method_must_be_ignored(tus: Tus) -> None:
    upload = tus.create(10)
    headers = {"X-HTTP-Method-Override": "HEAD", "Upload-Offset": "0", "Content-Type": CHUNK}
    answer = tus.request("PATCH", upload.url, headers, b"hello")
    assert answer.is_success
    assert answer.headers["Upload-Offset"] == "0"
    assert tus.offset(upload) == 0


def test_x_http_method_override_of_delete(tus: Tus) -> None:
    tus.needs("termination")
    upload = tus.create(10)
    assert tus.request("POST", upload.url, {"X-HTTP-Method-Override": "DELETE"}).status_code == 204
    assert tus.head(upload).status_code in {404, 410}
