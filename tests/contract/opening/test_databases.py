"""The snippets of databases run as pasted, whatever the file is called."""

from __future__ import annotations

import importlib.util
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from jupyter_bigupload.opening import Snippet, Source, snippets
from tests.support.running_code import sums

duckdb = pytest.importorskip("duckdb", reason="pip install 'jupyter_bigupload[tables]'")
# Imported here, it would start this process once more, with itself in place of sqlite3.
if importlib.util.find_spec("doltlite") is None:
    pytest.skip("pip install 'jupyter_bigupload[dolt]'", allow_module_level=True)

NAMES = ["plain", 'it\'s "so" \\ #50%&+']
#: By title: how many tables the database has.
TABLES = {
    "DuckDB": "len(connection.sql('SHOW TABLES').fetchall())",
    "doltlite": "len(df)",
    "sqlite3": "len(df)",
}
MAKE = "CREATE TABLE one (n INTEGER); CREATE TABLE two (n INTEGER)"


def _snippet(path: Path, title: str) -> Snippet:
    return next(one for one in snippets(Source("folder", str(path))) if one.title == title)


def _make(path: Path, title: str) -> None:
    if title == "DuckDB":
        duckdb.connect(str(path)).execute(MAKE).close()
    elif title == "sqlite3":
        sqlite3.connect(path).executescript(MAKE).close()
    else:  # it takes the place of sqlite3 in its process
        code = "import doltlite, sqlite3, sys\nsqlite3.connect(sys.argv[1]).executescript(sys.argv[2])"
        subprocess.run([sys.executable, "-c", code, str(path), MAKE], check=True)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("title", sorted(TABLES))
def test_databases(tmp_path: Path, name: str, title: str) -> None:
    if title == "DuckDB":
        name = name.replace("\\", "")  # which it takes for a slash: no code is offered
    path = tmp_path / f"{name}{'.duckdb' if title == 'DuckDB' else '.db'}"
    _make(path, title)

    assert list(sums([_snippet(path, title)], TABLES).values()) == [2]
