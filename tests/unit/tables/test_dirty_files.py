"""Dirty files: rows in are rows out and rejects, and every kept value is what its text says, always."""

from __future__ import annotations

import csv
import gzip
import re
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jupyter_bigupload.tables.converting import Converted, Options, convert
from jupyter_bigupload.tables.recipe import Column, Dialect

from .files import LIMITS, recipe_of, written
from .rules import is_equal

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

KINDS = (
    *("int64", "uint64", "int128", "decimal(18,3)", "float64", "boolean"),
    *("date", "time", "timestamp", "timestamptz", "text"),
)


@dataclass(frozen=True)
class Cell:
    """A field of a row: its text, and whether it certainly fits."""

    text: str
    fits: bool = False


@dataclass(frozen=True)
class Row:
    """A row by construction."""

    cells: Sequence[Cell]
    line: int
    is_damaged: bool


@dataclass(frozen=True)
class File:
    """A file by construction."""

    data: bytes
    dialect: Dialect
    kinds: Sequence[str]
    rows: Sequence[Row]


def converted(folder: Path, file: File) -> tuple[Converted, list[tuple[Any, ...]], dict[int, list[str]]]:
    """Return what was made, its rows, and the reasons of each line that is aside."""
    columns = [Column(f"c{number}", f"c{number}", kind) for number, kind in enumerate(file.kinds)]
    result = convert(
        written(folder, file.data),
        recipe_of(columns, file.dialect),
        folder / "made.parquet",
        Options(aside=folder / "aside.csv"),
        limits=LIMITS,
    )
    table = pq.read_table(folder / "made.parquet")
    rejects: dict[int, list[str]] = {}
    if result.aside is not None:
        with result.aside.open(newline="", encoding="utf-8") as aside:
            csv.field_size_limit(2**31 - 1)
            for row in csv.DictReader(aside):
                rejects.setdefault(int(row["line"]), []).append(row["reason"])
    return result, list(zip(*(one.to_pylist() for one in table.columns), strict=True)), rejects


def check(folder: Path, file: File) -> None:
    """Convert a file, and hold what comes out against what is in it."""
    result, made, rejects = converted(folder, file)

    checked = result.checked
    assert checked.rows_in == len(file.rows)
    assert checked.rows_in == checked.rows_out + checked.rejects
    assert (checked.rows_out, checked.rejects) == (len(made), len(rejects))
    values = iter(made)
    for row in file.rows:
        if row.line in rejects:
            assert row.is_damaged or not all(cell.fits for cell in row.cells), (row, rejects[row.line])
            continue
        assert len(row.cells) == len(file.kinds), row
        for kind, cell, value in zip(file.kinds, row.cells, next(values), strict=True):
            if value is None:
                assert cell.text in file.dialect.nulls, (kind, cell)
            elif kind == "text":
                assert value == cell.text
            else:
                # Parquet has no whole numbers of 128 bits.
                assert is_equal(kind, cell.text, int(value) if kind == "int128" else value), (
                    kind,
                    cell,
                    value,
                )


ALPHABET = "0123456789abcxyzäß€,.;:|'\"\\ \t+-_#/\x00\n"
_GOOD: dict[str, st.SearchStrategy[str]] = {
    "int64": st.integers(-(2**63), 2**63 - 1).map(str),
    "uint64": st.integers(0, 2**64 - 1).map(str),
    "int128": st.integers(-(10**38) + 1, 10**38 - 1).map(str),
    "decimal(18,3)": st.decimals(-(10**15) + 1, 10**15 - 1, places=3)
    .filter(lambda one: one != 0)
    .map("{:f}".format),
    "float64": st.floats(allow_nan=False, allow_infinity=False).map(repr),
    "boolean": st.sampled_from(["true", "False", "t", "no", "1"]),
    "date": st.dates().map(str),
    "time": st.times().map(str),
    "timestamp": st.datetimes().map(str),
    "timestamptz": st.datetimes().map("{:%Y-%m-%dT%H:%M:%S}Z".format).filter(lambda one: len(one) == 20),
    "text": st.text(alphabet=ALPHABET, max_size=12),
}
_BAD = st.one_of(
    st.text(alphabet=ALPHABET, max_size=8),
    st.integers(-(2**140), 2**140).map(str),
    st.floats().map(repr),
    st.dates().map("{:%d.%m.%Y}".format),
    st.dates().map("{:%m/%d/%y}".format),
    st.datetimes().map(str),
    st.sampled_from(
        [
            *("1_000", "0x10", "1e5", "1e400", "007", "-0", "+1", "1,5", "1.50", "infinity", "epoch", "NULL"),
            *("24:00:00", "10:00+02", "2024-01-01T00:00:00.1234567", "2024-02-30", "n/a", "\u00bd", "\uff11"),
        ]
    ),
    st.sampled_from([" 1", "1 ", " 2024-01-01", "\t"]),
)
_NEWLINES = ("\n", "\r\n", "\r")


