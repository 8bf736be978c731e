"""Previews of text: what is shown, what is not, and how little of the file is read for it."""

from __future__ import annotations

import gzip
import io
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st

from jupyter_bigupload.errors import NotATable
from jupyter_bigupload.tables.preview import Cache, preview
from jupyter_bigupload.tables.recipe import parse
from jupyter_bigupload.tables.rows import index
from jupyter_bigupload.tables.source import Source


class Counting(io.BytesIO):
    """Counts what is read of it."""

    def __init__(self, data: bytes, reads: list[int]) -> None:
        super().__init__(data)
        self._reads = reads

    def read(self, size: int | None = -1) -> bytes:
        piece = super().read(size)
        self._reads.append(len(piece))
        return piece


def source(data: bytes | str, name: str = "a.csv", *, reads: list[int] | None = None) -> Source:
    raw = data.encode() if isinstance(data, str) else data
    return Source(name, len(raw), "1", lambda: Counting(raw, [] if reads is None else reads))


def types(answer: dict[str, Any]) -> list[str]:
    return [column["type"] for column in answer["columns"]]


def test_a_small_file() -> None:
    answer = preview(source("id,when,note\n1,2024-05-01,x\n2,2024-05-02,\n"))
    assert types(answer) == ["int64", "date", "text"]
    assert answer["values"] == [["1", "2024-05-01", "x"], ["2", "2024-05-02", None]]
    assert answer["rows"] == {"count": 2, "exact": True}
    assert answer["lines"] == [2, 3]
    assert (answer["size"], answer["arrived"], answer["complete"]) == (42, 42, True)
    assert parse(answer["recipe"]).dialect.header
    assert [column["native"] for column in answer["columns"]] == ["BIGINT", "DATE", "VARCHAR"]
    assert answer["columns"][1]["profile"] == {
        "rows": 2,
        "nulls": 0,
        "distinct": 2,
        "distinct_exact": True,
        "min": "2024-05-01",
        "max": "2024-05-02",
        "histogram": [
            {"from": "2024-05-01", "to": "2024-05-01", "count": 1},
            {"from": "2024-05-02", "to": "2024-05-02", "count": 1},
        ],
        "rejects": 0,
    }


def test_why_a_column_has_its_type() -> None:
    answer = preview(source("n,zip\n1,01234\n2,20001\n12.5,7\n3.25,8\n"))
    assert types(answer) == ["float64", "text"]
    assert answer["columns"][0]["why"] == {
        "narrower": "int64",
        "rows": [{"line": 4, "text": "12.5"}, {"line": 5, "text": "3.25"}],
        "ambiguous": [],
    }
    assert answer["columns"][1]["why"]["rows"] == [{"line": 2, "text": "01234"}]


def test_a_recipe_that_does_not_fit_shows_what_does_not() -> None:
    found = preview(source("n,x\n1,a\n"))["recipe"]
    answer = preview(source("n,x\n1,a\nb,c\n3\n4,d,e\n5,f\n"), parse(found))
    assert answer["values"] == [["1", "a"], [None, "c"], ["5", "f"]]
    assert [(one["row"], one["column"], one["text"], one["reason"]) for one in answer["rejects"]] == [
        (1, 0, "b", "not_a_number")
    ]
    assert [(one["line"], one["byte"], one["reason"], one["text"]) for one in answer["structural"]] == [
        (4, 12, "too_few_fields", "3"),
        (5, 14, "too_many_fields", "4,d,e"),
    ]
    assert answer["rows"] == {"count": 5, "exact": True}


def test_columns_are_found_anew_where_a_recipe_has_none() -> None:
    data = source("a;b\n1;2\n")
    recipe = preview(data)["recipe"]
    assert [column["source"] for column in recipe["columns"]] == ["a", "b"]
    changed = {**recipe, "columns": [], "dialect": {**recipe["dialect"], "delimiter": ","}}
    answer = preview(data, parse(changed))
    assert [column["source"] for column in answer["columns"]] == ["a;b"]
    assert answer["values"] == [["1;2"]]


