from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_bigupload.errors import InvalidName, Malformed
from jupyter_bigupload.http.parsing.upload_metadata import MOST, parse_upload_metadata, path_of, text_of

_KEYS = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters=","), min_size=1)


def _encoded(value: bytes) -> str:
    return base64.b64encode(value).decode()


@given(st.dictionaries(_KEYS, st.binary(max_size=64), max_size=5), st.sampled_from([",", ", ", " ,\t"]))
def test_what_a_client_wrote_is_read(metadata: dict[str, bytes], comma: str) -> None:
    header = comma.join(f"{key} {_encoded(value)}" for key, value in metadata.items())
    assert parse_upload_metadata(header) == metadata


@pytest.mark.parametrize("header", ["", " ", ",", " , "])
def test_an_empty_header_says_nothing(header: str) -> None:
    assert parse_upload_metadata(header) == {}


def test_a_value_may_be_left_out() -> None:
    assert parse_upload_metadata("is_confidential,filename YQ==,empty ") == {
        "is_confidential": b"",
        "filename": b"a",
        "empty": b"",
    }


@pytest.mark.parametrize(
    "header",
    [
        "filename a",  # no base64
        "filename YQ",  # not padded
        "filename YQ==YQ==",
        "filename Y*==",
        "filename YQ== YQ==",  # two values
        "filename YQ==,filename YQ==",  # twice
        "file\tname YQ==",
        "file\x7fname YQ==",
        "filename YQ==\x00",
        f"filename {'A' * MOST}",
    ],
)
def test_what_nobody_could_read_is_refused(header: str) -> None:
    with pytest.raises(Malformed):
        parse_upload_metadata(header)


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"filename": "a.csv"}, "a.csv"),
        ({"name": "a.csv"}, "a.csv"),
        ({"filename": "a.csv", "name": "b.csv"}, "a.csv"),
        ({"filename": "a.csv", "relativePath": "null"}, "a.csv"),
        ({"filename": "a.csv", "relativePath": "undefined"}, "a.csv"),
        ({"filename": "a.csv", "relativePath": ""}, "a.csv"),
        ({"filename": "a.csv", "relativePath": "/data/2024/a.csv"}, "data/2024/a.csv"),
        ({"filename": "b.csv", "relativePath": "data/a.csv"}, "data/b.csv"),
        ({"filename": "b.csv", "relativePath": "data/"}, "data/b.csv"),
        ({"filename": "b.csv", "relativePath": "a.csv"}, "b.csv"),
        ({"relativePath": "data/a.csv"}, "data/a.csv"),
        ({"relativePath": "/"}, None),
        ({"filename": "null"}, None),
        ({}, None),
        # What leaves the root is the store's to refuse, and reaches it as it came.
        ({"filename": "a.csv", "relativePath": "../../a.csv"}, "../../a.csv"),
        ({"filename": "..", "relativePath": "data/a.csv"}, "data/.."),
        ({"filename": "ä☂.csv"}, "ä☂.csv"),
    ],
)
def test_where_the_file_goes(fields: dict[str, str], path: str | None) -> None:
    assert path_of({key: value.encode() for key, value in fields.items()}) == path


@pytest.mark.parametrize("name", ["/a.csv", "data/a.csv", "../a.csv"])
def test_a_name_brings_no_folders(name: str) -> None:
    with pytest.raises(InvalidName):
        path_of({"filename": name.encode()})


def test_what_is_no_text_is_no_name() -> None:
    with pytest.raises(Malformed):
        path_of({"filename": b"\xff"})


def test_other_values_may_be_anything() -> None:
    metadata = parse_upload_metadata(f"thumbnail {_encoded(bytes(range(256)))}")
    assert metadata["thumbnail"] == bytes(range(256))
    assert text_of(metadata, "filename") is None
