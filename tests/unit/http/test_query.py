from __future__ import annotations

from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_bigupload.errors import Malformed
from jupyter_bigupload.http.parsing.query import query_argument

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(
    value=TEXT,
    others=st.lists(st.tuples(TEXT.filter(lambda name: name != "file"), TEXT), max_size=3),
    plus=st.booleans(),
)
def test_an_argument_comes_back(value: str, others: list[tuple[str, str]], *, plus: bool) -> None:
    encode = quote_plus if plus else lambda text: quote(text, safe="")
    pairs = [*others, ("file", value), *others]
    query = "&".join(f"{encode(name)}={encode(text)}" for name, text in pairs)
    assert query_argument(query, "file") == value


@given(TEXT.filter(lambda text: not set("&+%#") & set(text)))
def test_bytes_that_are_not_encoded(value: str) -> None:
    """tornado keeps each byte as a character."""
    assert query_argument(f"file={value}".encode().decode("latin-1"), "file") == value


@given(st.text(st.characters(max_codepoint=255), max_size=40))
def test_any_query_is_read_or_refused(query: str) -> None:
    for name in ("file", query):
        try:
            value = query_argument(query, name)
        except Malformed:
            continue
        assert value is None or value.encode() is not None


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", None),
        ("file", ""),
        ("file=", ""),
        ("&&file=a&&", "a"),
        ("File=a", None),
        ("file=a=b;c", "a=b;c"),
        ("f%69le=a", "a"),
        ("%ff=a&file=b", "b"),
        ("file=+%2B%00", " +\0"),
    ],
)
def test_how_a_query_may_be_written(query: str, expected: str | None) -> None:
    assert query_argument(query, "file") == expected


@pytest.mark.parametrize(
    "query", ["file=%", "file=%4", "file=%u0041", "file=%ff", "file=\xff", "file=a&file=a", "file=a&f%69le=b"]
)
def test_what_is_no_text_or_two(query: str) -> None:
    with pytest.raises(Malformed):
        query_argument(query, "file")
