"""Protocol Extensions: Expiration, Checksum and Termination."""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

import pytest

from .tus import Tus, encoded, is_refused

#: An HTTP date as it is to be written (RFC 7231, section 7.1.1.1).
_DATE = re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} GMT")
_CHECKSUMS: Mapping[str, Callable[[bytes], bytes]] = {
    "md5": lambda data: hashlib.md5(data, usedforsecurity=False).digest(),
    "sha1": lambda data: hashlib.sha1(data, usedforsecurity=False).digest(),
    "sha256": lambda data: hashlib.sha256(data).digest(),
    "sha512": lambda data: hashlib.sha512(data).digest(),
    "crc32": lambda data: zlib.crc32(data).to_bytes(4, "big"),
}


def _checksum(algorithm: str, data: bytes) -> dict[str, str]:
    return {"Upload-Checksum": f"{algorithm} {encoded(_CHECKSUMS[algorithm](data))}"}


def test_upload_expires_must_be_in_patch_responses_of_what_expires(tus: Tus) -> None:
    tus.needs("expiration")
    upload = tus.create(10)
    for sent in range(2):
        answer = tus.patch(upload, sent, b"a")
        assert parsedate_to_datetime(answer.headers["Upload-Expires"]) > datetime.now(timezone.utc)


def test_upload_expires_must_be_in_the_response_to_the_creation_if_it_is_known(tus: Tus) -> None:
    tus.needs("expiration")
    assert "Upload-Expires" in tus.create(10).created.headers


def test_upload_expires_must_be_an_http_date(tus: Tus) -> None:
    tus.needs("expiration")
    assert _DATE.fullmatch(tus.patch(tus.create(10), 0, b"a").headers["Upload-Expires"])


def test_checksum_must_be_said_with_its_algorithms(tus: Tus) -> None:
    tus.needs("checksum")
    assert "sha1" in tus.checksums
    assert all(re.fullmatch(r"[^A-Z\s]+", name) and name.isascii() for name in tus.checksums)


def test_checksum_that_matches_is_answered_204(tus: Tus) -> None:
    tus.needs("checksum")
    for algorithm in set(tus.checksums) & set(_CHECKSUMS):
        upload = tus.create(5)
        assert tus.patch(upload, 0, b"hello", _checksum(algorithm, b"hello")).status_code == 204
        tus.require(upload, b"hello")


def test_checksum_that_differs_is_answered_460_and_the_chunk_must_be_discarded(tus: Tus) -> None:
    tus.needs("checksum")
    for algorithm in set(tus.checksums) & set(_CHECKSUMS):
        upload = tus.create(10)
        tus.patch(upload, 0, b"hello")
        assert tus.patch(upload, 5, b"WORLD", _checksum(algorithm, b"world")).status_code == 460
        assert tus.offset(upload) == 5
        assert tus.patch(upload, 5, b"world", _checksum(algorithm, b"world")).status_code == 204
        tus.require(upload, b"helloworld")


def test_checksum_of_an_unknown_algorithm_is_answered_400_and_the_chunk_must_be_discarded(tus: Tus) -> None:
    tus.needs("checksum")
    upload = tus.create(5)
    headers = {"Upload-Checksum": f"nosuch {encoded('hello')}"}
    assert tus.patch(upload, 0, b"hello", headers).status_code == 400
    assert tus.offset(upload) == 0


@pytest.mark.parametrize("value", ["", "sha1", "sha1 !", "SHA1 qvTGHdzF6KLavt4PO0gs2a6pQ00=", "sha1 YQ=="])
def test_checksum_that_is_not_written_so_is_refused_and_the_chunk_discarded(tus: Tus, value: str) -> None:
    tus.needs("checksum")
    upload = tus.create(5)
    assert is_refused(tus.patch(upload, 0, b"hello", {"Upload-Checksum": value}))
    assert tus.offset(upload) == 0


def test_termination_must_be_answered_204(tus: Tus) -> None:
    tus.needs("termination")
    upload = tus.create(10)
    tus.patch(upload, 0, b"hello")
    assert tus.request("DELETE", upload.url).status_code == 204


def test_termination_of_a_completed_upload_must_be_answered_204(tus: Tus) -> None:
    tus.needs("termination")
    upload = tus.create(5)
    tus.patch(upload, 0, b"hello")
    assert tus.request("DELETE", upload.url).status_code == 204


def test_termination_requests_after_it_should_be_answered_404_or_410(tus: Tus) -> None:
    tus.needs("termination")
    for length in (5, 10):
        upload = tus.create(length)
        tus.patch(upload, 0, b"hello")
        tus.request("DELETE", upload.url)
        assert tus.head(upload).status_code in {404, 410}
        assert tus.patch(upload, 5, b"hello").status_code in {404, 410}
        assert tus.request("DELETE", upload.url).status_code in {404, 410}
