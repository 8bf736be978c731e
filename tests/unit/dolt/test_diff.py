"""What differs between two states, as the page gets it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jupyter_bigupload.errors import NotFound
from jupyter_bigupload.operations.dolt import diff, history

from .child import Child
from .steps import IMPORT, made
from .there import load_rows, rows_of, sql


def row(kind: str, before: list[Any] | None, after: list[Any] | None) -> dict[str, Any]:
    return {"kind": kind, "before": before, "after": after}


def column(name: str, kind: str, **fields: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, "key": False, "change": None, "before": kind, **fields}


def test_rows_that_were_added_removed_and_changed(there: Child, path: Path) -> None:
    made(
        there,
        path,
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, x REAL, b BLOB)",
        "INSERT INTO t VALUES (1, 'a', 1, NULL), (2, 'b', 2, NULL), (3, NULL, 0.1, x'00ff')",
    )
    rows = rows_of("id:int64 a:text x:float64", (1, "a", 1.0), (2, None, 1e300), (4, "new", None))
    there(load_rows, path, rows, mode="update", remove_missing=True)
    assert there(diff, path, "T", "HEAD", IMPORT) == {
        "table": "t",
        "from": "HEAD",
        "to": IMPORT,
        "counts": {"added": 1, "removed": 1, "modified": 1, "unmodified": 1},
        "columns": [
            column("id", "INTEGER", key=True),
            column("a", "TEXT"),
            column("x", "REAL"),
            column("b", "BLOB"),
        ],
        "rows": [
            row("modified", ["2", "b", "2.0", None], ["2", None, "1e+300", None]),
            row("removed", ["3", None, "0.1", "00ff"], None),
            row("added", None, ["4", "new", None, None]),
        ],
        "start": 0,
    }
    assert [one["kind"] for one in there(diff, path, "t", "HEAD", IMPORT, ["added"])["rows"]] == ["added"]
    assert there(diff, path, "t", "HEAD", IMPORT, [])["rows"] == []
    page = there(diff, path, "t", "HEAD", IMPORT, None, 1, 1)
    assert ([one["kind"] for one in page["rows"]], page["start"]) == (["removed"], 1)
    back = there(diff, path, "t", IMPORT, "main")
    assert back["counts"] == {"added": 1, "removed": 1, "modified": 1, "unmodified": 1}
    assert back["rows"][0] == row("modified", ["2", None, "1e+300", None], ["2", "b", "2.0", None])


def test_both_sides_are_whole_where_columns_differ(there: Child, path: Path) -> None:
    first = made(
        there,
        path,
        "CREATE TABLE t (id INTEGER PRIMARY KEY, old TEXT, a TEXT)",
        "INSERT INTO t VALUES (1, 'p', 'a'), (2, 'q', 'b'), (3, 'r', 'c')",
    )
    second = made(
        there,
        path,
        "DROP TABLE t",
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, new REAL)",
        "INSERT INTO t VALUES (1, 'a', 1.5), (2, 'B', NULL), (4, 'd', 2)",
    )
    shown = there(diff, path, "t", first, second)
    assert shown["columns"] == [
        column("id", "INTEGER", key=True),
        column("a", "INTEGER", change="changed", before="TEXT"),
        column("new", "REAL", change="added", before=None),
        column("old", "TEXT", change="removed", before="TEXT"),
    ]
    assert shown["rows"] == [
        row("modified", ["1", "a", None, "p"], ["1", "a", "1.5", None]),
        row("modified", ["2", "b", None, "q"], ["2", "B", None, None]),
        row("removed", ["3", "c", None, "r"], None),
        row("added", None, ["4", "d", "2.0", None]),
    ]


def test_a_table_of_one_side_alone(there: Child, path: Path) -> None:
    empty = made(there, path, "CREATE TABLE other (x)")
    full = made(there, path, "CREATE TABLE t (a TEXT, b TEXT)", "INSERT INTO t VALUES ('x', 'y'), ('x', 'y')")
    made_now = there(diff, path, "t", empty, full)
    assert made_now["counts"] == {"added": 2, "removed": 0, "modified": 0, "unmodified": 0}
    assert made_now["rows"] == [row("added", None, ["x", "y"])] * 2
    assert {one["change"] for one in made_now["columns"]} == {"added"}
    gone = there(diff, path, "t", full, empty)
    assert gone["counts"] == {"added": 0, "removed": 2, "modified": 0, "unmodified": 0}
    assert gone["rows"] == [row("removed", ["x", "y"], None)] * 2
    assert {one["change"] for one in gone["columns"]} == {"removed"}
    same = there(diff, path, "t", full, full)
    assert same["counts"] == {"added": 0, "removed": 0, "modified": 0, "unmodified": 2}
    assert same["rows"] == []


def test_another_key_makes_other_rows(there: Child, path: Path) -> None:
    first = made(
        there,
        path,
        "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)",
        "INSERT INTO t VALUES (1, 'x'), (2, 'y')",
    )
    second = made(
        there,
        path,
        "DROP TABLE t",
        "CREATE TABLE t (a INTEGER, b TEXT PRIMARY KEY)",
        "INSERT INTO t VALUES (1, 'x')",
    )
    shown = there(diff, path, "t", first, second)
    assert shown["counts"] == {"added": 1, "removed": 2, "modified": 0, "unmodified": 0}
    assert [one["kind"] for one in shown["rows"]] == ["removed", "removed", "added"]
    assert [one["change"] for one in shown["columns"]] == ["changed", "changed"]


def test_long_texts_are_cut(there: Child, path: Path) -> None:
    first = made(there, path, "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)")
    second = made(there, path, "INSERT INTO t VALUES (1, printf('%.100000c', 'x'))")
    (one,) = there(diff, path, "t", first, second)["rows"]
    assert len(one["after"][1]) < 5000
    assert one["after"][1].endswith("x…")


@pytest.mark.parametrize(
    ("table", "from_", "to"),
    [("no", "HEAD", "HEAD"), ("t", "nowhere", "HEAD"), ("t", "HEAD", "0" * 40), ("t", "HEAD", "WORKING"),
     ("t", "", "HEAD"), ("dolt_log", "HEAD", "HEAD")],
)  # fmt: skip
def test_what_is_not_there_has_no_diff(there: Child, path: Path, table: str, from_: str, to: str) -> None:
    made(there, path, "CREATE TABLE t (a)")
    with pytest.raises(NotFound):
        there(diff, path, table, from_, to)


def test_history_tells_of_everything(there: Child, path: Path) -> None:
    made(there, path, "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)", "INSERT INTO t VALUES (1, 'x')")
    there(sql, path, "SELECT dolt_branch('work')", "CREATE TABLE u (x, y, PRIMARY KEY (y, x))")
    found = there(history, path)
    (tip,) = {one["hash"] for one in found["branches"]}
    assert found["branch"] == "main"
    assert [one["name"] for one in found["branches"]] == ["main", "work"]
    assert found["commits"][0] == {
        "hash": tip,
        "author": "doltlite",
        "email": "",
        "date": found["branches"][0]["date"],
        "message": "by hand",
    }
    assert found["commits"][0]["date"].endswith("Z")
    assert found["pending"] is None
    assert found["tables"] == [
        {
            "name": "t",
            "rows": 1,
            "columns": [
                {"name": "id", "type": "INTEGER", "key": True},
                {"name": "a", "type": "TEXT", "key": False},
            ],
        },
        {
            "name": "u",
            "rows": 0,
            "columns": [{"name": "x", "type": "", "key": True}, {"name": "y", "type": "", "key": True}],
        },
    ]


def test_history_has_the_last_commits_alone(there: Child, path: Path) -> None:
    there(sql, path, *(f"SELECT dolt_commit('--allow-empty', '-m', '{number}')" for number in range(250)))
    commits = there(history, path)["commits"]
    assert [one["message"] for one in commits] == [str(number) for number in range(249, 49, -1)]