def test_columns_that_are_left_out_and_named_anew() -> None:
    recipe = preview(source("a,b,c\n1,x,2\n"))["recipe"]
    recipe["columns"][1]["keep"] = False
    recipe["columns"][2]["name"] = "z"
    answer = preview(source("a,b,c\n1,x,2\n"), parse(recipe))
    assert answer["values"] == [["1", "2"]]
    assert [(column["name"], column["profile"] is None) for column in answer["columns"]] == [
        ("a", False),
        ("b", True),
        ("z", False),
    ]


@pytest.fixture(scope="module")
def large() -> bytes:
    return b"id,text\n" + b"".join(b'%d,"row ""%d"""\n' % (row, row) for row in range(200_000))


def test_rows_anywhere_in_a_file_on_a_disk(large: bytes, tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    path.write_bytes(large)
    file, cache = Source("large.csv", len(large), "1", lambda: path.open("rb")), Cache()
    for start in (0, 150_000, 9_990, 123_456, 199_999):
        answer = preview(file, start=start, count=3, cache=cache)
        wanted = [[str(row), f'row "{row}"'] for row in range(start, min(start + 3, 200_000))]
        assert answer["values"] == wanted
        assert answer["lines"] == [int(row) + 2 for row, _ in wanted]
    assert answer["rows"] == {"count": 200_000, "exact": True} or not answer["rows"]["exact"]
    beyond = preview(file, start=200_000, count=3, cache=cache)
    assert (beyond["values"], beyond["rows"]) == ([], {"count": 200_000, "exact": True})


def test_of_an_object_in_a_bucket_the_beginning_alone_is_read(large: bytes) -> None:
    reads: list[int] = []
    answer = preview(source(large, reads=reads))
    assert len(answer["values"]) == 100
    assert sum(reads) == 2**20 < len(large)
    assert not answer["rows"]["exact"]
    assert abs(answer["rows"]["count"] - 200_000) < 20_000


def test_a_change_of_the_recipe_reads_nothing_anew_but_the_beginning(large: bytes) -> None:
    reads: list[int] = []
    file, cache = source(large, reads=reads), Cache()
    recipe = preview(file, cache=cache)["recipe"]
    preview(file, start=190_000, cache=cache)
    reads.clear()
    recipe["columns"][0]["type"] = "text"
    answer = preview(file, parse(recipe), start=190_000, cache=cache)
    assert answer["columns"][0]["native"] == "VARCHAR"
    assert sum(reads) < 3 * 2**20


def test_a_file_that_is_still_coming() -> None:
    whole = b"a,b\n1,x\n2,y\n3,zzz\n"
    cache = Cache()
    for size, rows in ((6, []), (8, [["1", "x"]]), (17, [["1", "x"], ["2", "y"]])):
        part = replace(source(whole[:size]), complete=False)
        answer = preview(part, cache=cache)
        assert answer["values"] == rows
        assert not answer["rows"]["exact"]
        assert not answer["complete"]
    answer = preview(source(whole), cache=cache)
    assert answer["values"] == [["1", "x"], ["2", "y"], ["3", "zzz"]]
    assert answer["rows"] == {"count": 3, "exact": True}


def test_the_index_goes_on_with_a_file_that_is_still_coming(large: bytes) -> None:
    cache = Cache()
    half = replace(source(large[: len(large) // 2]), complete=False)
    assert preview(half, start=80_000, count=2, cache=cache)["values"][1][0] == "80001"
    assert preview(half, start=190_000, count=2, cache=cache)["values"] == []
    more = replace(source(large[:-3]), complete=False)
    assert preview(more, start=190_000, count=2, cache=cache)["values"][1][0] == "190001"
    assert len(preview(more, start=199_998, count=5, cache=cache)["values"]) == 1


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_encodings_and_packing(encoding: str, pack: Any) -> None:
    text = "größe;prix\n" + "".join(f"{row},5;é{row}\n" for row in range(20_000))
    file, cache = source(pack(text.encode(encoding)), "x.csv.gz"), Cache()
    answer = preview(file, cache=cache)
    assert [column["source"] for column in answer["columns"]] == ["größe", "prix"]
    assert types(answer) == ["float64", "text"]
    assert answer["values"][7] == ["7.5", "é7"]
    assert preview(file, start=19_999, cache=cache)["values"] == [["19999.5", "é19999"]]


def test_several_kinds_of_line_ends_and_quotes() -> None:
    answer = preview(source('a,b\r\n"1\r",2\n3,"4\n"\r5,6'))
    assert answer["values"] == [["1\r", "2"], ["3", "4\n"], ["5", "6"]]
    assert answer["lines"] == [2, 4, 6]


def test_a_row_that_duckdb_makes_two_of_is_one() -> None:
    answer = preview(source('a,b\n1,2\n""x,""y\n3,4\n'))
    assert answer["values"] == [["1", "2"], ["3", "4"]]
    assert [(one["line"], one["reason"]) for one in answer["structural"]] == [(3, "open_quote")]


def test_bytes_that_are_no_text_are_no_row() -> None:
    text = "a,b\n" + "".join(f"{row},é\n" for row in range(50))
    answer = preview(source(text.encode() + b"51,\xff\n52,x\n"))
    assert answer["structural"][0]["text"] == "51,\\xff"
    assert answer["structural"][0]["reason"] == "not_its_encoding"
    assert len(answer["values"]) == 51


@pytest.mark.parametrize("data", [b"", b"a,b", b"a,b\n", b"a,b\n\n\n"])
def test_files_without_rows(data: bytes) -> None:
    answer = preview(source(data))
    assert answer["values"] == []
    assert answer["rows"] == {"count": 0, "exact": True}


def test_what_is_no_table() -> None:
    with pytest.raises(NotATable, match="a picture"):
        preview(source(b"\x89PNG\r\n\x1a\n" + bytes(100)))
    with pytest.raises(NotATable, match="neither text"):
        preview(source(bytes(range(256)) * 100))
    with pytest.raises(NotATable, match="damaged"):
        preview(source(b"\x1f\x8b\x08\0" + b"x" * 50))


@pytest.mark.parametrize("pack", [gzip.compress, zstd.compress])
def test_a_packed_file_that_is_still_coming(pack: Any) -> None:
    rows = [f"{row},{random.Random(row).random()}" for row in range(100_000)]  # noqa: S311  # no secret
    data = pack(("id,x\n" + "\n".join(rows) + "\n").encode())
    half = replace(source(data[: len(data) // 2]), complete=False)
    cache = Cache()
    assert preview(half, cache=cache)["values"][99][0] == "99"
    there = preview(half, start=99_000, cache=cache)
    assert there["values"] == []
    assert 40_000 < there["rows"]["count"] < 60_000
    assert preview(half, start=40_000, count=1, cache=cache)["values"][0][0] == "40000"
    assert preview(source(data), start=99_999, cache=cache)["rows"] == {"count": 100_000, "exact": True}
    with pytest.raises(NotATable, match="breaks off"):
        preview(source(data[: len(data) // 2]), start=99_000)


_ATOMS = [
    "a",
    "1",
    "2.5",
    "007",
    "NA",
    ",",
    ",",
    '"',
    "\n",
    "\n",
    ";",
    "\t",
    " ",
    '","',
    '""',
    "é",
    "\r\n",
    "\0",
    "#",
]


@given(
    st.lists(st.sampled_from(_ATOMS), max_size=60).map("".join),
    st.sampled_from(["utf-8", "utf-16", "cp1252"]),
)
def test_of_any_text_each_row_is_shown_or_said_to_be_none(text: str, encoding: str) -> None:
    data = text.encode(encoding)
    try:
        answer = preview(source(data), count=1000)
    except NotATable:
        assert "\0" in text
        return
    recipe = parse(answer["recipe"])
    rows = index(source(data), recipe.dialect, len(recipe.columns)).rows
    assert len(answer["values"]) + len(answer["structural"]) == rows
    assert answer["rows"] == {"count": rows, "exact": True}
    assert answer["rejects"] == []
    lines = [*answer["lines"], *(one["line"] for one in answer["structural"])]
    assert len(lines) == rows
    assert preview(source(data), recipe, count=1000)["values"] == answer["values"]
