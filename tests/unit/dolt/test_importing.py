"""Rows into tables: what comes of them, and what is refused before anything changes."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from jupyter_bigupload.errors import (
    BigUploadError,
    Exists,
    ImportDiffers,
    Malformed,
    NotFound,
    RowsRefused,
    Uncommitted,
)
from jupyter_bigupload.operations.dolt import diff, history
from jupyter_bigupload.operations.dolt.database.counting import Counts

from .child import Child
from .steps import IMPORT, branches, commit, made, states
from .there import IDS, load_rows, rows_of, sql


@pytest.mark.parametrize("key", [[], ["id"], ["name"], ["id", "name"]])
@pytest.mark.parametrize("order", ["as they are", "shuffled"])
def test_a_table_is_made_on_a_branch_and_committed(
    there: Child, path: Path, key: list[str], order: str
) -> None:
    rows = [(number, f"n{number % 7}-{number}", number / 8) for number in range(5000)]
    if order == "shuffled":
        random.Random(1).shuffle(rows)  # noqa: S311  # the same in each run
    there(sql, path, "SELECT 1")
    before = states(there, path)
    imported = there(load_rows, path, rows_of("id:int64 name:text x:float64", *rows), key=key)
    assert imported.pending.import_id == IMPORT
    assert (imported.pending.rows, imported.pending.counts) == (5000, Counts(added=5000))
    assert states(there, path) == before
    assert there(history, path)["pending"] == {
        "import": IMPORT,
        "table": "t",
        "mode": "create",
        "rows": 5000,
        "from": before[1][0]["hash"],
        "started": imported.pending.started,
    }
    made_commit = commit(there, path)
    after = there(history, path)
    assert after["pending"] is None
    assert [one["message"] for one in after["commits"]] == ["more", "Initialize data repository"]
    assert (after["commits"][0]["hash"], after["commits"][0]["author"]) == (made_commit, "Ann")
    assert after["commits"][0]["email"] == "ann@example.org"
    assert branches(there, path) == ["main"]
    assert sorted(there(sql, path, "SELECT * FROM t")) == sorted(rows)
    keys = {column["name"] for column in after["tables"][0]["columns"] if column["key"]}
    assert keys == set(key)
    assert there(sql, path, "SELECT * FROM dolt_status") == []
    assert there(sql, path, "PRAGMA integrity_check") == [("ok",)]


def test_rows_are_appended_by_the_names_of_their_columns(there: Child, path: Path) -> None:
    made(
        there,
        path,
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b REAL)",
        "INSERT INTO t VALUES (1, 'x', 1)",
    )
    imported = there(load_rows, path, rows_of("B:float64 id:int64", (2.0, 3), (3.5, 2)), mode="append")
    assert imported.pending.counts == Counts(added=2)
    commit(there, path)
    assert there(sql, path, "SELECT * FROM t") == [(1, "x", 1.0), (2, None, 3.5), (3, None, 2.0)]


def test_rows_are_appended_to_a_table_without_a_key_though_they_are_there(there: Child, path: Path) -> None:
    made(there, path, "CREATE TABLE t (a, b)", "INSERT INTO t VALUES (1, 'x'), (1, 'x')")
    there(load_rows, path, rows_of("a:int64 b:text", (1, "x"), (2, "y"), (1, "x")), mode="append")
    commit(there, path)
    assert sorted(there(sql, path, "SELECT * FROM t")) == [(1, "x")] * 4 + [(2, "y")]


def test_rows_get_numbers_where_the_key_does_not_come(there: Child, path: Path) -> None:
    made(there, path, "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)", "INSERT INTO t VALUES (7, 'x')")
    there(load_rows, path, rows_of("a:text", ("y",), ("z",)), mode="append")
    commit(there, path)
    assert there(sql, path, "SELECT * FROM t") == [(7, "x"), (8, "y"), (9, "z")]


@pytest.mark.parametrize(("remove", "rest"), [(False, [(5, "e", 5)]), (True, [])])
def test_rows_are_updated_by_their_key(
    there: Child,
    path: Path,
    remove: bool,  # noqa: FBT001  # drawn
    rest: list[tuple[Any, ...]],
) -> None:
    made(
        there,
        path,
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, kept INTEGER)",
        "INSERT INTO t VALUES (1, 'a', 1), (2, 'b', 2), (3, 'c', 3), (5, 'e', 5)",
    )
    rows = rows_of("id:int64 a:text", (3, "C"), (4, "d"), (1, "a"), (2, None))
    imported = there(load_rows, path, rows, mode="update", key=["id"], remove_missing=remove)
    assert imported.pending.counts == Counts(added=1, modified=2, removed=len([]) if not remove else 1)
    commit(there, path)
    expected = [(1, "a", 1), (2, None, 2), (3, "C", 3), (4, "d", None), *rest]
    assert there(sql, path, "SELECT * FROM t") == expected


@pytest.mark.parametrize("few", [True, False])
def test_an_update_of_many_rows_by_a_key_of_two_columns(
    there: Child,
    path: Path,
    few: bool,  # noqa: FBT001  # drawn
) -> None:
    rows = [(f"k{number % 50}", number, number * 1.5) for number in range(20_000)]
    there(load_rows, path, rows_of("k:text n:int64 x:float64", *rows), key=["k", "n"])
    commit(there, path)
    changed = [(k, n, x + (n % 1000 == 0)) for k, n, x in (rows[:3000:1000] if few else rows)]
    random.Random(2).shuffle(changed)  # noqa: S311  # the same in each run
    new = rows_of("k:text n:int64 x:float64", *changed, ("new", -1, 0.0))
    imported = there(load_rows, path, new, IDS[2], mode="update")
    assert imported.pending.counts == Counts(added=1, modified=3 if few else 20)
    commit(there, path, IDS[2])
    expected = {(k, n): x for k, n, x in rows} | {(k, n): x for k, n, x in changed} | {("new", -1): 0.0}
    assert {(k, n): x for k, n, x in there(sql, path, "SELECT * FROM t")} == expected


def test_new_columns_are_added_or_left_out_by_choice(there: Child, path: Path) -> None:
    made(there, path, "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)", "INSERT INTO t VALUES (1, 'x')")
    rows = rows_of("id:int64 more:int64", (1, 10), (2, 20))
    with pytest.raises(RowsRefused, match="no column 'more'"):
        there(load_rows, path, rows, mode="update")
    there(load_rows, path, rows, mode="update", new_columns="add")
    shown = there(diff, path, "t", "HEAD", IMPORT)
    assert [(one["name"], one["change"]) for one in shown["columns"]] == [
        ("id", None),
        ("a", None),
        ("more", "added"),
    ]
    commit(there, path)
    assert there(sql, path, "SELECT * FROM t") == [(1, "x", 10), (2, None, 20)]
    there(load_rows, path, rows_of("id:int64 other:int64", (3, 10)), mode="append", new_columns="leave_out")
    commit(there, path)
    assert there(sql, path, "SELECT * FROM t") == [(1, "x", 10), (2, None, 20), (3, None, None)]


def test_a_table_is_replaced_by_choice(there: Child, path: Path) -> None:
    made(
        there,
        path,
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)",
        "INSERT INTO t VALUES (1, 'x'), (2, 'y')",
    )
    rows = rows_of("id:int64 a:text", (1, "x"), (3, "z"))
    with pytest.raises(Exists):
        there(load_rows, path, rows, key=["id"])
    there(load_rows, path, rows, key=["id"], replace=True)
    shown = there(diff, path, "t", "main", IMPORT)
    assert shown["counts"] == {"added": 1, "removed": 1, "modified": 0, "unmodified": 1}
    commit(there, path)
    assert there(sql, path, "SELECT * FROM t") == [(1, "x"), (3, "z")]


TABLE = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, n INTEGER, d DECIMAL(10, 2), must TEXT NOT NULL)"


@pytest.mark.parametrize(
    ("types", "rows", "wanted", "error", "words"),
    [
        ("id:int64 id:text", [], {}, Malformed, "'id' and 'id'"),
        ("id:int64 ID:text", [], {}, Malformed, "another name"),
        ("a\0:int64", [], {}, Malformed, "No column"),
        ("id:int64", [], {"table": "dolt_log"}, Malformed, "database's own"),
        ("id:int64", [], {"table": "SQLite_x"}, Malformed, "database's own"),
        ("id:int64", [], {"table": ""}, Malformed, "No table"),
        ("id:int64", [], {"table": "new", "key": ["no"]}, Malformed, "'no' is none"),
        ("id:int64", [], {"table": "new", "key": ["id", "ID"]}, Malformed, "twice"),
        ("id:int64", [], {"table": "new", "mode": "append"}, NotFound, "no table"),
        ("id:int64", [], {"table": "nokey", "mode": "update"}, RowsRefused, "no key"),
        ("id:int64 must:text", [], {"mode": "update", "key": ["a"]}, RowsRefused, "is 'id', and no other"),
        ("a:text must:text", [], {"mode": "update"}, RowsRefused, "which does not come"),
        ("id:int64", [], {"mode": "append"}, RowsRefused, "'must' may not be null"),
        ("id:int64 must:text n:text", [], {"mode": "append"}, RowsRefused, "'n' is INTEGER"),
        ("id:int64 must:text n:float64", [], {"mode": "append"}, RowsRefused, "'n' is INTEGER"),
        ("id:int64 must:text a:int64", [], {"mode": "append"}, RowsRefused, "'a' is TEXT"),
        ("id:int64 must:text d:decimal(10,2)", [], {"mode": "append"}, RowsRefused, "'d' is DECIMAL"),
        ("id:text must:text", [], {"mode": "append"}, RowsRefused, "'id' is INTEGER"),
        ("id:int64 must:text", [(2, None)], {"mode": "append"}, RowsRefused, "refuses a row"),
        ("id:int64 must:text", [(2, "x"), (None, "")], {"mode": "append"}, RowsRefused, "Row 2 has no"),
        ("id:int64 must:text", [(2, "x"), (1, "y")], {"mode": "append"}, RowsRefused, "1 of the rows"),
        ("id:int64 must:text", [(2, "x")] + [(2, "y")] * 2, {"mode": "append"}, RowsRefused, "2 of .*: 2"),
        ("id:int64 must:text", [(2, ""), (3, ""), (2, "y")], {"mode": "update"}, RowsRefused, "1 of .*: 2"),
        ("id:int64", [(2,), (3,), (2,)], {"table": "new", "key": ["id"]}, RowsRefused, "1 of the rows"),
        ("k:text", [("b",), ("a",), ("b",)], {"table": "new", "key": ["k"]}, RowsRefused, "1 of the rows"),
        ("x:float64", [(1.0,), (float("nan"),)], {"table": "new"}, RowsRefused, "not a number"),
        ("x:int64", [(2**63,)], {"table": "new"}, RowsRefused, "too large"),
        ("x:text", [("\ud800",)], {"table": "new"}, RowsRefused, "surrogates"),
        ("x:text", [(b"bytes",)], {"table": "new"}, RowsRefused, "no text"),
    ],
)  # fmt: skip
def test_what_is_refused_changes_nothing(  # noqa: PLR0917  # drawn
    there: Child,
    path: Path,
    types: str,
    rows: list[Any],
    wanted: dict[str, Any],
    error: type[BigUploadError],
    words: str,
) -> None:
    made(there, path, TABLE, "INSERT INTO t VALUES (1, 'x', 1, 1, '')", "CREATE TABLE nokey (id INTEGER)")
    before = states(there, path)
    with pytest.raises(error, match=words):
        there(load_rows, path, rows_of(types, *rows), **wanted)
    assert states(there, path) == before
    assert branches(there, path) == ["main"]
    assert there(sql, path, "PRAGMA integrity_check") == [("ok",)]


def test_changes_of_a_person_s_own_are_not_mixed_in(there: Child, path: Path) -> None:
    made(there, path, "CREATE TABLE t (id INTEGER PRIMARY KEY)")
    there(sql, path, "INSERT INTO t VALUES (1)")
    with pytest.raises(Uncommitted, match=r"'t'.*dolt_commit"):
        there(load_rows, path, rows_of("id:int64", (2,)), mode="append")
    there(sql, path, "SELECT dolt_commit('-A', '-m', 'mine')")
    there(load_rows, path, rows_of("id:int64", (2,)), mode="append")
    there(sql, path, "INSERT INTO t VALUES (3)")
    with pytest.raises(Uncommitted):
        commit(there, path)
    assert there(sql, path, "SELECT * FROM t") == [(1,), (3,)]
    there(sql, path, "SELECT dolt_reset('--hard')")
    commit(there, path)
    assert there(sql, path, "SELECT * FROM t") == [(1,), (2,)]


HOSTILE = [
    't"; DROP TABLE other; --',
    "quote ' and \" and `",
    "select",
    "a.b",
    "ü 😀",
    "x]--",
    "%s?1:a@b$c",
    "commit",
    "to_commit",
    "diff_type",
    "rowid",
    "-- /*",
]


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("keyed", [True, False])
def test_names_are_names_whatever_is_in_them(
    there: Child,
    path: Path,
    name: str,
    keyed: bool,  # noqa: FBT001  # drawn
) -> None:
    made(there, path, "CREATE TABLE other (a)", "INSERT INTO other VALUES (1)")
    rows = rows_of("a:int64 b:text", (2, "y"), (1, "x"))
    rows.columns = [type(rows.columns[0])(name, "int64"), type(rows.columns[0])(f"{name} 2", "text")]
    there(load_rows, path, rows, table=name, key=[name] if keyed else [])
    commit(there, path)
    rows.rows = [(3, "z"), (1, "X")]
    mode = "update" if keyed else "append"
    there(load_rows, path, rows, table=name, mode=mode)
    shown = there(diff, path, name, "HEAD", IMPORT)
    assert [column["name"] for column in shown["columns"]] == [name, f"{name} 2"]
    added = [one["after"] for one in shown["rows"] if one["kind"] == "added"]
    assert sorted(added) == ([["3", "z"]] if keyed else [["1", "X"], ["3", "z"]])
    if keyed:
        assert {"kind": "modified", "before": ["1", "x"], "after": ["1", "X"]} in shown["rows"]
    commit(there, path)
    assert {table["name"] for table in there(history, path)["tables"]} == {name, "other"}
    assert there(sql, path, "SELECT * FROM other") == [(1,)]


def test_what_is_counted_has_to_be_what_came(there: Child, path: Path) -> None:
    rows = rows_of("id:int64", (1,), (2,))
    rows.read = 1  # it says that there was one more
    with pytest.raises(ImportDiffers):
        there(load_rows, path, rows)
    assert branches(there, path) == ["main"]
