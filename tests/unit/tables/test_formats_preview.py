"""Previews of Parquet, Arrow, JSON lines and Excel: what is shown, and how little is read for it."""

from __future__ import annotations

import gzip
import io
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from jupyter_bigupload.errors import Malformed, NotATable
from jupyter_bigupload.tables.converting import Options, convert
from jupyter_bigupload.tables.preview import Cache, preview
from jupyter_bigupload.tables.profiling import profile
from jupyter_bigupload.tables.recipe import as_json, parse
from jupyter_bigupload.tables.source import Source

from .files import LIMITS, source_at

# ruff: noqa: DTZ001  # times without a zone are what this is about


class Counting(io.BytesIO):
    """Counts what is read of it."""

    def __init__(self, data: bytes, reads: list[int]) -> None:
        super().__init__(data)
        self._reads = reads

    def read(self, size: int | None = -1) -> bytes:
        piece = super().read(size)
        self._reads.append(len(piece))
        return piece


def source(data: bytes, name: str = "a", *, reads: list[int] | None = None, complete: bool = True) -> Source:
    counted = [] if reads is None else reads
    return Source(name, len(data), str(len(data)), lambda: Counting(data, counted), complete)


def parquet(table: pa.Table, **options: Any) -> bytes:
    made = io.BytesIO()
    pq.write_table(table, made, **options)
    return made.getvalue()


def arrow(table: pa.Table, rows: int, *, stream: bool = False, compression: str | None = None) -> bytes:
    made = io.BytesIO()
    options = pa.ipc.IpcWriteOptions(compression=compression)
    new = pa.ipc.new_stream if stream else pa.ipc.new_file
    with new(made, table.schema, options=options) as out:
        out.write_table(table, max_chunksize=rows)
    return made.getvalue()


def lines(*objects: Any) -> bytes:
    return "".join(json.dumps(one) + "\n" for one in objects).encode()


def workbook(*rows: list[Any], sheet: str = "Sheet") -> bytes:
    book = openpyxl.Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def types(answer: dict[str, Any]) -> dict[str, str]:
    return {column["source"]: column["type"] for column in answer["columns"]}


TABLE = pa.table(
    {
        "a": pa.array(range(100_000), pa.int32()),
        "b": pa.array([f"text {number}" for number in range(100_000)]),
        "list": pa.array([[number, None] for number in range(100_000)]),
    }
)


def test_parquet() -> None:
    answer = preview(source(parquet(TABLE)), count=2)
    assert answer["values"] == [["0", "text 0", "[0,null]"], ["1", "text 1", "[1,null]"]]
    assert answer["lines"] == [1, 2]
    assert answer["rows"] == {"count": 100_000, "exact": True}
    assert types(answer) == {"a": "as_is", "b": "as_is", "list": "as_is"}
    assert [column["native"] for column in answer["columns"]] == [
        "INTEGER",
        "VARCHAR",
        "BIGINT[]",
    ]
    assert answer["columns"][0]["profile"]["max"] == "9999"
    assert parse(answer["recipe"]).format.value == "parquet"


def test_parquet_is_read_by_row_groups() -> None:
    data = parquet(TABLE, row_group_size=5000, compression="none", use_dictionary=False)
    reads: list[int] = []
    cache = Cache()
    preview(source(data, reads=reads), count=10, cache=cache)
    reads.clear()
    answer = preview(source(data, reads=reads), start=50_123, count=3, cache=cache)
    assert answer["values"][0] == ["50123", "text 50123", "[50123,null]"]
    assert answer["lines"] == [50_124, 50_125, 50_126]
    # Of twenty row groups those with the rows, and the footer.
    assert sum(reads) < 0.25 * len(data)


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize("compression", [None, "zstd", "lz4"])
def test_arrow_is_read_by_batches(stream: bool, compression: str | None) -> None:  # noqa: FBT001  # pytest's
    data = arrow(TABLE, 1000, stream=stream, compression=compression)
    reads: list[int] = []
    answer = preview(source(data, reads=reads), count=2)
    assert answer["values"] == [["0", "text 0", "[0,null]"], ["1", "text 1", "[1,null]"]]
    assert answer["rows"] == {"count": 100_000, "exact": True}
    cache = Cache()
    preview(source(data, reads=reads), count=2, cache=cache)
    reads.clear()
    answer = preview(source(data, reads=reads), start=50_998, count=5, cache=cache)
    assert [row[0] for row in answer["values"]] == ["50998", "50999", "51000", "51001", "51002"]
    assert sum(reads) < 0.1 * len(data)


