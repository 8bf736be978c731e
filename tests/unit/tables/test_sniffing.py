"""What a file is, by its first part: nothing of it may be lost to a wrong guess."""

# ruff: noqa: RUF001  # letters of other scripts

from __future__ import annotations

import csv
import gzip
import io
from typing import Any

import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st

from jupyter_bigupload.errors import NotATable
from jupyter_bigupload.tables.recipe import Dialect, Format, as_json, parse
from jupyter_bigupload.tables.sniffing import guess, sample_of, unique
from jupyter_bigupload.tables.sniffing.encoding import encoding_of
from jupyter_bigupload.tables.sniffing.sampling import recipe_of
from jupyter_bigupload.tables.source import Source


def source(data: bytes | str, name: str = "a.csv") -> Source:
    raw = data.encode() if isinstance(data, str) else data
    return Source(name, len(raw), "1", lambda: io.BytesIO(raw))


def found(data: bytes | str) -> dict[str, Any]:
    """What of the dialect is not as it mostly is."""
    dialect = sample_of(source(data)).dialect
    return {name: value for name, value in vars(dialect).items() if value != getattr(Dialect(), name)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("id,name\n1,a\n2,b\n", {}),
        ("id\tname\n1\ta\n2\tb\n", {"delimiter": "\t"}),
        ("id;x\n1;1,5\n2;2,25\n", {"delimiter": ";", "decimal": ","}),
        ("id;x\n1;1.234,5\n2;2,25\n", {"delimiter": ";", "decimal": ",", "thousands": "."}),
        ("id;x\n1;1.234\n2;22\n", {"delimiter": ";"}),
        ('"1,234","5,678,901"\n"2,000","1,000,000"\n', {"header": False, "thousands": ","}),
        ("a||b\n1||2\n3||4\n", {"delimiter": "||"}),
        ("a|b||c\n1|2||3\n3|4||5\n", {"delimiter": "|"}),
        ("a b c\n1 2 3\n4 5 6\n", {"delimiter": " "}),
        ("a\x01b\n1\x012\n", {"delimiter": "\x01"}),
        ("a,b\n'x,1',2\n'y,2',3\n", {"quote": "'", "escape": "'"}),
        ('a,b\n"x ""y"", z",2\n"u",3\n', {}),
        ('a,b\n"x \\"y\\", z",2\n"u \\"v\\", w",3\n', {"escape": "\\"}),
        ('size\tname\n5"\tpipe\n6"\tlong, pipe\n', {"delimiter": "\t"}),
        ("1,2,3\n4,5,6\n", {"header": False}),
        ("x\n1\n2\n", {}),
        ("name,city\nBob,Paris\nAnn,Rome\n", {}),
        ("Bob,Paris\nAnn,Paris\nBob,Rome\n", {"header": False}),
        ("country,1990,1991,1992\nx,1.5,2,3\ny,1,2,2.5\n", {}),
        (",a,b\n0,1,x\n1,2,y\n", {}),
        ("Report of May\n\nid,name,n\n1,a,2\n2,b,3\n", {"skip": 2}),
        ("# by x\n# in y\nid|n|m\n1|2|3\n4|5|6\n", {"delimiter": "|", "skip": 2}),
        ("\n\nid,n\n1,2\n3,4\n", {"skip": 2}),
        ("a,b\n#c\n1,2\n#d\n3,4\n", {"comment": "#"}),
        ("a,b\n#c\n1,C#\n#d\n3,4\n", {}),
        ("#chrom\tpos\tref\n1\t2\tA\n2\t3\tC\n", {"delimiter": "\t"}),
        ("id,x\n1,NA\n2,5\n", {"nulls": ("", "NA")}),
        ("id,x\n1,-\n2,2024-05-01\n3,n/a\n", {"nulls": ("", "n/a", "-")}),
        ("code,land\nNA,Namibia\nDE,Germany\n", {}),
        ("just some words\nand, then, others\nin lines\n", {"delimiter": "\t"}),
    ],
)
def test_dialects(text: str, expected: dict[str, Any]) -> None:
    assert found(text) == expected
    assert found(text.replace("\n", "\r\n")) == expected


