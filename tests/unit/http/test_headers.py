from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from jupyter_bigupload.errors import Malformed
from jupyter_bigupload.http.parsing.headers import (
    ContentRange,
    parse_content_length,
    parse_content_range,
    parse_file_name,
)

#: What JavaScript's encodeURI leaves as it is, besides letters and digits.
_ENCODE_URI = ";,/?:@&=+$-_.!~*'()#"


@given(st.integers(0, 2**62), st.integers(1, 2**40), st.integers(0, 2**40))
def test_content_range(start: int, length: int, rest: int) -> None:
    total = start + length + rest
    given_range = parse_content_range(f"bytes {start}-{start + length - 1}/{total}")
    assert given_range == ContentRange(start, start + length, total)


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "bytes",
        "bytes */10",
        "bytes 0-9",
        "bytes 0-/10",
        "bytes -9/10",
        "bytes 9-0/10",
        "bytes 0-10/10",
        "bytes 10-10/10",
        "bytes 0-9/9",
        "bytes -1-9/10",
        "bytes 0-0/0",
        "bytes 0x0-0x9/10",
        "bytes 0-9/10, bytes 0-9/10",
        "bytes 0 - 9 / 10",
        "items 0-9/10",
        "bytes 0-9/10 x",
        "bytes ٠-٩/10",  # digits, but not those of the grammar  # noqa: RUF001  # that is the point
        "bytes 0-9/" + "9" * 30,
        "bytes 0-9/10\n",
    ],
)
def test_content_range_that_says_nothing(wrong: str) -> None:
    if wrong.strip() == "bytes 0-9/10":  # white space around a header's value belongs to HTTP
        assert parse_content_range(wrong) == ContentRange(0, 10, 10)
        return
    with pytest.raises(Malformed):
        parse_content_range(wrong)


@given(st.text())
def test_content_range_is_read_or_refused(value: str) -> None:
    try:
        found = parse_content_range(value)
    except Malformed:
        return
    assert 0 <= found.start < found.end
    assert found.total is None or found.end <= found.total


def test_content_range_of_a_file_whose_size_nobody_knows_yet() -> None:
    assert parse_content_range("bytes 5-9/*") == ContentRange(5, 10, None)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
@example("naïve ünïcode 文件.bin")
@example('say "hi"; a\\b.txt')
@example("100%.txt")
@example("a%20b.txt")
@example("utf-8''x")
@example(" spaces ")
@example("it's; filename=other")
def test_names_as_blueimp_sends_them(name: str) -> None:
    sent = f'attachment; filename="{quote(name, safe=_ENCODE_URI)}"'
    assert parse_file_name(sent) == name


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
@example("a%20b.txt")
@example('"quoted"')
def test_names_as_rfc_6266_sends_them(name: str) -> None:
    assert parse_file_name(f"attachment; filename*=UTF-8''{quote(name, safe='')}") == name


@pytest.mark.parametrize("header", ["", "attachment", "inline; name=x", "form-data"])
def test_no_name(header: str) -> None:
    assert parse_file_name(header) is None


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("attachment; filename=two words.bin", "two words.bin"),
        ("attachment; filename=a/b@c:d ; x=y", "a/b@c:d"),
        ('Attachment;FILENAME = "a; filename=b"', "a; filename=b"),
        (r'attachment; filename="a\\b\"c"', r'a\b"c'),
        ("attachment; filename=old; filename*=utf-8'en'new", "new"),
        (b"attachment; filename=".decode() + "é".encode().decode("latin-1"), "é"),
        ("attachment; filename*0=a; filename*1=b", None),
        ("attachment; filename*" + "9" * 5000 + "=a", None),
        ('attachment; filename=""', ""),
    ],
)
def test_names_as_others_send_them(header: str, expected: str | None) -> None:
    assert parse_file_name(header) == expected


@pytest.mark.parametrize(
    "header",
    [
        "attachment; filename=%",
        "attachment; filename=100%",
        "attachment; filename=%ff",
        "attachment; filename=%ed%a0%80",
        "attachment; filename=\xe9",
        "attachment; filename=漢",
        "attachment; filename*=latin-1''x",
        "attachment; filename*=x",
        'attachment; filename="x',
        'attachment; filename="x\\"',
        "attachment; filename=x; FileName=y",
    ],
)
def test_names_that_are_guesses(header: str) -> None:
    with pytest.raises(Malformed):
        parse_file_name(header)


@given(st.text(st.characters(min_codepoint=32, max_codepoint=255)))
def test_any_content_disposition_is_read_or_refused(header: str) -> None:
    try:
        name = parse_file_name(header)
    except Malformed:
        return
    assert name is None or isinstance(name, str)


@pytest.mark.parametrize(("value", "length"), [("0", 0), ("007", 7), ("3, 3", 3), ("9" * 19, 10**19 - 1)])
def test_content_length(value: str, length: int) -> None:
    assert parse_content_length(value) == length


@pytest.mark.parametrize("value", ["", "-1", "+1", "1.0", "0x1", "1 2", "1,2", "1,", "٣", "1_0", "9" * 5000])
def test_content_length_that_says_nothing(value: str) -> None:
    with pytest.raises(Malformed):
        parse_content_length(value)
