"""Processes that die at any moment: the database is at one of its commits, and what they left is removed."""

from __future__ import annotations

import select
import time
from pathlib import Path
from random import Random
from typing import Any

import pytest

from jupyter_bigupload.operations.dolt import history
from jupyter_bigupload.operations.dolt.committing import commit_import, discard_import, restore_commit
from jupyter_bigupload.operations.dolt.database.branches import loading
from jupyter_bigupload.operations.dolt.database.leftovers import new_file
from jupyter_bigupload.operations.dolt.database.locking import alone

from .child import Child
from .parts import load_parts
from .steps import ANN, IMPORT, branches, made, waited
from .there import IDS, ListedRows, load_rows, rows_of, sql

ROWS = [(number, f"name {number % 100}", number / 4) for number in range(30_000)]
CHANGED = [(number, f"name {number % 99}", number / 4) for number in range(100, 30_100)]
_TYPES = "id:int64 a:text x:float64"


def shuffled(rows: list[Any], random: Random) -> ListedRows:
    copy = list(rows)
    random.shuffle(copy)
    return rows_of(_TYPES, *copy)


def contents(there: Child, path: Path) -> Any:
    """Return what is at the last commit, having made sure that nothing else is there."""
    assert there(sql, path, "PRAGMA integrity_check") == [("ok",)]
    assert there(sql, path, "SELECT * FROM dolt_status") == []
    found = there(history, path)
    assert not [one for one in branches(there, path) if not one.startswith(("main", "import-"))]
    tables = {table["name"] for table in found["tables"]}
    rows = there(sql, path, "SELECT * FROM t ORDER BY id") if "t" in tables else None
    return [commit["message"] for commit in found["commits"]], rows, found["pending"]


#: Rounds of which some surely die in the middle.
_MANY = 100


@pytest.mark.parametrize("rounds", [4, pytest.param(200, marks=pytest.mark.long)])
def test_a_process_that_dies_leaves_the_database_at_a_commit(
    there: Child, tmp_path: Path, rounds: int
) -> None:
    random = Random(7)  # noqa: S311  # the same in each run
    messages, rows = ["one", "Initialize data repository"], ROWS
    died_between = 0
    path = tmp_path / "data.db"
    there(load_rows, path, rows_of(_TYPES, *ROWS), key=["id"])
    there(commit_import, path, "import-00000001", "one", ANN, waited)
    for number in range(2, rounds + 2):
        operation_id = f"{number:08x}" * 4
        new = CHANGED if rows is ROWS else ROWS
        mode = random.choice(["update", "create"])
        wanted = {
            "mode": mode,
            **({"remove_missing": True} if mode == "update" else {"replace": True, "key": ["id"]}),
        }
        imported = died(random, 0.5, load_rows, path, shuffled(new, random), operation_id, **wanted)
        found = contents(there, path)
        assert found[:2] == (messages, rows)
        assert found[2] is not None or not imported
        if found[2] is None:
            there(load_rows, path, shuffled(new, random), operation_id, **wanted)
        what = random.choice(["commit", "commit", "discard"])
        before = messages, rows
        if what == "commit":
            done = died(random, 0.03, commit_import, path, f"import-{operation_id[:8]}", "next", ANN, waited)
            after = ["next", *messages], new
        else:
            done = died(random, 0.05, discard_import, path, f"import-{operation_id[:8]}", waited)
            after = before
        found = contents(there, path)
        assert found[:2] in ((after,) if done else (before, after))
        died_between += not done
        messages, rows = found[:2][0], new if found[1] == new else rows
        if found[2] is not None:
            assert not done
            there(discard_import, path, f"import-{operation_id[:8]}", waited)
    assert died_between or rounds < _MANY  # of few, all may have been done before


def died(random: Random, most: float, function: Any, *args: Any, **kwargs: Any) -> bool:
    """Have a process of its own do something, and kill it; return whether it was done before."""
    with Child() as child:
        child(time.time)  # it is at work
        child.begin(function, *args, **kwargs)
        time.sleep(random.uniform(0, most))
        done = _has_answered(child)
        child.process.kill()
    return done


def _has_answered(child: Child) -> bool:
    assert child.process.stdout is not None
    return bool(select.select([child.process.stdout], [], [], 0)[0])


def test_what_a_dead_process_left_goes_with_whoever_looks(there: Child, path: Path) -> None:
    made(there, path, "CREATE TABLE t (id INTEGER PRIMARY KEY)")
    there(sql, path, f"SELECT dolt_checkout('-b', '{loading(IDS[2])}')", "INSERT INTO t VALUES (1)")
    assert branches(there, path) == ["importing-00000002", "main"]
    assert there(history, path)["tables"][0]["rows"] == 0
    assert branches(there, path) == ["main"]


