"""Folders of Parquet as one table: what is shown and made of them, and which folders are none."""

from __future__ import annotations

import collections
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from jupyter_bigupload.errors import Changed, NotATable
from jupyter_bigupload.tables import folders
from jupyter_bigupload.tables.converting import Checked, Options, TableRows, Target, convert
from jupyter_bigupload.tables.folders import folder_source
from jupyter_bigupload.tables.local import local_folder
from jupyter_bigupload.tables.preview import Cache, preview
from jupyter_bigupload.tables.profiling import profile
from jupyter_bigupload.tables.recipe import Format, parse
from jupyter_bigupload.tables.source import Source

from .files import LIMITS

#: What a name of a folder can hold, and what DuckDB, or a pattern, would take for something else.
ODD = ["2020", "007", None, "a b/c=d", "ü%41*[x]?", "NULL", "null", "'\"\n", "1e5"]
ROWS = len(ODD) * 4
TABLE = pa.table(
    {
        "id": pa.array(range(ROWS), pa.int64()),
        "value": pa.array([None if n % 5 == 0 else n / 4 for n in range(ROWS)], pa.float64()),
        "year": pa.array([ODD[n // 4] for n in range(ROWS)], pa.string()),
        "a day": pa.array([None if n % 4 == 3 else f"d{n % 2}" for n in range(ROWS)], pa.string()),
    }
)
Row = tuple[object, ...]


def partitioned(folder: Path, table: pa.Table = TABLE) -> Path:
    ds.write_dataset(
        table, folder, format="parquet", partitioning=["year", "a day"], partitioning_flavor="hive"
    )
    return folder


def put(folder: Path, path: str, table: pa.Table) -> None:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, folder / path)


def in_any_order(table: pa.Table) -> list[Row]:
    columns = [table[name].to_pylist() for name in ("id", "value", "year", "a day")]
    return sorted(zip(*columns, strict=True), key=lambda row: row[0])


def counted(source: Source) -> tuple[Source, collections.Counter[str]]:
    """Return the folder anew, and how often each of its files is opened."""
    opened: collections.Counter[str] = collections.Counter()

    def opening(path: str, file: Source) -> Callable[[], BinaryIO]:
        def open_file() -> BinaryIO:
            opened[path] += 1
            return io.BytesIO(file.open().read())

        return open_file

    files = [(path, replace(file, open=opening(path, file))) for path, file in source.parts]
    return folder_source(source.name, files), opened


def test_folders_names_are_the_last_columns_as_text(tmp_path: Path) -> None:
    folder = partitioned(tmp_path / "a.parquet")
    (folder / "_SUCCESS").touch()
    (folder / "_temporary").mkdir()
    (folder / "_temporary" / "x.parquet").write_bytes(b"not yet")
    source = local_folder(folder)
    found = preview(source, count=ROWS)

    assert [(one["name"], one["native"]) for one in found["columns"]] == [
        ("id", "BIGINT"),
        ("value", "DOUBLE"),
        ("year", "VARCHAR"),
        ("a day", "VARCHAR"),
    ]
    assert (found["recipe"]["format"], found["rows"]) == ("parquet", {"count": ROWS, "exact": True})
    assert found["size"] == sum(path.stat().st_size for path in folder.rglob("*=*/*.parquet"))
    shown = [
        (int(one), None if value is None else float(value), year, day)
        for one, value, year, day in found["values"]
    ]
    assert sorted(shown) == in_any_order(TABLE)


def test_a_profile_and_a_file_made_of_all_files(tmp_path: Path) -> None:
    source = local_folder(partitioned(tmp_path / "a"))
    recipe = parse(preview(source, count=0)["recipe"])
    profiled = profile(source, recipe, limits=LIMITS)
    assert profiled["rows"] == ROWS
    year = next(one for one in profiled["columns"] if one["name"] == "year")
    assert (year["nulls"], year["distinct"]) == (4, len(ODD) - 1)

    made = convert(source, recipe, tmp_path / "made.parquet", Options(Target.PARQUET), limits=LIMITS)
    assert made.checked == Checked(ROWS, ROWS, 0)
    # A file's own path has names of folders that pyarrow would take columns from.
    assert in_any_order(pq.ParquetFile(tmp_path / "made.parquet").read()) == in_any_order(TABLE)


def test_a_partition_may_get_another_type(tmp_path: Path) -> None:
    source = local_folder(partitioned(tmp_path / "a"))
    given = preview(source, count=0)["recipe"]
    given["columns"][2] = {**given["columns"][2], "type": "int64"}
    profiled = profile(source, parse(given), limits=LIMITS)
    # '2020' alone is a whole number as it is written, besides the folder of no value.
    assert profiled["rejects"]["by_column"]["year"] == 4 * (len(ODD) - 2)


def test_rows_in_the_order_of_the_files_and_only_these_files_are_read(tmp_path: Path) -> None:
    for number in range(10):
        first = 100 * number
        ids = list(range(first, first + (0 if number == 4 else 100)))
        put(tmp_path / "a", f"{number}.parquet", pa.table({"id": pa.array(ids, pa.int64())}))
    every = [str(n) for n in range(1000) if n // 100 != 4]
    source, opened = counted(local_folder(tmp_path / "a"))
    cache = Cache()

    def shown(start: int, count: int) -> list[str]:
        opened.clear()
        values = preview(source, start=start, count=count, cache=cache)["values"]
        return [value for (value,) in values]

    assert shown(0, 5) == every[:5]
    assert shown(250, 10) == every[250:260]
    assert set(opened) == {"2.parquet"}
    assert shown(395, 10) == every[395:405]
    assert set(opened) == {"3.parquet", "4.parquet", "5.parquet"}
    assert shown(895, 100) == every[895:]
    assert shown(900, 10) == []
    assert shown(5000, 10) == []


@pytest.mark.parametrize(("start", "count"), [(start, count) for start in range(8) for count in (1, 2, 7)])
def test_columns_that_some_files_lack_are_null_there(tmp_path: Path, start: int, count: int) -> None:
    put(tmp_path, "1.parquet", pa.table({"a": [1, 2], "b": ["x", "y"]}))
    put(tmp_path, "2.parquet", pa.table({"c": [1.5], "B": ["z"]}))
    put(tmp_path, "3.parquet", pa.table({"b": ["v", "w"], "a": [3, 4]}))
    found = preview(local_folder(tmp_path), start=start, count=count)

    assert [one["source"] for one in found["columns"]] == ["a", "b", "c"]
    rows = [["1", "x", None], ["2", "y", None], [None, "z", "1.5"], ["3", "v", None], ["4", "w", None]]
    assert found["values"] == rows[start : start + count]


def test_columns_in_another_order_stay_what_they_are(tmp_path: Path) -> None:
    put(tmp_path, "1.parquet", pa.table({"a": [1], "b": [2]}))
    put(tmp_path, "2.parquet", pa.table({"b": [20], "a": [10]}))
    source = local_folder(tmp_path)
    assert preview(source)["values"] == [["1", "2"], ["10", "20"]]
    with TableRows(source, parse(preview(source)["recipe"]), limits=LIMITS) as rows:
        assert [row for batch in rows.batches() for row in zip(*batch, strict=True)] == [(1, 2), (10, 20)]


def test_columns_that_the_files_have_too_are_both_there(tmp_path: Path) -> None:
    put(tmp_path, "p=1/p0=2/a.parquet", pa.table({"p": [7], "p0": [8], "p__0": [9], "pc0": [10]}))
    found = preview(local_folder(tmp_path))
    assert found["values"] == [["7", "8", "9", "10", "1", "2"]]
    assert len({one["source"] for one in found["columns"]}) == 6


def test_names_of_files_are_no_patterns(tmp_path: Path) -> None:
    names = ["[ab].parquet", "*.parquet", "a?'\".parquet", "ü {x}.parquet"]
    for number, name in enumerate(names):
        put(tmp_path, name, pa.table({"name": [name], "n": [number]}))
    found = preview(local_folder(tmp_path))
    assert sorted(name for name, _ in found["values"]) == sorted(names)


@pytest.mark.parametrize(
    ("path", "table", "words"),
    [
        ("2.parquet", pa.table({"a": ["1"]}), ["'a'", "BIGINT", "VARCHAR", "'1.parquet'", "'2.parquet'"]),
        ("2.parquet", pa.table({"A": pa.array([1], pa.int32())}), ["INTEGER", "'2.parquet'"]),
        ("2.parquet", pa.table({"a": [[1]]}), ["BIGINT[]"]),
        ("year=1/2.parquet", pa.table({"a": [1]}), ["columns", "year"]),
        ("year/2.parquet", pa.table({"a": [1]}), ["'year'"]),
        ("=1/2.parquet", pa.table({"a": [1]}), ["'=1'"]),
    ],
)
def test_files_that_are_not_one_table(tmp_path: Path, path: str, table: pa.Table, words: list[str]) -> None:
    put(tmp_path, "1.parquet", pa.table({"a": [1]}))
    put(tmp_path, path, table)
    with pytest.raises(NotATable) as caught:
        preview(local_folder(tmp_path))
    assert all(word in str(caught.value) for word in words), caught.value


@pytest.mark.parametrize("name", ["notes.txt", "year=2020/b.csv"])
def test_another_file_between_is_named(tmp_path: Path, name: str) -> None:
    put(tmp_path, "year=2020/a.parquet", pa.table({"a": [1]}))
    (tmp_path / name).write_text("a\n1\n")
    with pytest.raises(NotATable, match=name):
        local_folder(tmp_path)


def test_folders_with_nothing_or_with_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotATable, match="no Parquet files"):
        local_folder(tmp_path)
    for number in range(4):
        put(tmp_path, f"{number}.parquet", pa.table({"a": [1]}))
    monkeypatch.setattr(folders, "MOST_FILES", 3)
    with pytest.raises(NotATable, match="more than 3 files"):
        local_folder(tmp_path)


@pytest.mark.parametrize("damage", [b"", b"PAR1", b"PAR1 not at all PAR1"])
def test_a_damaged_file_is_named(tmp_path: Path, damage: bytes) -> None:
    for number in range(3):
        put(tmp_path, f"{number}.parquet", pa.table({"a": [1]}))
    (tmp_path / "1.parquet").write_bytes(damage)
    with pytest.raises(NotATable, match=r"'1\.parquet' is damaged"):
        preview(local_folder(tmp_path))


def test_a_file_that_changes_is_not_read_any_more(tmp_path: Path) -> None:
    for number in range(3):
        put(tmp_path, f"{number}.parquet", pa.table({"a": [number]}))
    source, cache = local_folder(tmp_path), Cache()
    assert preview(source, cache=cache)["values"] == [["0"], ["1"], ["2"]]
    put(tmp_path, "1.parquet", pa.table({"a": [10, 11]}))

    with pytest.raises(Changed):
        preview(source, start=1, cache=cache)
    again = local_folder(tmp_path)
    assert again.state != source.state
    assert preview(again, cache=cache)["values"] == [["0"], ["10"], ["11"], ["2"]]


@pytest.mark.parametrize("kind", [kind for kind in Format if kind is not Format.PARQUET])
def test_a_folder_is_of_no_other_format(tmp_path: Path, kind: Format) -> None:
    put(tmp_path, "a.parquet", pa.table({"a": [1]}))
    columns = [{"source": "a", "type": "text"}]
    recipe = parse({"format": kind.value, "columns": columns})
    with pytest.raises(NotATable, match="folder"):
        preview(local_folder(tmp_path), recipe)
    with pytest.raises(NotATable, match="folder"):
        profile(local_folder(tmp_path), recipe, limits=LIMITS)


def test_many_files_with_few_of_them_open(tmp_path: Path) -> None:
    one = tmp_path / "one.parquet"
    put(tmp_path, one.name, pa.table({"a": [1], "b": [2]}))
    data = one.read_bytes()
    open_now, most = [0], [0]

    class Opened(io.BytesIO):
        def __init__(self) -> None:
            super().__init__(data)
            open_now[0] += 1
            most[0] = max(most[0], open_now[0])

        def close(self) -> None:
            open_now[0] -= not self.closed
            super().close()

    files = [(f"y={n}/a.parquet", Source("a.parquet", len(data), str(n), Opened)) for n in range(400)]
    found = preview(folder_source("many", files), count=1000)
    assert len(found["values"]) == 400
    assert most[0] < 200
    assert open_now[0] == 0
