"""The checksum that a person gives with a link, as sites print them."""

from __future__ import annotations

import base64
import binascii
import re

from ...digests import ALGORITHMS, Digest
from ...errors import ChecksumMismatch, Malformed

#: As people and sites write the names.
_NAMES = {"md5": "md5", "sha256": "sha-256", "sha-256": "sha-256", "xxh3": "xxh3-128", "xxh3-128": "xxh3-128"}
#: The length of each, bytes.
_LENGTHS = {"md5": 16, "sha-256": 32, "xxh3-128": 16, "crc64nvme": 8}
#: What is meant when no name is given, by the length.
_UNNAMED = {16: "md5", 32: "sha-256"}
_WRITTEN = re.compile(r"(?:(?P<name>[a-z0-9-]+)\s*[:=-]\s*)?(?P<value>[A-Za-z0-9+/]+={0,2})", re.IGNORECASE)


def parse_checksum(text: str) -> Digest:
    """Return the digest that a person gave.

    Taken are `md5:<hex>`, `sha256:<hex>`, also with `=` or the base64 of `sha256-…` (as in `integrity`), the
    hexadecimal digits alone, a line of `sha256sum`, and a member of `Content-Digest`.

    Raises
    ------
    Malformed
        When it is none of these, or of an algorithm that is not known.
    """
    text = text.strip()
    try:
        digest = Digest.parse(text)
    except ValueError:
        digest = _written(text.split()[0] if re.match(r"[0-9a-fA-F]{32,}\s", text) else text)
    if digest.algorithm not in ALGORITHMS:
        raise Malformed("The checksum's algorithm is not known; give MD5 or SHA-256, as in sha256:9f86d0…")
    if len(digest.value) != _LENGTHS[digest.algorithm]:
        raise Malformed(f"The checksum is too short or too long for {digest.algorithm}.")
    return digest


def require_checksum(expected: Digest, actual: Digest) -> None:
    """Check that the bytes that were fetched are those that were meant.

    Raises
    ------
    ChecksumMismatch
        When they are not.
    """
    if expected != actual:
        raise ChecksumMismatch(
            f"The file's {actual.algorithm} is {actual.value.hex()}, not {expected.value.hex()}.",
            expected=str(expected),
            actual=str(actual),
        )


def _written(text: str) -> Digest:
    match = _WRITTEN.fullmatch(text)
    if match is None:
        raise Malformed("This is no checksum; give MD5 or SHA-256, as in sha256:9f86d0…")
    value = _value(match["value"])
    name = _UNNAMED.get(len(value), "") if match["name"] is None else match["name"].lower()
    return Digest(_NAMES.get(name, name), value)


def _value(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        pass
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise Malformed("The checksum is neither hexadecimal nor base64.") from None
