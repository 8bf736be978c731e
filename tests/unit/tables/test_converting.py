"""Tables in other formats: what is in them, what is aside, and that nothing is left of what failed."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import threading
from datetime import date, datetime, time, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from jupyter_bigupload.errors import Malformed, NoSpace, NotATable, RejectsFound, RowsLost
from jupyter_bigupload.tables.converting import Checked, Converted, Options, TableRows, Target, convert
from jupyter_bigupload.tables.converting.batches import batches
from jupyter_bigupload.tables.converting.parting import parting
from jupyter_bigupload.tables.converting.running import run, translated
from jupyter_bigupload.tables.reading import Connection, DuckLimits
from jupyter_bigupload.tables.recipe import Column, Dialect, Recipe, Rejects
from jupyter_bigupload.tables.rows import index
from jupyter_bigupload.tables.source import Source

from .files import LIMITS, recipe_of, source_at, typed, written

# ruff: noqa: DTZ001  # times without a zone are what this is about

TYPES = {
    "i": "int64",
    "u": "uint64",
    "h": "int128",
    "d": "decimal(18,3)",
    "f": "float64",
    "b": "boolean",
    "day": "date",
    "t": "time",
    "ts": "timestamp",
    "tz": "timestamptz",
    "s": "text",
}
DATA = (
    "i,u,h,d,f,b,day,t,ts,tz,s\n"
    "-9223372036854775808,18446744073709551615,99999999999999999999999999999999999999,1.5,0.1,true,"
    '2024-02-29,23:59:59.000001,2024-02-29T12:00:00.5,2024-02-29T12:00:00+02:00,"a ""b"", ä\n\r"\n'
    "NA,NA,NA,NA,NA,NA,NA,NA,NA,NA,NA\n"
    "0,0,0,0,-0.0,no,0001-01-01,00:00,9999-12-31 23:59:59.999999,2024-01-01 00:00Z,\n"
).encode()
ROWS: list[tuple[Any, ...]] = [
    (
        -(2**63),
        2**64 - 1,
        10**38 - 1,
        Decimal("1.5"),
        0.1,
        True,
        date(2024, 2, 29),
        time(23, 59, 59, 1),
        datetime(2024, 2, 29, 12, 0, 0, 500000),
        datetime(2024, 2, 29, 10, tzinfo=timezone.utc),
        'a "b", ä\n\r',
    ),
    (None,) * 11,
    (
        0,
        0,
        0,
        Decimal(0),
        -0.0,
        False,
        date(1, 1, 1),
        time(0),
        datetime(9999, 12, 31, 23, 59, 59, 999999),
        datetime(2024, 1, 1, tzinfo=timezone.utc),
        "",
    ),
]


def made(source: Source, recipe: Recipe, target: Path, options: Options | None = None) -> Converted:
    return convert(source, recipe, target, options or Options(), limits=LIMITS)


def all_types(folder: Path) -> tuple[Source, Recipe]:
    return written(folder, DATA), recipe_of(typed(**TYPES), Dialect(nulls=("NA",)))


def rows_of(table: pa.Table) -> list[tuple[Any, ...]]:
    return list(zip(*(column.to_pylist() for column in table.columns), strict=True))


def test_parquet_has_the_types_and_the_values(tmp_path: Path) -> None:
    source, recipe = all_types(tmp_path)

    result = made(source, recipe, tmp_path / "made.parquet")

    table = pq.read_table(tmp_path / "made.parquet")
    assert [str(field.type) for field in table.schema] == [
        *("int64", "uint64", "decimal128(38, 0)", "decimal128(18, 3)", "double", "bool", "date32[day]"),
        *("time64[us]", "timestamp[us]", "timestamp[us, tz=UTC]", "string"),
    ]
    assert rows_of(table) == ROWS
    assert str(rows_of(table)[2][4]) == "-0.0"
    assert (result.rows, result.rejected, result.aside) == (3, 0, None)
    assert result.checked == Checked(rows_in=3, rows_out=3, rejects=0)


def test_arrow_has_the_types_and_the_values(tmp_path: Path) -> None:
    source, recipe = all_types(tmp_path)

    made(source, recipe, tmp_path / "made.arrow", Options(Target.ARROW))

    with pa.ipc.open_file(tmp_path / "made.arrow") as reader:
        assert rows_of(reader.read_all()) == ROWS


def test_a_database_has_the_types_and_the_values(tmp_path: Path) -> None:
    source, recipe = all_types(tmp_path)

    made(source, recipe, tmp_path / "made.duckdb", Options(Target.DUCKDB, table='my "table"'))

    assert sorted(one.name for one in tmp_path.iterdir()) == ["given.csv", "made.duckdb"]
    with duckdb.connect(str(tmp_path / "made.duckdb"), read_only=True) as database:
        found = database.execute('SELECT * REPLACE (epoch_us(tz) AS tz) FROM "my ""table"""').fetchall()
    instants = [None if row[9] is None else int(row[9].timestamp()) * 10**6 for row in ROWS]
    assert found == [(*row[:9], at, row[10]) for row, at in zip(ROWS, instants, strict=True)]