def test_arrow_is_seen_while_it_comes() -> None:
    data = arrow(TABLE, 1000)
    part = data[: len(data) // 3]
    answer = preview(source(part, complete=False), start=20_000, count=1)
    assert answer["values"] == [["20000", "text 20000", "[20000,null]"]]
    assert not answer["rows"]["exact"]
    assert 30_000 < answer["rows"]["count"] < 36_000
    with pytest.raises(NotATable):
        preview(source(part))


def test_a_changed_type_of_a_typed_column() -> None:
    data = parquet(pa.table({"a": [1.0, 2.5, None], "when": ["2024-05-01", "x", None]}))
    found = preview(source(data))["recipe"]
    for column, kind in zip(found["columns"], ("int64", "date"), strict=True):
        column["type"] = kind
    answer = preview(source(data), parse(found))
    assert answer["values"] == [["1", "2024-05-01"], [None, None], [None, None]]
    assert [(one["row"], one["column"], one["text"], one["reason"]) for one in answer["rejects"]] == [
        (1, 0, "2.5", "differs"),
        (1, 1, "x", "not_a_date"),
    ]
    assert [column["profile"]["rejects"] for column in answer["columns"]] == [1, 1]
    found["columns"].append({**found["columns"][0], "source": "z", "name": "z"})
    with pytest.raises(Malformed):
        preview(source(data), parse(found))


JSON = lines(
    {"id": 1, "x": 1.5, "ok": True, "when": "2024-05-01", "word": "5", "in": {"a": [1.10, None]}},
    {"id": 2, "x": 2, "ok": None, "when": "2024-05-02", "word": "x"},
    {"more": "y", "id": 3},
)


def test_json_lines() -> None:
    answer = preview(source(JSON))
    assert types(answer) == {
        "id": "int64",
        "x": "float64",
        "ok": "boolean",
        "when": "date",
        "word": "text",
        "in": "text",
        "more": "text",
    }
    assert answer["values"] == [
        ["1", "1.5", "true", "2024-05-01", "5", '{"a": [1.1, null]}', None],
        ["2", "2.0", None, "2024-05-02", "x", None, None],
        ["3", None, None, None, None, None, "y"],
    ]
    assert answer["rows"] == {"count": 3, "exact": True}
    assert answer["columns"][1]["why"] == {
        "narrower": "int64",
        "rows": [{"line": 1, "text": "1.5"}],
        "ambiguous": [],
    }


def test_texts_of_json_are_no_numbers() -> None:
    answer = preview(source(lines({"a": "1", "b": 1}, {"a": "2", "b": "two"}, {"a": "3", "b": 3})))
    assert types(answer) == {"a": "text", "b": "text"}
    assert answer["columns"][1]["why"] == {
        "narrower": "int64",
        "rows": [{"line": 2, "text": "two"}],
        "ambiguous": [],
    }


def test_json_lines_of_a_large_file() -> None:
    data = b"".join(lines({"n": number, "text": "x" * 50}) for number in range(60_000))
    data = data.replace(b'{"n": 50001,', b'{"n": oops,')
    cache = Cache()
    answer = preview(source(data), cache=cache)
    assert answer["rows"]["count"] == pytest.approx(60_000, rel=0.1)
    answer = preview(source(data), parse(answer["recipe"]), start=50_000, count=3, cache=cache)
    assert [row[0] for row in answer["values"]] == ["50000", "50002"]
    assert answer["lines"] == [50_001, 50_003]
    (bad,) = answer["structural"]
    assert (bad["line"], bad["reason"]) == (50_002, "not_json")
    assert data[bad["byte"] :].startswith(b'{"n": oops,')


def test_packed_json_lines_while_they_come() -> None:
    data = gzip.compress(b"".join(lines({"n": number}) for number in range(100_000)))
    answer = preview(source(data[: len(data) // 2], "a.jsonl.gz", complete=False), count=2)
    assert answer["values"] == [["0"], ["1"]]
    assert not answer["rows"]["exact"]


def test_a_key_that_comes_late_is_said() -> None:
    data = b"".join(lines({"n": number, "text": "x" * 500}) for number in range(20_000))
    data += lines({"n": 1, "late": 2})
    cache = Cache()
    found = parse(preview(source(data), cache=cache)["recipe"])
    answer = preview(source(data), found, start=20_000, cache=cache)
    assert answer["values"] == []
    assert [one["reason"] for one in answer["structural"]] == ["unknown_key"]


BOOK = workbook(
    ["id", "amount", "when", "day", "note", None],
    [1, 0.5, datetime(2024, 5, 1, 12, 30), date(2024, 5, 1), "007", "x"],
    [2, "#DIV/0!", datetime(2024, 5, 2, 12, 30), date(2024, 5, 2), "8"],
    sheet="Dätä",
)


def test_a_sheet() -> None:
    answer = preview(source(BOOK, "a.xlsx"))
    assert types(answer) == {
        "id": "int64",
        "amount": "float64",
        "when": "timestamp",
        "day": "date",
        "note": "text",
        "column6": "text",
    }
    assert answer["values"][0][:5] == ["1", "0.5", "2024-05-01 12:30:00", "2024-05-01", "007"]
    assert answer["values"][1][1] is None
    assert [(one["row"], one["text"]) for one in answer["rejects"]] == [(1, "#DIV/0!")]
    assert answer["recipe"]["columns"][1]["rejects"] == "null"
    assert answer["rows"] == {"count": 2, "exact": True}
    assert (answer["sheets"], answer["recipe"]["sheet"]) == (["Dätä"], "Dätä")


def test_another_sheet_has_other_columns() -> None:
    book = openpyxl.load_workbook(io.BytesIO(BOOK))
    second = book.create_sheet("Second")
    for row in ([1, 2], [3, 4, 5]):
        second.append(row)
    made = io.BytesIO()
    book.save(made)
    asked = parse({"version": 1, "format": "excel", "sheet": "Second"})
    with_header = preview(source(made.getvalue()), asked)
    assert list(types(with_header)) == ["1", "2", "column3"]
    answer = preview(source(made.getvalue()), sheet="Second")
    assert list(types(answer)) == ["column1", "column2", "column3"]
    assert answer["values"] == [["1", "2", None], ["3", "4", "5"]]
    with pytest.raises(NotATable, match="no sheet 'Third'"):
        preview(source(made.getvalue()), sheet="Third")


def test_rows_of_a_large_sheet() -> None:
    rows = [[number, f"x{number}"] for number in range(4000)]
    rows[3000].append("too much")
    cache = Cache()
    data = workbook(["n", "s"], *rows)
    first = preview(source(data), cache=cache)
    assert not first["rows"]["exact"]
    answer = preview(source(data), parse(first["recipe"]), start=2999, count=2, cache=cache)
    assert answer["values"] == [["2999", "x2999"], ["3001", "x3001"]]
    assert [(one["line"], one["reason"]) for one in answer["structural"]] == [(3002, "too_many_fields")]
    answer = preview(source(data), parse(first["recipe"]), start=3990, cache=cache)
    assert answer["rows"] == {"count": 3999, "exact": True}
    assert len(answer["values"]) == 9


@pytest.mark.parametrize("data", [parquet(TABLE), arrow(TABLE, 1000), JSON, BOOK])
def test_what_is_found_is_converted(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "given").write_bytes(data)
    given = source_at(tmp_path / "given")
    answer = preview(given)
    recipe = parse(answer["recipe"])
    assert parse(as_json(recipe)) == recipe

    made = convert(given, recipe, tmp_path / "made", Options(aside=tmp_path / "aside"), limits=LIMITS)
    whole = profile(given, recipe, limits=LIMITS)

    assert made.rows == answer["rows"]["count"] == whole["rows"]
    assert pq.read_table(tmp_path / "made").schema.names == list(types(answer))
    assert [column["name"] for column in whole["columns"]] == list(types(answer))
    assert whole["rejects"]["count"] == len(answer["rejects"])
