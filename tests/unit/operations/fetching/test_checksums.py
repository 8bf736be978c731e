"""Checksums as people paste them."""

from __future__ import annotations

import base64
import hashlib

import pytest

from jupyter_bigupload.digests import Digest
from jupyter_bigupload.errors import ChecksumMismatch, Malformed
from jupyter_bigupload.operations.fetching import parse_checksum, require_checksum

SHA = hashlib.sha256(b"x").hexdigest()
MD5 = hashlib.md5(b"x", usedforsecurity=False).hexdigest()
BASE64 = base64.b64encode(bytes.fromhex(SHA)).decode()


@pytest.mark.parametrize(
    "text",
    [SHA, SHA.upper(), f" {SHA}\n", f"sha256:{SHA}", f"SHA-256={SHA}", f"sha256: {SHA}", f"sha256-{BASE64}",
     f"{SHA}  some file.csv", f"sha-256=:{BASE64}:"],
)  # fmt: skip
def test_sha_256(text: str) -> None:
    assert parse_checksum(text) == Digest("sha-256", bytes.fromhex(SHA))


@pytest.mark.parametrize("text", [MD5, f"md5:{MD5}", f"MD5={MD5}", f"{MD5} *x"])
def test_md5(text: str) -> None:
    assert parse_checksum(text) == Digest("md5", bytes.fromhex(MD5))


@pytest.mark.parametrize(
    "text", ["", "sha256:", "abc", f"sha256:{MD5}", f"md5:{SHA}", f"sha512:{SHA}", SHA[:-1], f"{SHA}{SHA}",
             "sha256:zz", "../../x", "sha-1=:AAAA:", "sha-256=:AAAA:", f"{SHA}\0"],
)  # fmt: skip
def test_no_checksum(text: str) -> None:
    with pytest.raises(Malformed):
        parse_checksum(text)


def test_other_bytes_are_told() -> None:
    expected, actual = parse_checksum(SHA), Digest("sha-256", bytes(32))
    require_checksum(expected, expected)
    with pytest.raises(ChecksumMismatch) as raised:
        require_checksum(expected, actual)
    assert raised.value.details == {"expected": str(expected), "actual": str(actual)}
    assert SHA in raised.value.message