def test_csv_is_read_by_python(tmp_path: Path) -> None:
    source, recipe = all_types(tmp_path)

    made(source, recipe, tmp_path / "made.csv", Options(Target.CSV))

    with (tmp_path / "made.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    assert rows[0] == list(TYPES)
    assert rows[1][:3] == [str(value) for value in ROWS[0][:3]]
    assert rows[1][-1] == ROWS[0][-1]
    assert rows[2] == [""] * 11
    # An empty text is not what is missing.
    assert (tmp_path / "made.csv").read_text("utf-8").endswith(',""\n')


def test_json_lines_are_read_by_python(tmp_path: Path) -> None:
    source, recipe = all_types(tmp_path)

    made(source, recipe, tmp_path / "made.jsonl", Options(Target.JSON_LINES))

    first, second, third = map(json.loads, (tmp_path / "made.jsonl").read_text("utf-8").splitlines())
    assert (first["i"], first["h"], first["f"], first["s"]) == (-(2**63), 10**38 - 1, 0.1, ROWS[0][-1])
    assert set(second.values()) == {None}
    assert third["s"] == ""


def test_json_has_no_infinity(tmp_path: Path) -> None:
    source = written(tmp_path, b"a\n1.5\ninf\nnan\nx\n")

    result = made(
        source,
        recipe_of(typed(a="float64")),
        tmp_path / "made.jsonl",
        Options(Target.JSON_LINES, aside=tmp_path / "aside.csv"),
    )

    assert (tmp_path / "made.jsonl").read_text("utf-8") == '{"a":1.5}\n'
    assert result.checked == Checked(rows_in=4, rows_out=1, rejects=3)
    assert [row["reason"] for row in aside(tmp_path)] == ["not_finite", "not_finite", "not_a_number"]


def test_row_groups_of_every_thread_fit_into_memory(tmp_path: Path) -> None:
    lines = "".join(f"{number},{'x' * 1000}\n" for number in range(20_000))
    source = written(tmp_path, f"a,b\n{lines}".encode())

    made(source, recipe_of(typed(a="int64", b="text")), tmp_path / "made.parquet")

    metadata = pq.ParquetFile(tmp_path / "made.parquet").metadata
    # A group of each of two threads has a sixteenth of 256 MiB.
    assert [metadata.row_group(one).num_rows for one in range(metadata.num_row_groups)] == [8192, 8192, 3616]
    assert pq.read_table(tmp_path / "made.parquet")["a"].to_pylist() == list(range(20_000))


def test_parquet_has_zstd_and_a_page_index(tmp_path: Path) -> None:
    lines = "".join(f"{number},x{number}\n" for number in range(50_000))
    source = written(tmp_path, f"a,b\n{lines}".encode())

    made(source, recipe_of(typed(a="int64", b="text")), tmp_path / "made.parquet")

    group = pq.ParquetFile(tmp_path / "made.parquet").metadata.row_group(0)
    columns = [group.column(0), group.column(1)]
    assert [column.compression for column in columns] == ["ZSTD", "ZSTD"]
    assert all(column.has_offset_index and column.has_column_index for column in columns)


@pytest.mark.parametrize("target", [Target.PARQUET, Target.CSV, Target.JSON_LINES])
def test_a_folder_by_the_values_of_a_column(tmp_path: Path, target: Target) -> None:
    source = written(tmp_path, 'p,a,q\nx,1,1\nNA,2,1\na/b=c %,3,2\n"",4,NA\nä,5,2\n'.encode())
    recipe = recipe_of(typed(p="text", a="int64", q="int64"), Dialect(nulls=("NA",)))

    result = made(source, recipe, tmp_path / "made", Options(target, partition_by=("p", "q")))

    assert result.rows == 5
    files = [one for one in (tmp_path / "made").rglob("*") if one.is_file()]
    assert len(files) == 5
    assert all(one.parent.name.startswith("q=") for one in files)
    if target is Target.PARQUET:
        table = ds.dataset(tmp_path / "made", partitioning="hive").to_table().sort_by("a")
        assert table["a"].to_pylist() == [1, 2, 3, 4, 5]
        assert table["p"].to_pylist()[:3] == ["x", None, "a/b=c %"]


@pytest.mark.parametrize(
    ("target", "by"),
    [
        (Target.ARROW, ("a",)),
        (Target.PARQUET, ("c",)),
        (Target.PARQUET, ("a", "a")),
        (Target.PARQUET, ("a", "b")),
    ],
)
def test_what_can_be_no_folder(tmp_path: Path, target: Target, by: tuple[str, ...]) -> None:
    with pytest.raises(Malformed, match="partition_by"):
        made(
            written(tmp_path, b"a,b\n1,2\n"),
            recipe_of(typed(a="text", b="text")),
            tmp_path / "made",
            Options(target, partition_by=by),
        )
    assert [one.name for one in tmp_path.iterdir()] == ["given.csv"]


def aside(folder: Path) -> list[dict[str, str]]:
    with (folder / "aside.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


MIXED = b'a,b,c\n1,2,3\nx,1.5,3\n\n\xff,3,4\n4,5,6,7\n1,2\n1,"2"x,3\n"4\n",5,"6\n"\n7,y,9\n"open,1\n'


def test_what_does_not_fit_is_beside_with_its_line_and_byte(tmp_path: Path) -> None:
    columns = [Column("a", "a", "int64"), Column("b", "B", "int64"), Column("c", "c", "text", keep=False)]

    result = made(
        written(tmp_path, MIXED),
        recipe_of(columns),
        tmp_path / "made.parquet",
        Options(aside=tmp_path / "aside.csv"),
    )

    assert result.checked == Checked(rows_in=9, rows_out=1, rejects=8)
    assert result.aside == tmp_path / "aside.csv"
    assert rows_of(pq.read_table(tmp_path / "made.parquet")) == [(1, 2)]
    found = aside(tmp_path)
    assert [(row["line"], row["column"], row["text"], row["reason"]) for row in found] == [
        ("3", "a", "x", "not_a_number"),
        ("3", "B", "1.5", "not_whole"),
        ("5", "", "", "not_its_encoding"),
        ("6", "", "", "too_many_fields"),
        ("7", "", "", "too_few_fields"),
        ("8", "", "", "open_quote"),
        ("9", "a", "4\n", "not_a_number"),
        ("12", "B", "y", "not_a_number"),
        ("13", "", "", "open_quote"),
    ]
    for row in found:
        raw = row["row"].encode().replace(rb"\xff", b"\xff")
        assert MIXED[int(row["byte"]) :].startswith(raw)
        assert row["message"].endswith(".")


def test_a_column_that_is_left_out_decides_the_same_in_each_pass(tmp_path: Path) -> None:
    columns = [Column("a", "a", "int64"), Column("b", "b", "text", keep=False)]

    result = made(
        written(tmp_path, b"a,b\n1,x\n2,\xff\n3,y\n"),
        recipe_of(columns),
        tmp_path / "made.parquet",
        Options(aside=tmp_path / "aside.csv"),
    )

    assert result.checked == Checked(rows_in=3, rows_out=2, rejects=1)
    assert rows_of(pq.read_table(tmp_path / "made.parquet")) == [(1,), (3,)]


def test_what_does_not_fit_becomes_null(tmp_path: Path) -> None:
    columns = [Column("a", "a", "int64", rejects=Rejects.NULL), Column("b", "b", "int64")]

    result = made(
        written(tmp_path, b"a,b\n1,2\nx,3\n4,y\nz,w\n"),
        recipe_of(columns),
        tmp_path / "made.parquet",
        Options(aside=tmp_path / "aside.csv"),
    )

    assert rows_of(pq.read_table(tmp_path / "made.parquet")) == [(1, 2), (None, 3)]
    assert result.nulled == {"a": 2}
    assert result.checked == Checked(rows_in=4, rows_out=2, rejects=2)
    assert [(row["column"], row["text"]) for row in aside(tmp_path)] == [
        *(("a", "x"), ("b", "y"), ("a", "z"), ("b", "w"))
    ]


def test_null_alone_needs_no_file_beside(tmp_path: Path) -> None:
    columns = [Column("a", "a", "int64", rejects=Rejects.NULL)]

    result = made(written(tmp_path, b"a\n1\nx\n"), recipe_of(columns), tmp_path / "made.parquet")

    assert (result.rows, result.nulled) == (2, {"a": 1})


def test_rows_that_may_not_be_left_out_make_it_fail(tmp_path: Path) -> None:
    with pytest.raises(RejectsFound) as raised:
        made(written(tmp_path, b"a\n1\nx\n"), recipe_of(typed(a="int64")), tmp_path / "made.parquet")

    assert raised.value.details == {"rejects": 1, "rows": 2}
    assert [one.name for one in tmp_path.iterdir()] == ["given.csv"]


@pytest.mark.parametrize("target", Target)
def test_a_file_that_changes_between_the_passes_is_found_out(tmp_path: Path, target: Target) -> None:
    path = tmp_path / "given.csv"
    source = written(tmp_path, b"a,b\n" + b"".join(b"%d,x\n" % number for number in range(1000, 9000)))
    calls: list[int] = []

    def change(done: int, total: int) -> None:
        # The check ends at three tenths, writing begins at four.
        if done > 0.35 * total and not calls:
            calls.append(done)
            path.write_bytes(path.read_bytes().replace(b"\n5000,", b"\n5001,"))

    with pytest.raises(RowsLost, match="differs from the file"):
        convert(
            source,
            recipe_of(typed(a="int64", b="text")),
            tmp_path / "made",
            Options(target),
            limits=LIMITS,
            progress=change,
        )
    assert calls
    assert [one.name for one in tmp_path.iterdir()] == ["given.csv"]


def test_rows_that_are_not_those_of_our_own_count_are_found_by_their_line(tmp_path: Path) -> None:
    lines = [b"%d,x" % number for number in range(200_000)]
    lines[31_415] = b'31415,"x\ny"'
    source = written(tmp_path, b"a,b\n" + b"\n".join(lines) + b"\n")
    # An index that takes no notice of quotes has one row more.
    counted = index(source, Dialect(quote=""), 2)
    counted.dialect = Dialect()

    with Connection(LIMITS) as connection:
        first, last = parting(connection, source, counted, 2)

    assert counted.rows == 200_001
    assert 31_415 <= first <= last <= 31_419


def test_a_file_that_changes_after_its_rows_were_counted_is_found_out(tmp_path: Path) -> None:
    path = tmp_path / "given.csv"
    source = written(tmp_path, b"a\n" + b"1\n" * 1000)

    def change(done: int, total: int) -> None:
        if done > 0.09 * total:
            path.write_bytes(b"a\n" + b"1\n" * 999)

    with pytest.raises(RowsLost, match="1,000 rows, and 999 were read"):
        convert(
            source, recipe_of(typed(a="int64")), tmp_path / "made", Options(), limits=LIMITS, progress=change
        )
    assert not (tmp_path / "made").exists()


class _EndedError(Exception):
    pass


@pytest.mark.parametrize("target", Target)
@pytest.mark.parametrize("share", [0.0, 0.2, 0.5, 0.9])
def test_who_wants_its_end_leaves_nothing(tmp_path: Path, target: Target, share: float) -> None:
    lines = "".join(f"{number},{number}\n" for number in range(100_000))
    source = written(tmp_path, f"a,b\nx,y\n{lines}".encode())
    threads = threading.active_count()

    def end(done: int, total: int) -> None:
        if done >= share * total:
            raise _EndedError

    with pytest.raises(_EndedError):
        convert(
            source,
            recipe_of(typed(a="int64", b="int64")),
            tmp_path / "made",
            Options(target, aside=tmp_path / "aside.csv"),
            limits=LIMITS,
            progress=end,
        )
    assert [one.name for one in tmp_path.iterdir()] == ["given.csv"]
    assert threading.active_count() == threads


def test_a_long_query_is_interrupted() -> None:
    calls: list[float] = []

    def end(done: int, total: int) -> None:
        calls.append(done / total)
        if len(calls) > 1:
            raise _EndedError

    with Connection(LIMITS) as connection:
        with pytest.raises(_EndedError):
            run(
                connection,
                "SELECT count(*) FROM range(1000000000) a, range(1000000) b WHERE a.range % 7 = b.range",
                end,
            )
        assert connection.rows("SELECT 1") == [(1,)]


def test_what_is_there_already_stays(tmp_path: Path) -> None:
    (tmp_path / "made.parquet").write_text("precious")

    with pytest.raises(FileExistsError):
        made(written(tmp_path, b"a\n1\n"), recipe_of(typed(a="int64")), tmp_path / "made.parquet")

    assert (tmp_path / "made.parquet").read_text() == "precious"


@pytest.mark.parametrize("target", Target)
@pytest.mark.parametrize("data", [b"", b"a,b\n", b"a,b"])
def test_a_table_without_rows(tmp_path: Path, target: Target, data: bytes) -> None:
    result = made(
        written(tmp_path, data), recipe_of(typed(a="int64", b="text")), tmp_path / "made", Options(target)
    )

    assert result.checked == Checked(0, 0, 0)
    assert (tmp_path / "made").exists()


def test_rows_come_in_order_with_what_python_has(tmp_path: Path) -> None:
    source, recipe = all_types(tmp_path)

    with TableRows(source, recipe, limits=LIMITS) as rows:
        assert [(column.name, column.type) for column in rows.columns] == list(TYPES.items())
        assert rows.expected == 3
        found = [row for batch in rows.batches() for row in zip(*batch, strict=True)]
        assert rows.checked() == Checked(3, 3, 0)
    assert found[0][:2] == ROWS[0][:2]
    assert found[0][2] == str(ROWS[0][2])
    assert found[0][3:6] == ROWS[0][3:6]
    assert found[0][6:10] == (
        *("2024-02-29", "23:59:59.000001", "2024-02-29 12:00:00.5", "2024-02-29 10:00:00+00"),
    )
    assert found[1] == (None,) * 11


def test_rows_that_do_not_fit_are_aside_there_too(tmp_path: Path) -> None:
    lines = "".join(f"{number if number % 1000 else 'x'}\n" for number in range(10_000))
    source = written(tmp_path, f"a\n{lines}".encode())

    with TableRows(source, recipe_of(typed(a="int64")), limits=LIMITS, aside=tmp_path / "aside.csv") as rows:
        found = [value for batch in rows.batches() for value in batch[0]]
        assert rows.checked() == Checked(10_000, 9990, 10)
    assert found == [number for number in range(10_000) if number % 1000]
    assert [int(row["line"]) for row in aside(tmp_path)] == list(range(2, 10_002, 1000))


def test_rows_that_change_while_they_are_read_are_found_out(tmp_path: Path) -> None:
    path = tmp_path / "given.csv"
    source = written(tmp_path, b"a\n" + b"1\n" * 100)

    with TableRows(source_at(path), recipe_of(typed(a="int64")), limits=LIMITS) as rows:
        path.write_bytes(b"a\n" + b"1\n" * 99)
        with pytest.raises(RowsLost, match="99 rows were read of 100"):
            list(rows.batches())
    assert source.size == 202


@pytest.mark.parametrize(
    ("failing", "expected"),
    [("error('no')", NotATable), ("CAST(CASE WHEN i = 99999 THEN 'x' ELSE '1' END AS BIGINT)", duckdb.Error)],
)
def test_an_error_in_the_middle_of_rows_keeps_its_type(failing: str, expected: type[Exception]) -> None:
    query = f"SELECT CASE WHEN i = 99999 THEN {failing} END FROM range(100000) AS t(i)"  # noqa: S608  # ours
    with Connection(LIMITS) as connection, pytest.raises(expected), translated():
        list(batches(connection, query))


#: Takes some 60 MB, which have to be kept until all is read.
_SORT = (
    "SELECT max(n) FROM (SELECT row_number() OVER (ORDER BY s) AS n "
    "FROM (SELECT md5(i::VARCHAR) AS s FROM range(2000000) AS t(i)))"
)


def test_too_little_memory_and_no_disk(tmp_path: Path) -> None:
    with Connection(DuckLimits(memory=24 * 2**20, threads=1)) as connection, pytest.raises(MemoryError):
        run(connection, _SORT, lambda done, total: None)


def test_too_little_disk_for_what_memory_does_not_hold(tmp_path: Path) -> None:
    limits = DuckLimits(memory=24 * 2**20, threads=1, scratch=tmp_path / "scratch", disk=2**20)
    with Connection(limits) as connection, pytest.raises(NoSpace, match="disk"):
        run(connection, _SORT, lambda done, total: None)


def test_what_memory_does_not_hold_is_on_the_disk_meanwhile(tmp_path: Path) -> None:
    limits = DuckLimits(memory=24 * 2**20, threads=1, scratch=tmp_path / "scratch")
    with Connection(limits) as connection:
        assert run(connection, _SORT, lambda done, total: None) == [(2_000_000,)]


_ON_A_SMALL_DISK = """
import resource, sys
from pathlib import Path
from jupyter_bigupload.errors import NoSpace
from jupyter_bigupload.tables.converting import Options, Target, convert
from tests.unit.tables.files import LIMITS, recipe_of, source_at, typed
folder = Path(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    convert(source_at(folder / "given.csv"), recipe_of(typed(a="text")), folder / "made",
            Options(Target(sys.argv[2])), limits=LIMITS)
except NoSpace as error:
    print(error.message)
"""


@pytest.mark.parametrize("target", Target)
def test_a_disk_that_is_full(tmp_path: Path, target: Target) -> None:
    lines = "".join(f"{number * 7919 % 1000003:x}\n" for number in range(200_000))
    (tmp_path / "given.csv").write_text(f"a\n{lines}")

    # A limit for files fails as a full disk does, and needs none.
    done = subprocess.run(
        [sys.executable, "-c", _ON_A_SMALL_DISK, str(tmp_path), target.value],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[3],
    )

    assert done.stdout == "The disk, or your share of it, is full.\n"
    assert [one.name for one in tmp_path.iterdir()] == ["given.csv"]