def _cells(kind: str) -> st.SearchStrategy[Cell]:
    good = _GOOD[kind].map(lambda text: Cell(text, fits=True))
    return st.one_of(good, good, good, good, _BAD.map(Cell), st.just(Cell("", fits=True)))


@st.composite
def files(draw: st.DrawFn) -> File:
    """Return a file in some dialect, some of whose rows are damaged."""
    kinds = draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=5))
    dialect = draw(dialects())
    newlines = draw(st.sampled_from([*((one,) for one in _NEWLINES), _NEWLINES]))
    text, line, rows = "", 1, []

    def add(record: str, *, last: bool = False) -> None:
        nonlocal text, line
        newline = "" if last else draw(st.sampled_from(newlines))
        # The two would be one line's end.
        is_one = text.endswith("\r") and not record and newline.startswith("\n")
        text += record + ("\r" if is_one else newline)
        line = 1 + len(re.findall("\r\n?|\n", text))

    for number in range(dialect.skip):
        add(f"skipped {number}")
    if dialect.header:
        # An empty line is no header.
        names = ["a", "ä b", *([""] if len(kinds) > 1 or dialect.quote else [])]
        names = draw(st.lists(st.sampled_from(names), min_size=len(kinds), max_size=len(kinds)))
        add(dialect.delimiter.join(_field(name, dialect, always=True) for name in names))
    count = draw(st.integers(0, 25))
    for number in range(count):
        if len(kinds) > 1 and draw(st.integers(0, 9)) == 0:
            add("")
        cells = [_writable(draw(_cells(kind)), dialect) for kind in kinds]
        damage = draw(st.sampled_from(["", "", "", "", "", "", "few", "many", "bytes"]))
        if damage == "few" and len(cells) > 1 and any(cell.text for cell in cells[:-1]):
            cells = cells[:-1]
        elif damage == "many":
            cells = [*cells, Cell("more")]
        elif damage == "bytes" and dialect.encoding == "utf-8":
            cells = [*cells[:-1], Cell("\udcff")]
        else:
            damage = ""
        always = draw(st.booleans()) and bool(dialect.quote)
        rows.append(Row(cells, line, bool(damage)))
        record = dialect.delimiter.join(_field(cell.text, dialect, always=always) for cell in cells)
        add(record, last=number == count - 1 and bool(record) and draw(st.booleans()))
    data = text.encode(dialect.encoding, "surrogateescape")
    if dialect.compression == "gzip":
        data = gzip.compress(data)
    elif dialect.compression == "zstd":
        data = zstd.compress(data)
    return File(data, dialect, kinds, rows)


@st.composite
def dialects(draw: st.DrawFn) -> Dialect:
    """Return a dialect that can be written."""
    quote = draw(st.sampled_from(['"', '"', "'", ""]))
    return Dialect(
        delimiter=draw(st.sampled_from([",", ";", "\t", "|", "||"])),
        quote=quote,
        escape=draw(st.sampled_from([quote, "\\"])) if quote else "",
        header=draw(st.booleans()),
        skip=draw(st.integers(0, 2)),
        encoding=draw(st.sampled_from(["utf-8", "utf-8", "utf-8-sig", "utf-16", "latin-1", "cp1252"])),
        compression=draw(st.sampled_from(["none", "none", "gzip", "zstd"])),
    )


def _writable(cell: Cell, dialect: Dialect) -> Cell:
    """Return the cell without what its dialect can't write."""
    text = cell.text
    if "\udcff" not in text:
        text = text.encode(dialect.encoding, "ignore").decode(dialect.encoding)
    if not dialect.quote:
        text = re.sub(f"[\r\n{re.escape(dialect.delimiter)}]", "", text)
    return Cell(text, fits=cell.fits and text == cell.text)


def _field(text: str, dialect: Dialect, *, always: bool = False) -> str:
    quote, escape = dialect.quote, dialect.escape
    is_special = any(one in text for one in (*dialect.delimiter, quote or "\n", escape or "\n", "\r", "\n"))
    if not quote or not (always or is_special):
        return text
    if escape != quote:
        text = text.replace(escape, escape * 2)
    return quote + text.replace(quote, escape + quote) + quote


def _check_all(file: File) -> None:
    with tempfile.TemporaryDirectory() as folder:
        check(Path(folder), file)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(files())
def test_some_dirty_files(file: File) -> None:
    _check_all(file)


@pytest.mark.long
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(files())
def test_300_dirty_files(file: File) -> None:
    _check_all(file)


