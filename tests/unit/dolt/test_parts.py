"""Imports of several transactions: each is read back by another process while the next is written."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from random import Random
from typing import Any

import pytest

from jupyter_bigupload.errors import ImportDiffers, StorageFailed
from jupyter_bigupload.operations.dolt import history
from jupyter_bigupload.operations.dolt.database.counting import Counts
from jupyter_bigupload.operations.dolt.importing import reading_back, writing

from .child import Child
from .parts import load_parts
from .steps import branches, commit, made, states
from .there import rows_of, sql

TYPES = "id:int64 name:text x:float64 d:decimal(10,2)"
ROWS: list[Any] = [(number, f"n{number % 7}", float(number % 9), f"{number}.50") for number in range(10_000)]


@pytest.mark.parametrize("order", ["by key", "mostly", "another"])
@pytest.mark.parametrize(
    "wanted",
    [{"table": "new"}, {"table": "new", "key": ["id"]}, {"table": "new", "key": ["name", "id"]},
     {"mode": "append"}, {"mode": "append", "table": "nokey"}, {"mode": "update"}, {"replace": True}],
)  # fmt: skip
def test_all_of_them_are_one_commit(there: Child, path: Path, wanted: dict[str, Any], order: str) -> None:
    made(
        there,
        path,
        "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, x REAL, d TEXT)",
        "INSERT INTO t VALUES (-1, 'old', 1, NULL)",
        "CREATE TABLE nokey (id INTEGER, name TEXT, x REAL, d TEXT)",
        "INSERT INTO nokey VALUES (1, 'n1', 1, '1.50')",
    )
    rows = list(ROWS)
    if order == "mostly":
        rows = rows[5000:6000] + rows[:5000] + rows[6000:]
    elif order == "another":
        Random(3).shuffle(rows)  # noqa: S311  # the same in each run
    counts, asked = there(load_parts, path, rows_of(TYPES, *rows, batch=700), **wanted)
    assert counts == Counts(added=10_000, removed=1 if "replace" in wanted else 0)
    is_apart = wanted.get("mode") == "update"
    has_key = bool(wanted.get("key")) or wanted == {"mode": "append"}
    waits = has_key and (order == "another" or wanted.get("key") == ["name", "id"])
    assert bool(asked) == (not is_apart and not waits)
    commit(there, path)
    table = wanted.get("table", "t")
    found = there(sql, path, f"SELECT * FROM {table} WHERE id >= 0 ORDER BY id")  # noqa: S608  # of the lines above
    assert found == sorted([*rows, *([(1, "n1", 1.0, "1.50")] if table == "nokey" else [])])
    assert [one["message"] for one in there(history, path)["commits"]][:2] == ["more", "by hand"]
    assert branches(there, path) == ["main"]


def load_losing(path: Path, how: str, **wanted: Any) -> None:
    """Import by small transactions, while somebody is at work on what is written already."""
    commits = writing.Writer.go_on
    calls = 0

    def losing(self: writing.Writer, between: Any) -> None:
        nonlocal calls
        calls += 1
        if calls == 2:
            self._database.run(how)  # as a fault of the database would
        commits(self, between)

    writing.Writer.go_on = losing  # type: ignore[method-assign]
    try:
        load_parts(path, rows_of(TYPES, *ROWS, batch=700), **wanted)
    finally:
        writing.Writer.go_on = commits  # type: ignore[method-assign]


@pytest.mark.parametrize(
    "how",
    [
        "DELETE FROM t WHERE id = 17",
        "UPDATE t SET name = 'another' WHERE id = 17",
        "UPDATE t SET x = 0.5 WHERE id = 2900",
        "DELETE FROM t WHERE id = -1",
        "INSERT INTO t VALUES (-2, 'more', NULL, NULL)",
    ],
)
def test_what_is_lost_between_two_parts_is_found(there: Child, path: Path, how: str) -> None:
    made(
        there,
        path,
        "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, x REAL, d TEXT)",
        "INSERT INTO t VALUES (-1, 'old', 1, NULL)",
    )
    before = states(there, path)
    with pytest.raises(ImportDiffers):
        there(load_losing, path, how, mode="append")
    assert states(there, path) == before
    assert branches(there, path) == ["main"]


def load_killing(path: Path) -> None:
    """Import by small transactions, while the other process is killed."""
    begin = reading_back.ReadBack.begin

    def killing(self: reading_back.ReadBack, written: Any, part: Any) -> None:
        begin(self, written, part)
        assert self._process is not None  # which nobody else knows
        os.kill(self._process.pid, signal.SIGKILL)
        self._process.wait()

    reading_back.ReadBack.begin = killing  # type: ignore[method-assign]
    try:
        load_parts(path, rows_of(TYPES, *ROWS, batch=700))
    finally:
        reading_back.ReadBack.begin = begin  # type: ignore[method-assign]


def test_the_other_process_dies(there: Child, path: Path) -> None:
    made(there, path, "CREATE TABLE other (id INTEGER PRIMARY KEY)")
    before = states(there, path)
    with pytest.raises(StorageFailed, match="read back"):
        there(load_killing, path)
    assert states(there, path) == before
    assert branches(there, path) == ["main"]
