"""Names that sites give: whatever they are, a folder can hold them, and they go nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_bigupload.operations.fetching.names import disposition_name, name_of, safe_name
from jupyter_bigupload.operations.fetching.url import parse_url


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("attachment; filename=data.csv", "data.csv"),
        ('attachment; filename="my data.csv"', "my data.csv"),
        (r'attachment; filename="a \"b\" \\ c"', r'a "b" \ c'),
        ('attachment;FileName="x.bin"', "x.bin"),
        ("attachment; filename = x.bin ; size=3", "x.bin"),
        ("attachment; filename*=UTF-8''na%C3%AFve%20file.txt", "naïve file.txt"),
        ("attachment; filename*=utf-8'en'%e2%82%ac.txt", "€.txt"),
        ("attachment; filename*=ISO-8859-1''%e9t%e9.txt", "été.txt"),
        ("attachment; filename=\"plain.txt\"; filename*=UTF-8''better.txt", "better.txt"),
        ("attachment; filename*=UTF-8''better.txt; filename=\"plain.txt\"", "better.txt"),
        ("attachment; filename*=UTF-8''%ff%fe; filename=plain.txt", "plain.txt"),
        ("attachment; filename*=EBCDIC''x; filename=plain.txt", "plain.txt"),
        ("attachment; filename*=nothing; filename=plain.txt", "plain.txt"),
        ("attachment; filename=one; filename=two", "one"),
        ('attachment; filename="%2e%2e%2fx"', "%2e%2e%2fx"),
        ('attachment; foo="; filename=evil"; filename=good', "good"),
        ("attachment; filename=été.txt".encode().decode("latin-1"), "été.txt"),
        ("attachment; filename=\u00e9t\u00e9.txt", "été.txt"),
        ('attachment; filename="never ends', ""),
        ("attachment", ""),
        ("", ""),
    ],
)
def test_of_a_header(header: str, name: str) -> None:
    assert disposition_name(header) == name


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("data.csv", "data.csv"),
        ("../../etc/passwd", "passwd"),
        ("/etc/passwd", "passwd"),
        ("..\\..\\windows\\system.ini", "system.ini"),
        ("C:\\x\\y.txt", "y.txt"),
        ("folder/", ""),
        ("..", ""),
        (".", ""),
        ("...", ""),
        ("", ""),
        ("   ", ""),
        (".bashrc", "bashrc"),
        (". .ssh", "ssh"),
        ("a\0b\r\n.txt", "ab.txt"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("\u200b.hidden", "hidden"),
        ("a\u2028b", "ab"),
        ("nul", "_nul"),
        ("CON.txt", "_CON.txt"),
        ("com1", "_com1"),
        ("LPT\u00b9.log", "_LPT\u00b9.log"),
        ("aux .h", "_aux .h"),
        ("console.log", "console.log"),
        ("name. . .", "name"),
        ("a:b*c?.txt", "a_b_c_.txt"),
        ("e\u0301te\u0301.txt", "\u00e9t\u00e9.txt"),
        ("x" * 300 + ".parquet", "x" * 247 + ".parquet"),
        ("\u00e9" * 200 + ".csv", "\u00e9" * 125 + ".csv"),
        ("x" * 10 + "." + "y" * 300, ("x" * 10 + "." + "y" * 300)[:255]),
        ("\ud800x", "x"),
    ],
    ids=ascii,
)
def test_is_made_safe(given: str, safe: str) -> None:
    assert safe_name(given) == safe


@given(st.text(st.characters(codec=None), max_size=400))
def test_whatever_comes_is_a_name_or_nothing(text: str) -> None:
    name = safe_name(text)
    assert "/" not in name
    assert "\\" not in name
    assert "\0" not in name
    assert not name.startswith((".", " "))
    assert len(name.encode()) <= 255
    assert safe_name(name) == name


@given(st.text(st.characters(max_codepoint=255), max_size=200))
def test_any_header_can_be_read(header: str) -> None:
    disposition_name(header)


def test_the_first_that_has_one_gives_it() -> None:
    given, final = parse_url("https://a.example/x/"), parse_url("https://cdn.example/p/b%20c.zip?d=e/f.txt")
    assert name_of("attachment; filename=h.txt", given, final) == "h.txt"
    assert name_of("attachment; filename=..", given, final) == "b c.zip"
    assert name_of(None, given, final) == "b c.zip"
    assert name_of(None, parse_url("https://a.example/%2e%2e%2fetc%2fpasswd")) == "passwd"
    assert name_of(None, parse_url("https://a.example/")) == "download"
