"""Rows in the order of their key, which are read back in blocks."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jupyter_bigupload.operations.dolt.database.counting import Counts
from jupyter_bigupload.operations.dolt.importing import blocks

from .child import Child
from .parts import load_parts
from .steps import branches, commit, made
from .there import IDS, load_rows, rows_of, sql

FINITE = st.floats(allow_nan=False).map(lambda value: value + 0.0)
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
ROWS = st.lists(
    st.tuples(st.none() | st.integers(-(2**63), 2**63 - 1), st.none() | FINITE, st.none() | TEXT), min_size=1
)


def blocks_of(path: Path, rows: Any, size: int = blocks._SIZE, **wanted: Any) -> list[list[list[Any]]]:  # noqa: SLF001
    """Import rows; return the blocks that were read back."""
    read_run, longest = blocks.read_run, blocks._SIZE  # noqa: SLF001
    found = []

    def noting(*args: Any) -> Iterator[Any]:
        for block in read_run(*args):
            found.append(block)
            yield block

    blocks.read_run, blocks._SIZE = noting, size  # type: ignore[assignment]  # noqa: SLF001
    try:
        load_rows(path, rows, **wanted)
    finally:
        blocks.read_run, blocks._SIZE = read_run, longest  # noqa: SLF001
    return found


@pytest.fixture
def numbers() -> Iterator[int]:
    return iter(range(1_000_000))


@given(rows=ROWS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
def test_all_values_come_back_as_they_are(
    there: Child, path: Path, numbers: Iterator[int], rows: list[tuple[Any, ...]]
) -> None:
    new = path.with_name(f"{next(numbers)}.db")
    (block,) = there(blocks_of, new, rows_of("i:int64 f:float64 t:text", *rows))
    found = list(zip(*block, strict=True))
    assert found == rows
    assert [[*map(type, row)] for row in found] == [[*map(type, row)] for row in rows]


def test_numbers_come_back_to_the_last_bit(there: Child, path: Path) -> None:
    edges = [10.0**power for power in range(-307, 309)] + [5e-324, 2.0**-1022, math.inf, -math.inf, 1e23]
    rows = [
        (one,) for edge in edges for one in (edge, math.nextafter(edge, 0), math.nextafter(edge, math.inf))
    ]
    (block,) = there(blocks_of, path, rows_of("f:float64", *rows, batch=10_000))
    assert block == [[one + 0.0 for (one,) in rows]]


def test_a_block_is_no_longer_than_fits(there: Child, path: Path) -> None:
    rows = [(number, "ä" * (10_000 if number == 3 else 100)) for number in range(8)]
    found = there(blocks_of, path, rows_of("id:int64 t:text", *rows), 1000, key=["id"])
    assert [len(block[0]) for block in found] == [2, 1, 1, 4]
    assert [row for block in found for row in zip(*block, strict=True)] == rows


@pytest.mark.parametrize(
    ("types", "names", "key"),
    [("rowid:text oid:text", "rowid, oid", []),
     ("rowid:text oid:text _rowid_:text", "rowid, oid, _rowid_", []),
     ("a:text b:int64", "a, b", ["a", "b"]), ("b:blob", "b", []), ("b:blob", "b", ["b"])],
)  # fmt: skip
def test_tables_of_any_key(there: Child, path: Path, types: str, names: str, key: list[str]) -> None:
    kinds = [one.partition(":")[2] for one in types.split()]
    rows = [
        tuple({"text": f"{number:05}", "int64": number, "blob": b"%05d" % number}[kind] for kind in kinds)
        for number in range(5000)
    ]
    counts, asked = there(load_parts, path, rows_of(types, *rows, batch=700), key=key)
    assert (counts, asked) == (Counts(added=5000), 2)
    commit(there, path)
    assert there(sql, path, f"SELECT {names} FROM t ORDER BY 1") == rows  # noqa: S608  # of the lines above


@pytest.mark.parametrize(
    ("table", "last"),
    [
        ("CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT)", 50),
        ("CREATE TABLE t (a TEXT)", 50),
        ("CREATE TABLE t (a TEXT)", 2**63 - 1),
        ("CREATE TABLE t (a TEXT PRIMARY KEY COLLATE NOCASE)", None),
    ],
)
def test_rows_behind_others(there: Child, path: Path, table: str, last: int | None) -> None:
    names, values = ("a", "'-'") if last is None else ("rowid, a", f"{last}, '-'")
    first = f"INSERT INTO t ({names}) VALUES ({values})"  # noqa: S608  # of the line above
    more = "DELETE FROM t WHERE a = '-'"
    is_by_number = "AUTOINCREMENT" in table
    made(there, path, table, first, *([more] if is_by_number else []))
    # Of these, SQLite has others first than Python, where letters are the same in both cases.
    rows = sorted((f"{letter}{number:04}",) for number in range(2000) for letter in "aB")
    counts, _ = there(load_parts, path, rows_of("a:text", *rows, batch=700), mode="append")
    assert counts == Counts(added=4000)
    commit(there, path, IDS[1])
    assert sorted(there(sql, path, "SELECT a FROM t")) == sorted([*rows, *([] if is_by_number else [("-",)])])
    assert branches(there, path) == ["main"]