def test_what_is_at_work_is_left_alone(there: Child, path: Path) -> None:
    made(there, path, "CREATE TABLE t (id INTEGER PRIMARY KEY)")
    there(sql, path, f"SELECT dolt_checkout('-b', '{loading(IDS[2])}')", "INSERT INTO t VALUES (1)")
    with alone(path, waited):
        assert [one["name"] for one in there(history, path)["branches"]] == ["main"]
        assert branches(there, path) == ["importing-00000002", "main"]
    there(load_rows, path, rows_of("id:int64", (2,)), IDS[3], mode="append")
    assert branches(there, path) == ["import-00000003", "main"]


def test_the_new_file_of_a_collection_that_died_goes_with_whoever_looks_or_writes(
    there: Child, path: Path
) -> None:
    made(there, path, "CREATE TABLE t (id INTEGER PRIMARY KEY)")
    left = new_file(path)
    left.write_bytes(b"half of it")
    with alone(path, waited):
        there(history, path)
        assert left.exists(), "somebody may be at it"
    there(history, path)
    assert not left.exists()

    left.write_bytes(b"half of it")
    there(load_rows, path, rows_of("id:int64", (2,)), IDS[3], mode="append")
    assert not left.exists()
    assert branches(there, path) == ["import-00000003", "main"]


def test_a_commit_is_done_though_its_process_died_behind_it(there: Child, path: Path) -> None:
    made(there, path, "CREATE TABLE t (id INTEGER PRIMARY KEY)")
    there(load_rows, path, rows_of("id:int64", (1,)), mode="append")
    there(
        sql,
        path,
        "SELECT dolt_branch('-c', 'import-00000001', 'committing-00000001')",
        "SELECT dolt_checkout('committing-00000001')",
        "SELECT dolt_commit('--amend', '-m', 'mine')",
        "SELECT dolt_checkout('main')",
        "SELECT dolt_merge('committing-00000001')",
    )
    found = there(history, path)
    assert [one["message"] for one in found["commits"]][:2] == ["mine", "by hand"]
    assert there(history, path)["pending"] is None
    assert branches(there, path) == ["main"]


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_a_commit_is_not_done_where_its_process_died_before(there: Child, path: Path, steps: int) -> None:
    first = made(there, path, "CREATE TABLE t (id INTEGER PRIMARY KEY)")
    there(load_rows, path, rows_of("id:int64", (1,)), mode="append")
    done = [
        "SELECT dolt_branch('-c', 'import-00000001', 'committing-00000001')",
        "SELECT dolt_checkout('committing-00000001')",
        "SELECT dolt_commit('--amend', '-m', 'mine')",
    ]
    there(sql, path, *done[:steps])
    there(history, path)
    found = there(history, path)
    assert found["commits"][0]["hash"] == first
    assert found["pending"]["import"] == "import-00000001"
    assert branches(there, path) == ["import-00000001", "main"]
    there(commit_import, path, "import-00000001", "mine", ANN, waited)
    assert there(history, path)["commits"][0]["message"] == "mine"


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_going_back_is_all_or_nothing(there: Child, path: Path, steps: int) -> None:
    first = made(there, path, "CREATE TABLE t (id INTEGER PRIMARY KEY)")
    second = made(there, path, "INSERT INTO t VALUES (1)")
    done = [
        f"SELECT dolt_checkout('-b', 'restoring-00000001', '{first}')",
        "SELECT dolt_reset('--soft', 'main')",
        "SELECT dolt_commit('-A', '-m', 'back')",
    ]
    there(sql, path, *done[:steps])
    there(history, path)
    assert there(history, path)["commits"][0]["hash"] == second
    assert branches(there, path) == ["main"]
    there(restore_commit, path, first, "back", ANN, operation_id=IDS[5], waiting=waited)
    assert there(sql, path, "SELECT * FROM t") == []


@pytest.mark.parametrize("rounds", [2, pytest.param(100, marks=pytest.mark.long)])
def test_a_process_that_dies_between_two_parts_leaves_nothing(there: Child, path: Path, rounds: int) -> None:
    random = Random(11)  # noqa: S311  # the same in each run
    first = made(there, path, "CREATE TABLE other (id INTEGER PRIMARY KEY)")
    for _ in range(rounds):
        done = died(random, 0.6, load_parts, path, rows_of(_TYPES, *ROWS, batch=700), key=["id"])
        found = contents(there, path)
        assert there(history, path)["commits"][0]["hash"] == first
        if found[2] is not None:
            there(discard_import, path, IMPORT, waited)
        assert found[2] is not None or not done
    there(load_parts, path, rows_of(_TYPES, *ROWS, batch=700), key=["id"])