_LATE = [
    *(f"{number},x" for number in range(30_000)),
    "1.5,y",
    "late,z",
    *(f"{number},x" for number in range(50)),
]
_BY_HAND: dict[str, tuple[bytes, Dialect, str]] = {
    "a type that changes past any sample": ("\n".join(["a,b", *_LATE]).encode(), Dialect(), "int64 text"),
    "three styles of dates": (
        b"a\n2024-01-31\n31.01.2024\n01/31/2024\n2024-01-31T00:00:00Z\n",
        Dialect(),
        "date",
    ),
    "numbers beyond 64 bits": (
        b"a,b,c\n9223372036854775807,18446744073709551615,1\n9223372036854775808,18446744073709551616,1e999\n",
        Dialect(),
        "int64 uint64 float64",
    ),
    "a quote that is never closed": (b'a,b\n1,2\n3,"4\n5,6\n7,8\n', Dialect(), "int64 text"),
    "text behind a quote": (b'a,b\n"1"x,2\n3,4\n', Dialect(), "text int64"),
    "blanks around quotes": (b'a,b\n "1" ,2\n3, "4"\n', Dialect(), "text text"),
    "a line without an end": (b"a,b\n1," + b"x" * (17 << 20) + b"\n3,4\n", Dialect(), "int64 text"),
    "NULs": (b"a,b\n1\x00,\x00\n\x00,2\n", Dialect(), "int64 text"),
    "a byte order mark before a quote": (b'\xef\xbb\xbf"a",b\n1,2\n', Dialect(), "int64 int64"),
    "a byte order mark and no header": (b"\xef\xbb\xbf1,2\n3,4\n", Dialect(header=False), "int64 int64"),
    "carriage returns alone": (b"a,b\r1,2\r3,4\r", Dialect(), "int64 int64"),
    "line ends of all kinds": (b"a,b\r\n1,2\n3,4\r5,6\r\n7,8", Dialect(), "int64 int64"),
    "line ends within quotes": (b'a,b\r\n1,"x\ny"\r\n2,"x\r\ny"\r\n', Dialect(), "int64 text"),
    "an empty file": (b"", Dialect(), "int64"),
    "a header alone": (b"a,b\n", Dialect(), "int64 int64"),
    "one column with empty lines": (b"a\n1\n\n2\n\n\n3\n", Dialect(), "int64"),
    "several columns with empty lines": (b"a,b\n1,2\n\n\n3,4\n\n", Dialect(), "int64 int64"),
    "duplicate and empty headers": (
        b"a,a,,\n1,2,3,4\n5,6,7\n8,9,10,11,12\n",
        Dialect(),
        "int64 int64 int64 int64",
    ),
    "a preamble with a quote": (b'he said "\na,b\n1,2\n', Dialect(skip=1), "int64 int64"),
    "comments": (b"a,b\n# x\n1,2\n3,4\n", Dialect(comment="#"), "int64 text"),
    "delimiters of two characters": (b"a||b\n1||2|3\n4||5||6\n", Dialect(delimiter="||"), "int64 text"),
    "marks of a country": (
        b"a;b\n1.234,5;1.000\n1,234.5;1.00\n",
        Dialect(";", decimal=",", thousands="."),
        "float64 int64",
    ),
    "UTF-16 with what is none": (
        "a,b\n1,ä\n".encode("utf-16") + b"\x00\xd8,\x00\n\x00",
        Dialect(encoding="utf-16"),
        "int64 text",
    ),
}
#: Rows of each: by hand, since programs do not agree on them.
_COUNTS = dict(
    zip(_BY_HAND, (30_052, 4, 2, 2, 2, 2, 2, 2, 1, 2, 2, 4, 2, 0, 0, 6, 2, 3, 1, 2, 2, 2, 2), strict=True)
)


@pytest.mark.parametrize("name", _BY_HAND)
def test_dirty_files_made_by_hand(tmp_path: Path, name: str) -> None:
    data, dialect, kinds = _BY_HAND[name]

    result, made, rejects = converted(tmp_path, File(data, dialect, kinds.split(), []))

    checked = result.checked
    assert checked.rows_in == _COUNTS[name]
    assert checked.rows_in == checked.rows_out + checked.rejects
    assert (checked.rows_out, checked.rejects) == (len(made), len(rejects))


def test_a_late_change_of_type_is_aside(tmp_path: Path) -> None:
    data, dialect, kinds = _BY_HAND["a type that changes past any sample"]

    _, made, rejects = converted(tmp_path, File(data, dialect, kinds.split(), []))

    assert rejects == {30_002: ["not_whole"], 30_003: ["not_a_number"]}
    assert [row[0] for row in made] == [*range(30_000), *range(50)]