@pytest.mark.parametrize(
    "text",
    [
        # A header that is a field short, or long, is none of a preamble (duckdb#25827).
        "a,b,c\n1,2\n3,4\n5,6\n",
        "a,b\n1,2,3\n3,4,5\n5,6,7\n",
        "a,b,c\n1,2\n3,4,5\n5\n7,8\n1,2,3\n",
        "title\n1,2\n3,4\n5,6\n",
        "x,1\ny,2\nz,3,4\nu,5,6\nv,7,8\n",
    ],
)
def test_no_row_is_skipped_that_may_be_one(text: str) -> None:
    assert sample_of(source(text)).dialect.skip == 0


_WORD = st.text(st.sampled_from("abcXYZ äé"), min_size=1, max_size=6).map(str.strip).filter(bool)
_CELL = st.one_of(
    _WORD, st.integers(-999, 99999).map(str), st.just(""), _WORD.map(lambda one: one + ', 1; "x"')
)


@given(
    st.lists(st.tuples(_WORD, _CELL, st.integers().map(str), _CELL), min_size=4, max_size=20),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_what_the_csv_module_writes_is_read_with_all_its_rows(
    rows: list[tuple[str, ...]], delimiter: str, newline: str
) -> None:
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter, lineterminator=newline)
    writer.writerows([("key", "first", "number", "second"), *rows])
    dialect = sample_of(source(file.getvalue())).dialect
    assert (dialect.delimiter, dialect.skip) == (delimiter, 0)


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("cp1252", "Größe Straße Müller"),
        ("cp1252", "année forêt garçon où naïve"),
        ("cp1252", "España niño año Málaga"),
        ("cp1252", "Åse Øyvind København Zürich"),
        ("cp1250", "Łódź Kraków Gdańsk Wrocław Żywiec"),
        ("cp1250", "Příbram Plzeň České Budějovice Ústí"),
        ("cp1250", "Győr Székesfehérvár Szombathely Kőszeg"),
        ("cp1254", "İstanbul Şanlıurfa Muğla Çanakkale"),
        ("cp1251", "Москва Новосибирск Пермь"),
        ("koi8_r", "Москва Новосибирск Пермь"),
        ("cp1251", "Київ Львів Одеса"),
        ("cp1253", "Αθήνα Θεσσαλονίκη Πάτρα"),
        ("cp1255", "ירושלים חיפה"),
        ("cp850", "Größe année forêt Müller"),
        ("mac_roman", "Größe année forêt"),
        ("shift_jis", "東京 大阪 名古屋 カタカナ"),
        ("gb18030", "北京 上海 广州 深圳"),
        ("big5", "臺北 高雄 臺中"),
        ("euc_kr", "서울 부산 대구"),
        ("utf-16-le", "Größe année Москва"),
        ("utf-16-be", "plain words"),
        ("utf-32", "Größe"),
        ("utf-8", "Größe 東京"),
    ],
)
@pytest.mark.parametrize("times", [1, 30])
def test_encodings(encoding: str, words: str, times: int) -> None:
    text = "name,x\n" + "".join(f"{word},1\n" for word in words.split() * times)
    data = text.encode(encoding)
    assert data.decode(encoding_of(data)) == text


