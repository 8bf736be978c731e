"""What a person decides: commit, discard, go back, branch; also when the database went on meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_bigupload.errors import BranchMoved, Exists, Malformed, NotFound, Uncommitted
from jupyter_bigupload.operations.dolt import history
from jupyter_bigupload.operations.dolt.committing import (
    Author,
    commit_import,
    create_branch,
    discard_import,
    restore_commit,
)

from .child import Child
from .steps import ANN, IMPORT, branches, commit, made, states, waited
from .there import IDS, load_rows, rows_of, sql

TABLE = (
    "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)",
    "INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, 'c')",
)


def test_an_import_is_discarded(there: Child, path: Path) -> None:
    made(there, path, *TABLE)
    before = states(there, path)
    there(load_rows, path, rows_of("id:int64 a:text", (4, "d")), mode="append")
    assert not there(discard_import, path, IMPORT, waited)
    assert states(there, path) == before
    assert there(history, path)["pending"] is None
    assert branches(there, path) == ["main"]
    for again in (lambda: there(discard_import, path, IMPORT, waited), lambda: commit(there, path)):
        with pytest.raises(NotFound, match="committed or discarded"):
            again()


def test_discarded_rows_take_no_room(there: Child, path: Path) -> None:
    made(there, path, *TABLE)
    before = path.stat().st_size
    rows = [(number, f"{number}" * 20) for number in range(4, 20_000)]
    there(load_rows, path, rows_of("id:int64 a:text", *rows), mode="append")
    assert path.stat().st_size > 10 * before
    there(discard_import, path, IMPORT, waited)
    assert path.stat().st_size < 2 * before


def test_other_commits_since_are_merged(there: Child, path: Path) -> None:
    made(there, path, *TABLE)
    there(load_rows, path, rows_of("id:int64 a:text", (2, "B"), (4, "d")), mode="update")
    mine = made(there, path, "UPDATE t SET a = 'A' WHERE id = 1", "CREATE TABLE other (x)", message="mine")
    merged = commit(there, path)
    found = there(history, path)
    assert [one["message"] for one in found["commits"]] == [
        "more",
        "mine",
        "by hand",
        "Initialize data repository",
    ]
    assert (found["commits"][0]["author"], found["commits"][0]["hash"]) == ("Ann", merged)
    assert (merged, mine) in there(sql, path, "SELECT commit_hash, parent_hash FROM dolt_commit_ancestors")
    assert there(sql, path, "SELECT * FROM t") == [(1, "A"), (2, "B"), (3, "c"), (4, "d")]
    assert branches(there, path) == ["main"]
    assert there(sql, path, "SELECT * FROM dolt_status") == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE t SET a = 'mine' WHERE id = 2",
        "DELETE FROM t WHERE id = 2",
        "INSERT INTO t VALUES (4, 'mine')",
        "DROP TABLE t",
    ],
)
def test_other_commits_that_touch_the_same_rows_are_not(there: Child, path: Path, statement: str) -> None:
    made(there, path, *TABLE)
    there(load_rows, path, rows_of("id:int64 a:text", (2, "B"), (4, "d")), mode="update")
    made(there, path, statement, message="mine")
    before = states(there, path)
    with pytest.raises(BranchMoved, match="import once more"):
        commit(there, path)
    assert states(there, path) == before
    assert branches(there, path) == [IMPORT, "main"]
    assert there(sql, path, "SELECT * FROM dolt_status") == []
    there(discard_import, path, IMPORT, waited)
    assert branches(there, path) == ["main"]


def test_two_imports_wait_and_are_both_committed(there: Child, path: Path) -> None:
    made(there, path, *TABLE)
    there(load_rows, path, rows_of("id:int64 a:text", (4, "d")), mode="append")
    there(load_rows, path, rows_of("x:int64", (1,)), IDS[2], table="other")
    assert there(history, path)["pending"]["table"] == "other"
    commit(there, path, IDS[2])
    assert there(history, path)["pending"]["import"] == IMPORT
    commit(there, path)
    assert there(history, path)["pending"] is None
    assert {table["name"]: table["rows"] for table in there(history, path)["tables"]} == {"other": 1, "t": 4}


def test_an_import_that_changes_nothing_can_be_committed(there: Child, path: Path) -> None:
    made(there, path, *TABLE)
    there(load_rows, path, rows_of("id:int64 a:text", (2, "b")), mode="update")
    commit(there, path)
    assert len(there(history, path)["commits"]) == 3


@pytest.mark.parametrize("hostile", ["-m", "'; DROP TABLE t; --", '{"bigupload": 1}', "two\nlines ü 😀"])
def test_a_message_is_a_message(there: Child, path: Path, hostile: str) -> None:
    made(there, path, *TABLE)
    there(load_rows, path, rows_of("id:int64 a:text", (4, "d")), mode="append")
    there(commit_import, path, IMPORT, hostile, Author("O'Neil -x", "-a@b"), waited)
    newest = there(history, path)["commits"][0]
    assert (newest["message"], newest["author"], newest["email"]) == (hostile, "O'Neil -x", "-a@b")


def test_commits_need_a_message_and_authors_a_form(there: Child, path: Path) -> None:
    made(there, path, *TABLE)
    there(load_rows, path, rows_of("id:int64 a:text", (4, "d")), mode="append")
    with pytest.raises(Malformed):
        there(commit_import, path, IMPORT, " \n", ANN, waited)
    for name, email in (("a <b>", ""), ("a", "b\n"), ("", "b@c"), ("x\0", "")):
        with pytest.raises(Malformed):
            Author(name, email)
    commit(there, path)


def test_earlier_tables_come_back_as_a_new_commit(there: Child, path: Path) -> None:
    first = made(there, path, *TABLE)
    made(
        there, path, "DELETE FROM t", "CREATE TABLE other (x)", "ALTER TABLE t ADD COLUMN b", message="worse"
    )
    there(restore_commit, path, first, "as it was", ANN, operation_id=IDS[3], waiting=waited)
    found = there(history, path)
    assert [one["message"] for one in found["commits"]][:3] == ["as it was", "worse", "by hand"]
    assert found["commits"][0]["author"] == "Ann"
    assert [(table["name"], len(table["columns"])) for table in found["tables"]] == [("t", 2)]
    assert there(sql, path, "SELECT * FROM t") == [(1, "a"), (2, "b"), (3, "c")]
    assert there(sql, path, "SELECT * FROM dolt_status") == []
    assert branches(there, path) == ["main"]
    with pytest.raises(Malformed, match="nothing to bring back"):
        there(restore_commit, path, first, "again", ANN, operation_id=IDS[4], waiting=waited)
    with pytest.raises(NotFound):
        there(restore_commit, path, "0" * 40, "again", ANN, operation_id=IDS[4], waiting=waited)
    there(sql, path, "INSERT INTO t VALUES (9, 'mine')")
    with pytest.raises(Uncommitted):
        there(
            restore_commit, path, found["commits"][1]["hash"], "x", ANN, operation_id=IDS[4], waiting=waited
        )
    assert branches(there, path) == ["main"]


def test_branches_are_made_at_any_commit(there: Child, path: Path) -> None:
    first = made(there, path, *TABLE)
    second = made(there, path, "DELETE FROM t", message="worse")
    assert there(create_branch, path, "release/1.0", first, waited) == first
    assert there(create_branch, path, "other", "HEAD", waited) == second
    assert there(create_branch, path, "third", "release/1.0", waited) == first
    assert {one["name"]: one["hash"] for one in there(history, path)["branches"]} == {
        "main": second,
        "other": second,
        "release/1.0": first,
        "third": first,
    }
    with pytest.raises(Exists):
        there(create_branch, path, "other", first, waited)
    with pytest.raises(NotFound):
        there(create_branch, path, "fourth", "nowhere", waited)
    for name in ("", "a b", "-D", "HEAD", "a..b", "import-00000001", "importing-00000001", "x\n", "é"):
        with pytest.raises(Malformed):
            there(create_branch, path, name, first, waited)


def test_the_branch_of_an_import_is_the_one_that_others_open(there: Child, path: Path) -> None:
    made(there, path, *TABLE)
    there(sql, path, "SELECT dolt_branch('work')", "SELECT dolt_default_branch('work')")
    there(load_rows, path, rows_of("id:int64 a:text", (4, "d")), mode="append")
    commit(there, path)
    assert there(history, path)["branch"] == "work"
    assert there(sql, path, "SELECT count(*) FROM t") == [(4,)]
    assert there(sql, path, "SELECT count(*) FROM t", at="main") == [(3,)]
