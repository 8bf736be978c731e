"""Tables in Parquet, Arrow, JSON lines and Excel, and what becomes of their values, one by one."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from jupyter_bigupload.errors import Malformed, NotATable, RejectsFound
from jupyter_bigupload.tables.converting import Checked, Converted, Options, TableRows, Target, convert
from jupyter_bigupload.tables.recipe import Column, Dialect, Format, Recipe, Rejects

from .files import LIMITS, source_at, typed, written

# ruff: noqa: DTZ001  # times without a zone are what this is about

TABLE = pa.table(
    {
        "i": pa.array([-(2**63), None, 7], pa.int64()),
        "small": pa.array([-128, None, 127], pa.int8()),
        "u": pa.array([2**64 - 1, None, 0], pa.uint64()),
        "f": pa.array([0.1, None, -0.0], pa.float64()),
        "single": pa.array([1.5, None, 0.1], pa.float32()),
        "d": pa.array([Decimal("12345678901234567890.123"), None, Decimal("0.000")], pa.decimal128(38, 3)),
        "b": pa.array([True, None, False]),
        "day": pa.array([date(1, 1, 1), None, date(9999, 12, 31)]),
        "t": pa.array([time(23, 59, 59, 999999), None, time(0)], pa.time64("us")),
        "ts": pa.array([datetime(2024, 2, 29, 12, 0, 0, 1), None, datetime(1, 1, 1)], pa.timestamp("us")),
        "tz": pa.array(
            [datetime(2024, 2, 29, 12, tzinfo=timezone.utc), None, datetime(1970, 1, 1, tzinfo=timezone.utc)],
            pa.timestamp("us", tz="UTC"),
        ),
        "s": pa.array(['ä "b",\n', None, ""]),
        "word": pa.array(["x", None, "x"]).dictionary_encode(),
        "list": pa.array([[1, None, 3], None, []], pa.list_(pa.int64())),
        "inner": pa.array(
            [{"a": "ö,", "n": 1}, None, {"a": None, "n": 2}],
            pa.struct([("a", pa.string()), ("n", pa.int64())]),
        ),
    }
)


def parquet(path: Path) -> Format:
    pq.write_table(TABLE, path, row_group_size=2)
    return Format.PARQUET


def arrow_file(path: Path) -> Format:
    with pa.ipc.new_file(path, TABLE.schema) as out:
        out.write_table(TABLE, max_chunksize=2)
    return Format.ARROW


def arrow_stream(path: Path) -> Format:
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    with pa.ipc.new_stream(path, TABLE.schema, options=options) as out:
        out.write_table(TABLE, max_chunksize=2)
    return Format.ARROW


def values(table: pa.Table) -> dict[str, list[Any]]:
    return {name: table[name].to_pylist() for name in table.schema.names}


def of_parquet(path: Path) -> dict[str, list[Any]]:
    return values(pq.read_table(path))


def of_arrow(path: Path) -> dict[str, list[Any]]:
    with pa.ipc.open_file(path) as reader:
        return values(reader.read_all())


def of_duckdb(path: Path) -> dict[str, list[Any]]:
    with duckdb.connect(str(path), read_only=True) as database:
        return values(database.sql('FROM "table"').to_arrow_table())


READERS: dict[Target, Callable[[Path], dict[str, list[Any]]]] = {
    Target.PARQUET: of_parquet,
    Target.ARROW: of_arrow,
    Target.DUCKDB: of_duckdb,
}


def as_is(names: Sequence[str], made_of: Format) -> Recipe:
    return Recipe(made_of, columns=tuple(typed(**dict.fromkeys(names, "as_is"))))


def made(
    path: Path, recipe: Recipe, target: Path, kind: Target = Target.PARQUET, **options: Any
) -> Converted:
    return convert(source_at(path), recipe, target, Options(kind, **options), limits=LIMITS)


@pytest.mark.parametrize("target", READERS)
@pytest.mark.parametrize("write", [parquet, arrow_file, arrow_stream])
def test_every_value_is_the_same(tmp_path: Path, write: Callable[[Path], Format], target: Target) -> None:
    recipe = as_is(TABLE.schema.names, write(tmp_path / "given"))

    result = made(tmp_path / "given", recipe, tmp_path / "made", target)

    assert READERS[target](tmp_path / "made") == values(TABLE)
    assert result.checked == Checked(rows_in=3, rows_out=3, rejects=0)


@pytest.mark.parametrize("write", [parquet, arrow_file, arrow_stream])
def test_csv_has_the_texts(tmp_path: Path, write: Callable[[Path], Format]) -> None:
    recipe = as_is(TABLE.schema.names, write(tmp_path / "given"))

    made(tmp_path / "given", recipe, tmp_path / "made.csv", Target.CSV)

    with (tmp_path / "made.csv").open(newline="", encoding="utf-8") as file:
        first, second, third = csv.DictReader(file)
    assert first["i"] == str(-(2**63))
    assert first["u"] == str(2**64 - 1)
    assert first["d"] == "12345678901234567890.123"
    assert first["s"] == 'ä "b",\n'
    assert (first["day"], first["t"]) == ("0001-01-01", "23:59:59.999999")
    assert json.loads(first["list"]) == [1, None, 3]
    assert json.loads(first["inner"]) == {"a": "ö,", "n": 1}
    assert set(second.values()) == {""}
    assert (third["f"], third["list"]) == ("-0.0", "[]")


@pytest.mark.parametrize("write", [parquet, arrow_file, arrow_stream])
def test_json_lines_have_the_values(tmp_path: Path, write: Callable[[Path], Format]) -> None:
    recipe = as_is(TABLE.schema.names, write(tmp_path / "given"))

    made(tmp_path / "given", recipe, tmp_path / "made.jsonl", Target.JSON_LINES)

    lines = (tmp_path / "made.jsonl").read_text("utf-8").splitlines()
    first, second, third = (json.loads(line, parse_float=Decimal) for line in lines)
    assert (first["i"], first["u"], first["b"]) == (-(2**63), 2**64 - 1, True)
    assert first["d"] == Decimal("12345678901234567890.123")
    assert (first["list"], first["inner"]) == ([1, None, 3], {"a": "ö,", "n": 1})
    assert set(second.values()) == {None}
    assert third["s"] == ""


def test_types_become_others_only_where_values_stay_the_same(tmp_path: Path) -> None:
    pq.write_table(
        pa.table({"a": [1.0, 2.5, 2.0**60], "b": [1, 2, 3], "when": ["2024-05-01", "x", None]}),
        tmp_path / "given",
    )
    columns = [Column("a", "a", "int64"), Column("b", "B", "text"), Column("when", "when", "date")]
    recipe = Recipe(Format.PARQUET, columns=tuple(columns))

    result = made(tmp_path / "given", recipe, tmp_path / "made", aside=tmp_path / "aside.csv")

    assert of_parquet(tmp_path / "made") == {
        "a": [1, 2**60],
        "B": ["1", "3"],
        "when": [date(2024, 5, 1), None],
    }
    assert result.checked == Checked(rows_in=3, rows_out=2, rejects=1)
    with (tmp_path / "aside.csv").open(newline="", encoding="utf-8") as file:
        found = list(csv.DictReader(file))
    assert [(one["line"], one["column"], one["text"], one["reason"]) for one in found] == [
        ("2", "a", "2.5", "differs"),
        ("2", "when", "x", "not_a_date"),
    ]
    assert json.loads(found[0]["row"]) == {"a": 2.5, "b": 2, "when": "x"}


def test_a_recipe_has_the_columns_of_the_file(tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": [1], "b": [2]}), tmp_path / "given")

    with pytest.raises(Malformed, match="no column 'c'"):
        made(tmp_path / "given", as_is(["a", "b", "c"], Format.PARQUET), tmp_path / "made")
    with pytest.raises(Malformed, match="'b' is missing"):
        made(tmp_path / "given", as_is(["a"], Format.PARQUET), tmp_path / "made")
    made(tmp_path / "given", as_is(["b", "a"], Format.PARQUET), tmp_path / "made")
    assert list(of_parquet(tmp_path / "made").items()) == [("b", [2]), ("a", [1])]


JSON = rb"""{"n": 12345678901234567890123, "d": 0.1000000000000000055, "x": {"v": 1.10, "w": [1e5, "\u00e4"]}}

