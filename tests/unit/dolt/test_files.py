"""Files that are no databases, and databases that somebody else is at."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from jupyter_bigupload.errors import Locked, NotADatabase, NotFound
from jupyter_bigupload.operations.dolt import diff, history
from jupyter_bigupload.operations.dolt.database import database
from jupyter_bigupload.operations.dolt.database.database import require_database

from .child import Child
from .steps import commit, made, states
from .there import IDS, load_rows, rows_of, sql

_LOADS = """
import sys
{before}
from jupyter_bigupload.errors import Unsupported
from jupyter_bigupload.operations.dolt.database.library import load
try:
    print(load().connect(":memory:").execute("SELECT dolt_version()").fetchone()[0])
except Unsupported as error:
    print(error.message)
"""


def loaded(before: str = "", **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", _LOADS.format(before=before)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **environment},
    )
    return done.stdout


def test_doltlite_is_loaded_first_or_not_at_all() -> None:
    assert loaded().startswith("v0.")
    assert "sqlite3 was loaded before" in loaded("import sqlite3")


def test_doltlite_is_loaded_though_a_parent_has_loaded_it() -> None:
    assert loaded(_DOLTLITE_BOOTSTRAPPED="1").startswith("v0.")


def test_what_is_no_database_is_told_and_left_alone(there: Child, tmp_path: Path) -> None:
    own = tmp_path / "own.db"
    with sqlite3.connect(own) as connection:
        connection.execute("CREATE TABLE t (a)")
    text, empty = tmp_path / "text.db", tmp_path / "empty.db"
    text.write_bytes(b"a,b\n1,2\n" * 1000)
    empty.touch()
    damaged = tmp_path / "damaged.db"
    made(there, damaged, "CREATE TABLE t (a)", "INSERT INTO t VALUES (1)")
    damaged.write_bytes(damaged.read_bytes()[:20] + b"x" * 2000)
    for path, words in ((own, "SQLite itself"), (text, "doltlite can read"), (tmp_path, "folder")):
        for call in (
            lambda path=path: there(history, path),
            lambda path=path: there(diff, path, "t", "HEAD", "HEAD"),
            lambda path=path: require_database(path),
        ):
            with pytest.raises(NotADatabase, match=words):
                call()
    with pytest.raises(NotADatabase):
        there(history, damaged)
    with pytest.raises(NotFound):
        there(history, tmp_path / "none.db")
    with pytest.raises(NotFound):
        there(history, own / "none.db")
    assert not (tmp_path / "none.db").exists()
    assert text.read_bytes() == b"a,b\n1,2\n" * 1000
    require_database(empty)


def test_who_has_it_open_and_only_reads_is_in_nobody_s_way(there: Child, path: Path) -> None:
    made(there, path, "CREATE TABLE t (id INTEGER PRIMARY KEY)", "INSERT INTO t VALUES (1)")
    with Child() as other:
        other(begin, path, "BEGIN", "SELECT * FROM t")
        there(load_rows, path, rows_of("id:int64", (2,)), mode="append")
        commit(there, path)
        assert other(go_on, "SELECT * FROM t") == [(1,)]
    assert there(sql, path, "SELECT * FROM t") == [(1,), (2,)]


def test_who_writes_to_it_is_waited_for(there: Child, path: Path) -> None:
    made(there, path, "CREATE TABLE t (id INTEGER PRIMARY KEY)", "CREATE TABLE other (x)")
    with Child() as other:
        other(
            begin,
            path,
            "SELECT dolt_checkout('-b', 'mine')",
            "BEGIN IMMEDIATE",
            "INSERT INTO other VALUES (1)",
        )
        there.begin(load_rows, path, rows_of("id:int64", (2,)), mode="append")
        other(go_on, "COMMIT")
        assert there.answer().pending.rows == 1
    commit(there, path)
    assert there(sql, path, "SELECT * FROM t") == [(2,)]
    assert there(sql, path, "SELECT * FROM other", at="mine") == [(1,)]


def test_who_writes_to_it_for_long_is_waited_for_no_longer(there: Child, path: Path) -> None:
    made(there, path, "CREATE TABLE t (id INTEGER PRIMARY KEY)")
    before = states(there, path)
    with Child() as other:
        other(begin, path, "BEGIN IMMEDIATE", "INSERT INTO t VALUES (1)")
        with pytest.raises(Locked, match="Somebody else"):
            there(impatient, path)
        other(go_on, "ROLLBACK")
    assert states(there, path) == before
    there(load_rows, path, rows_of("id:int64", (2,)), IDS[2], mode="append")


_OPEN: list[sqlite3.Connection] = []


def begin(path: Path, *statements: str) -> None:
    """Open a database, and keep it open."""
    from jupyter_bigupload.operations.dolt.database.library import load  # noqa: PLC0415  # in the other process alone

    connection = load().connect(path, isolation_level=None)
    _OPEN.append(connection)
    for statement in statements:
        connection.execute(statement).fetchall()


def go_on(statement: str) -> list[tuple[object, ...]]:
    """Run a statement on the connection that is open."""
    return _OPEN[-1].execute(statement).fetchall()


def impatient(path: Path) -> None:
    """Import with less patience than a worker has."""
    patience, database.ATTEMPTS = database.ATTEMPTS, 2
    try:
        load_rows(path, rows_of("id:int64", (2,)), mode="append")
    finally:
        database.ATTEMPTS = patience
