from __future__ import annotations

import base64
import hashlib

import pytest
import xxhash
from hypothesis import given
from hypothesis import strategies as st

from jupyter_bigupload.digests import ALGORITHMS, Digest, Hasher, agreed, crc64nvme_of_all
from jupyter_bigupload.errors import Malformed
from jupyter_bigupload.http.parsing.content_digest import parse_content_digest

_SHA = Digest("sha-256", hashlib.sha256(b"x").digest())
_XXH = Digest("xxh3-128", xxhash.xxh3_128(b"x").digest())


@given(st.binary(max_size=64), st.sampled_from(sorted(ALGORITHMS)))
def test_a_digest_comes_back_from_its_string(value: bytes, algorithm: str) -> None:
    digest = Digest(algorithm, value)
    assert Digest.parse(str(digest)) == digest
    assert parse_content_digest(str(digest)) == digest


def test_the_example_of_the_standard() -> None:
    """RFC 9530, section 2, and its appendix A."""
    hasher = Hasher("sha-256")
    hasher.update(b'{"hello": ')
    hasher.update(b'"world"}\n')
    assert str(hasher.digest) == "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:"
    assert hasher.length == 19


def test_the_canonical_form_of_xxh3() -> None:
    """The vector of the empty input in the specification of xxHash."""
    assert Hasher("xxh3-128").digest.value.hex() == "99aa06d3014798d86001c324468d497f"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (f"{_SHA}, {_XXH}", _SHA),
        (f"{_XXH},{_SHA}", _XXH),
        (f"sha3-512=:AAAA:, {_XXH}", _XXH),
        (f"  {_SHA};q=1", _SHA),
        ("sha3-512=:AAAA:", None),
    ],
)
def test_the_first_that_is_known(value: str, expected: Digest | None) -> None:
    assert parse_content_digest(value) == expected


@pytest.mark.parametrize(
    "value",
    [
        "",
        ",",
        "sha-256",
        "sha-256=",
        "sha-256=abc",
        "sha-256=:a:",
        "sha-256=:!!!!:",
        "SHA-256=:AAAA:",
        "=:AAAA:",
        "a=:=:",
    ],
)
def test_what_is_no_dictionary_of_digests(value: str) -> None:
    with pytest.raises(Malformed):
        parse_content_digest(value)


@given(st.text())
def test_anything_is_a_digest_or_malformed(value: str) -> None:
    try:
        found = parse_content_digest(value)
    except Malformed:
        return
    assert found is None or base64.b64encode(found.value).decode() in value


@pytest.mark.parametrize(
    ("offered", "expected"),
    [
        ([], None),
        (["crc32c"], None),
        (["crc32c", "sha-256", "xxh3-128"], "sha-256"),
        (["xxh3-128", "sha-256"], "xxh3-128"),
    ],
)
def test_what_the_two_sides_agree_on(offered: list[str], expected: str | None) -> None:
    assert agreed(offered) == expected


@pytest.mark.parametrize(
    ("offered", "verified", "expected"),
    [
        (["xxh3-128", "sha-256", "md5"], ["md5"], "md5"),
        (["xxh3-128", "sha-256"], ["md5"], "xxh3-128"),
        (["md5", "sha-256"], ["sha-256", "md5"], "sha-256"),
        (["md5"], ["unheard-of", "md5"], "md5"),
    ],
)
def test_a_digest_that_the_store_verifies_is_preferred(
    offered: list[str], verified: list[str], expected: str
) -> None:
    assert agreed(offered, verified) == expected


def test_the_crc_of_a_whole_file_follows_from_those_of_its_parts() -> None:
    parts = [b"", b"1", b"23456", b"789"]
    digests = []
    for part in parts:
        hasher = Hasher("crc64nvme")
        hasher.update(part)
        digests.append((hasher.digest, len(part)))
    whole = crc64nvme_of_all(digests)
    # The check value of the CRC catalogue, CRC-64/NVME.
    assert whole.value.hex() == "ae8b14860a799888"