{"d": 1.50, "n": null}
{"n": 7, "x": "plain \ud83d\ude00"}
"""


def test_json_keeps_numbers_as_they_are_written(tmp_path: Path) -> None:
    written(tmp_path, JSON, "given")
    columns = [Column("n", "n", "int128"), Column("d", "d", "decimal(38,30)"), Column("x", "x", "text")]

    result = made(
        tmp_path / "given",
        Recipe(Format.JSON_LINES, columns=tuple(columns)),
        tmp_path / "made",
        Target.DUCKDB,
    )

    with duckdb.connect(str(tmp_path / "made"), read_only=True) as database:
        found = database.execute('FROM "table"').fetchall()
    assert found == [
        (12345678901234567890123, Decimal("0.1000000000000000055"), '{"v": 1.10, "w": [1e5, "ä"]}'),
        (None, Decimal("1.5"), None),
        (7, None, "plain 😀"),
    ]
    assert result.checked == Checked(rows_in=3, rows_out=3, rejects=0)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"a": 1', "not_json"),
        (b'{"a": NaN}', "not_json"),
        (b'{"a": 1} {"a": 2}', "not_json"),
        (b'{"a": 1},{"a": 2}', "not_json"),
        (b'{"a": 01}', "not_json"),
        (b"[1]", "not_an_object"),
        (b"5", "not_an_object"),
        (b"   ", "not_json"),
        (b'{"a": 1, "a": 1}', "duplicate_key"),
        (b'{"a": {"b": 1, "b": 2}}', "duplicate_key"),
        (b'{"a": 1, "late": 2}', "unknown_key"),
        (b'{"a": "\xff"}', "not_its_encoding"),
        (rb'{"a": "\ud800"}', "not_its_encoding"),
        (b'{"a": ' + b"[" * 10_000 + b"]" * 10_000 + b"}", "too_deep"),
        (b"[" * 1_000_000, "too_deep"),
    ],
)
def test_lines_that_are_no_objects_are_aside(tmp_path: Path, line: bytes, reason: str) -> None:
    written(tmp_path, b'{"a": 1}\r\n' + line + b'\r\n{"a": 2}\n{"a": 3}', "given")
    recipe = Recipe(Format.JSON_LINES, columns=tuple(typed(a="int64")))

    result = made(tmp_path / "given", recipe, tmp_path / "made", aside=tmp_path / "aside.csv")

    assert of_parquet(tmp_path / "made") == {"a": [1, 2, 3]}
    assert result.checked == Checked(rows_in=4, rows_out=3, rejects=1)
    with (tmp_path / "aside.csv").open(newline="", encoding="utf-8") as file:
        limit = csv.field_size_limit(2**24)
        (found,) = csv.DictReader(file)
        csv.field_size_limit(limit)
    assert (found["line"], found["byte"], found["reason"]) == ("2", "10", reason)
    assert found["row"] == line.decode("utf-8", "backslashreplace")


def test_what_is_left_of_two_lines_together_is_none(tmp_path: Path) -> None:
    written(tmp_path, b'{"a": [{}\n{}]}\n{"a": 1},{"a": 2}\n{"a": 3}\n', "given")
    recipe = Recipe(Format.JSON_LINES, columns=tuple(typed(a="text")))

    result = made(tmp_path / "given", recipe, tmp_path / "made", aside=tmp_path / "aside.csv")

    assert of_parquet(tmp_path / "made") == {"a": ["3"]}
    assert result.checked == Checked(rows_in=4, rows_out=1, rejects=3)


@pytest.mark.parametrize("compression", ["gzip", "zstd"])
def test_json_lines_are_unpacked(tmp_path: Path, compression: str) -> None:
    lines = "".join(json.dumps({"a": number, "b": f"x{number}"}) + "\n" for number in range(50_000))
    codec = pa.CompressedOutputStream(str(tmp_path / "given"), compression)
    with codec as out:
        out.write(lines.encode())
    columns = tuple(typed(a="int64", b="text"))
    recipe = Recipe(Format.JSON_LINES, Dialect(compression=compression), None, columns)

    result = made(tmp_path / "given", recipe, tmp_path / "made")

    assert result.rows == 50_000
    assert of_parquet(tmp_path / "made")["b"] == [f"x{number}" for number in range(50_000)]


def workbook(path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "First"
    sheet = book.create_sheet("Dätä")
    rows = [
        ["id", "amount", "when", "day", "ok", "note", "calc"],
        [1, 0.1, datetime(2024, 5, 1, 12, 30), date(2024, 5, 1), True, "ä", 1],
        [],
        [2, 1234567.25, datetime(1999, 12, 31, 23, 59, 59), date(2000, 2, 29), False, "007", 2],
        [3, "#DIV/0!", None, None, None, None, "=A2+1"],
    ]
    for row in rows:
        sheet.append(row)
    sheet.merge_cells("F5:G5")
    book.save(path)


EXCEL = {
    "id": "int64",
    "amount": "float64",
    "when": "timestamp",
    "day": "date",
    "ok": "boolean",
    "note": "text",
    "calc": "int64",
}


def test_a_sheet_has_what_is_in_its_cells(tmp_path: Path) -> None:
    workbook(tmp_path / "given")
    recipe = Recipe(Format.EXCEL, sheet="Dätä", columns=tuple(typed(**EXCEL)))

    result = made(tmp_path / "given", recipe, tmp_path / "made", aside=tmp_path / "aside.csv")

    assert of_parquet(tmp_path / "made") == {
        "id": [1, 2],
        "amount": [0.1, 1234567.25],
        "when": [datetime(2024, 5, 1, 12, 30), datetime(1999, 12, 31, 23, 59, 59)],
        "day": [date(2024, 5, 1), date(2000, 2, 29)],
        "ok": [True, False],
        "note": ["ä", "007"],
        "calc": [1, 2],
    }
    assert result.checked == Checked(rows_in=3, rows_out=2, rejects=1)
    with (tmp_path / "aside.csv").open(newline="", encoding="utf-8") as file:
        found = list(csv.DictReader(file))
    assert [(one["line"], one["column"], one["text"]) for one in found] == [("5", "amount", "#DIV/0!")]
    assert json.loads(found[0]["row"])["id"] == "3"


def test_a_formula_that_was_never_calculated_is_no_empty_cell(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["a", "b"], [1, "=A2+1"], [2, 5]):
        book.active.append(row)
    book.save(tmp_path / "given")
    columns = (Column("a", "a", "int64"), Column("b", "b", "int64", rejects=Rejects.NULL))

    result = made(
        tmp_path / "given",
        Recipe(Format.EXCEL, columns=columns),
        tmp_path / "made",
        aside=tmp_path / "aside.csv",
    )

    assert of_parquet(tmp_path / "made") == {"a": [1, 2], "b": [None, 5]}
    assert result.nulled == {"b": 1}
    assert "=A2+1" in (tmp_path / "aside.csv").read_text("utf-8")


def test_rows_that_are_too_long_for_the_sheets_columns_are_aside(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["a", "b"], [1, 2], [3, 4, 5], [6]):
        book.active.append(row)
    book.save(tmp_path / "given")
    recipe = Recipe(Format.EXCEL, columns=tuple(typed(a="int64", b="int64")))

    with pytest.raises(RejectsFound):
        made(tmp_path / "given", recipe, tmp_path / "made")
    result = made(tmp_path / "given", recipe, tmp_path / "made", aside=tmp_path / "aside.csv")

    assert of_parquet(tmp_path / "made") == {"a": [1, 6], "b": [2, None]}
    assert result.checked == Checked(rows_in=3, rows_out=2, rejects=1)
    with (tmp_path / "aside.csv").open(newline="", encoding="utf-8") as file:
        (found,) = csv.DictReader(file)
    assert (found["line"], found["reason"], json.loads(found["row"])) == (
        "3",
        "too_many_fields",
        ["3", "4", "5"],
    )


def test_skipped_rows_and_no_header(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["a report"], [], [1, 2], [3, 4]):
        book.active.append(row)
    book.save(tmp_path / "given")
    dialect = Dialect(header=False, skip=2)
    recipe = Recipe(Format.EXCEL, dialect, None, tuple(typed(column1="int64", column2="int64")))

    made(tmp_path / "given", recipe, tmp_path / "made")

    assert of_parquet(tmp_path / "made") == {"column1": [1, 3], "column2": [2, 4]}


@pytest.mark.parametrize("write", [parquet, arrow_file])
def test_rows_are_read_by_python(tmp_path: Path, write: Callable[[Path], Format]) -> None:
    recipe = as_is(TABLE.schema.names, write(tmp_path / "given"))

    with TableRows(source_at(tmp_path / "given"), recipe, limits=LIMITS) as rows:
        found = [row for batch in rows.batches() for row in zip(*batch, strict=True)]
        kinds = {column.name: column.type for column in rows.columns}

    assert kinds["i"] == "int64"
    assert kinds["d"] == "decimal(38,3)"
    assert [row[0] for row in found] == [-(2**63), None, 7]
    assert json.loads(found[0][-1]) == {"a": "ö,", "n": 1}


def test_what_is_loaded_is_gone_at_the_end(tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    recipe = as_is(TABLE.schema.names, arrow_file(tmp_path / "given"))
    limits = type(LIMITS)(memory=256 * 2**20, threads=2, scratch=scratch)

    convert(source_at(tmp_path / "given"), recipe, tmp_path / "made", Options(), limits=limits)

    assert of_parquet(tmp_path / "made") == values(TABLE)
    assert not any(scratch.iterdir())


def test_a_file_of_another_format(tmp_path: Path) -> None:
    written(tmp_path, b"a,b\n1,2\n", "given")
    for kind in (Format.PARQUET, Format.ARROW, Format.EXCEL):
        with pytest.raises(NotATable):
            made(tmp_path / "given", as_is(["a", "b"], kind), tmp_path / "made")