def test_a_character_that_is_cut_and_a_byte_that_is_wrong() -> None:
    text = ("é" * 1000).encode()
    assert encoding_of(text[:-1]) == "utf-8"
    assert encoding_of(text + b"\xff" + text) == "utf-8"


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["1", "-2", "0"], ("int64", None)),
        (["007", "12"], ("text", None)),
        (["+1", "2"], ("text", None)),
        ([str(2**63), "1"], ("uint64", None)),
        ([str(2**64), "-1"], ("int128", None)),
        ([str(2**127), "1"], ("text", None)),
        (["1.5", "2", "1e3", ".5"], ("float64", None)),
        (["0.12345678901234567890", "1.5"], ("decimal(21,20)", None)),
        (["1_000", "2"], ("text", None)),
        (["0x10"], ("text", None)),
        (["1e400000", "inf"], ("text", None)),
        (["true", "False"], ("boolean", None)),
        (["0", "1"], ("int64", None)),
        (["2024-02-29"], ("date", None)),
        (["2023-02-29"], ("text", None)),
        (["31.12.2024", "01.02.2024"], ("date", "%d.%m.%Y")),
        (["31.12.2024", "1.2.2024"], ("date", "%-d.%-m.%Y")),
        (["31/12/2024", "01/02/2024"], ("date", "%d/%m/%Y")),
        (["12/31/2024", "01/02/2024"], ("date", "%m/%d/%Y")),
        (["12/31/2024", "31/12/2024"], ("text", None)),
        (["2024/12/31"], ("date", "%Y/%m/%d")),
        (["5 Jan 2024", "15 Mar 2024"], ("date", "%-d %b %Y")),
        (["2024-05-01 10:00", "2024-05-01T10:00:05.25"], ("timestamp", None)),
        (["2024-05-01T10:00Z", "2024-05-01T10:00:05+02:00"], ("timestamptz", None)),
        (["2024-05-01", "2024-05-01T10:00Z"], ("text", None)),
        (["31.12.2024 23:59"], ("timestamp", "%d.%m.%Y %H:%M")),
        (["12/31/2024 11:59 PM"], ("timestamp", "%m/%d/%Y %I:%M %p")),
        (["23:59", "00:00:01.5"], ("time", None)),
        (["24:00"], ("text", None)),
        ([], ("text", None)),
    ],
)
def test_types(texts: list[str], expected: tuple[str, str | None]) -> None:
    made = guess([(line, text) for line, text in enumerate(texts, 2)])
    assert (made.type, made.format) == expected


def test_dates_of_which_nobody_knows_the_order_stay_text() -> None:
    made = guess([(2, "01/02/2024"), (3, "03/04/2024")])
    assert (made.type, made.narrower) == ("text", "date")
    assert made.ambiguous == ["%d/%m/%Y", "%m/%d/%Y"]
    assert made.rows == [(2, "01/02/2024"), (3, "03/04/2024")]


def test_what_forbids_a_narrower_type() -> None:
    values = [
        *((line, str(line)) for line in range(2, 200)),
        *((line, f"{line}.5") for line in range(200, 210)),
    ]
    made = guess(values)
    assert (made.type, made.narrower) == ("float64", "int64")
    assert made.rows == [(200, "200.5"), (201, "201.5"), (202, "202.5")]
    made = guess([*values, (999, "n.d.")])
    assert (made.type, made.narrower, made.rows) == ("text", "float64", [(999, "n.d.")])
    assert guess([(2, "some"), (3, "words"), (4, "5")]).narrower is None


@given(
    st.lists(st.one_of(st.text(max_size=3), st.sampled_from(["a", "A", "a_2", "column2", ""])), max_size=12)
)
def test_names(names: list[str]) -> None:
    made = unique(names)
    assert len({name.casefold() for name in made}) == len(names)
    columns = recipe_of(sample_of(source("")), names, [guess([])] * len(names))
    assert parse(as_json(columns)).columns == columns.columns


def test_packing() -> None:
    text = b"id,name\n" + b"1,a\n" * 300_000
    for packed, name in ((gzip.compress(text), "gzip"), (zstd.compress(text), "zstd")):
        sample = sample_of(source(packed, "misnamed.txt"))
        assert (sample.dialect.compression, sample.text[:12]) == (name, b"id,name\n1,a\n")
    two = sample_of(source(gzip.compress(b"id,name\n") + gzip.compress(b"1,a\n")))
    assert (two.text, two.is_whole) == (b"id,name\n1,a\n", True)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b'{"a": 1}\n{"a": 2}\n', Format.JSON_LINES),
        (b'{"a": 1', Format.JSON_LINES),
        (b"{a},b\n{c},d\n", Format.CSV),
        (b"PAR1" + bytes(50), Format.PARQUET),
        (b"ARROW1\0\0" + bytes(50), Format.ARROW),
        (b"PK\x03\x04" + bytes(22) + b"[Content_Types].xml", Format.EXCEL),
    ],
)
def test_formats(data: bytes, expected: Format) -> None:
    assert sample_of(source(data)).format is expected


def test_other_files_are_called_by_their_names() -> None:
    with pytest.raises(NotATable, match=r"\.xlsx"):
        sample_of(source(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(50)))
    with pytest.raises(NotATable, match="ZIP"):
        sample_of(source(b"PK\x03\x04" + bytes(50), "a.zip"))
