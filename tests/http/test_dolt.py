"""Files on the disk that become commits of a database, by operations of a real server.

What is in the database is looked at with doltlite itself, in a process that knows nothing of this package.
"""

from __future__ import annotations

import functools
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pyarrow as pa
import pyarrow.parquet
import pytest

from jupyter_bigupload.operations.dolt import diff, history
from tests.unit.dolt.child import Child
from tests.unit.dolt.there import hold, let_go

from .half_request import until
from .operations import OPERATIONS, PATIENCE, begin, finished, get

_DOLTLITE = """
import doltlite, json, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
print(json.dumps([connection.execute(statement).fetchall() for statement in sys.argv[2:]]))
"""


def asked(path: Path, *statements: str) -> list[Any]:
    """Return what doltlite answers to each statement, as a person asks it."""
    done = subprocess.run(
        [sys.executable, "-c", _DOLTLITE, path, *statements], capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)  # type: ignore[no-any-return]  # a list


def recipe(columns: str, **dialect: Any) -> dict[str, Any]:
    pairs = [column.partition(":")[::2] for column in columns.split()]
    return {
        "version": 1,
        "format": "csv",
        "dialect": dialect,
        "columns": [{"source": name, "name": name, "type": kind} for name, kind in pairs],
    }


def imported(client: httpx.Client, path: str, columns: str, **parameters: Any) -> Any:
    given = {"recipe": recipe(columns), "database": "data.db", "table": "t", **parameters}
    return finished(client, begin(client, "import_table", path, parameters=given))


def done(operation: Any) -> Any:
    assert operation["metadata"]["state"] == "done", operation
    return operation["response"]


def failed(operation: Any) -> str:
    assert operation["metadata"]["state"] == "failed", operation
    return str(operation["error"]["reason"])


Ask = Callable[..., Any]


@pytest.fixture
def ask(client: httpx.Client) -> Ask:
    """Start an operation on the database, and return it once it is over."""

    def ask(kind: str, **parameters: Any) -> Any:
        return finished(client, begin(client, kind, "data.db", parameters=parameters))

    return ask


def test_a_folder_of_parquet(client: httpx.Client, root: Path, ask: Ask) -> None:
    for year in ("2020", "2021"):
        (root / f"sales/year={year}").mkdir(parents=True)
        table = pa.table({"id": [1, 2], "price": [1.5, None]})
        pyarrow.parquet.write_table(table, root / f"sales/year={year}/a.parquet")
    names = {"id": "int64", "price": "as_is", "year": "text"}
    columns = [{"source": name, "type": kind} for name, kind in names.items()]
    given = {"format": "parquet", "columns": columns}
    made = done(imported(client, "sales", "", recipe=given, key=["year", "id"]))
    assert (made["rows"], made["counts"]["added"]) == (4, 4)
    done(ask("commit_import", **{"import": made["import"], "message": "Sales", "author": "Ann"}))
    (rows,) = asked(root / "data.db", "SELECT year, id, price FROM t ORDER BY year, id")
    assert rows == [["2020", 1, 1.5], ["2020", 2, None], ["2021", 1, 1.5], ["2021", 2, None]]


def test_a_file_twice_with_a_change_between(client: httpx.Client, root: Path, ask: Ask) -> None:
    (root / "a.csv").write_text("id,name,price\n2,two,2.50\n1,one,1.25\n3,,0.10\n", "utf-8")
    columns = "id:int64 name:text price:decimal(10,2)"
    first = done(imported(client, "a.csv", columns, key=["id"]))
    assert {**first, "import": "", "checked": {**first["checked"], "digest": ""}} == {
        "database": "data.db",
        "import": "",
        "table": "t",
        "counts": {"added": 3, "removed": 0, "modified": 0},
        "rows": 3,
        "aside": None,
        "checked": {"rows_in": 3, "rows_out": 3, "rejects": 0, "digest": ""},
        "made": {"destination": "home", "path": "data.db", "size": first["made"]["size"]},
    }
    assert first["made"]["size"] == (root / "data.db").stat().st_size
    assert asked(root / "data.db", "SELECT name FROM sqlite_master WHERE name = 't'") == [[]]
    commit = done(ask("commit_import", **{"import": first["import"], "message": "First", "author": "Ann"}))
    (root / "b.csv").write_text("id,name,price\n1,one,1.30\n4,four,4\n2,two,2.50\n", "utf-8")
    second = done(imported(client, "b.csv", columns, mode="update", key=["id"]))
    assert second["counts"] == {"added": 1, "removed": 0, "modified": 1}
    assert "made" not in second
    with Child() as there:
        pending = there(history, root / "data.db")["pending"]
        assert pending == {
            "import": second["import"],
            "table": "t",
            "mode": "update",
            "rows": 3,
            "from": commit["commit"],
            "started": pending["started"],
        }
        shown = there(diff, root / "data.db", "t", "HEAD", second["import"])
    assert shown["rows"] == [
        {"kind": "modified", "before": ["1", "one", "1.25"], "after": ["1", "one", "1.30"]},
        {"kind": "added", "before": None, "after": ["4", "four", "4.00"]},
    ]
    newest = done(ask("commit_import", **{"import": second["import"], "message": "Second", "author": "Bo"}))
    rows, log, status, check = asked(
        root / "data.db",
        "SELECT * FROM t",
        "SELECT commit_hash, committer, message FROM dolt_log LIMIT 2",
        "SELECT * FROM dolt_status",
        "PRAGMA integrity_check",
    )
    assert rows == [[1, "one", "1.30"], [2, "two", "2.50"], [3, None, "0.10"], [4, "four", "4.00"]]
    assert log == [[newest["commit"], "Bo", "Second"], [commit["commit"], "Ann", "First"]]
    assert (status, check) == ([], [["ok"]])
    back = done(ask("restore_commit", commit=commit["commit"], message="Back"))
    assert asked(root / "data.db", "SELECT id FROM t") == [[[1], [2], [3]]]
    branch = done(ask("create_branch", name="before", at=newest["commit"]))
    assert branch == {"branch": "before", "commit": newest["commit"]}
    assert asked(root / "data.db", "SELECT name, hash FROM dolt_branches ORDER BY name") == [
        [["before", newest["commit"]], ["main", back["commit"]]]
    ]


def test_every_type_comes_through(client: httpx.Client, root: Path, ask: Ask) -> None:
    (root / "a.csv").write_text(
        "b,i,u,h,c,x,d,t,s,z,e\n"
        "true,-9223372036854775808,18446744073709551615,-170141183460469231731687303715884105728,"
        "12345678901234567890.1234567890,1e300,0001-01-01,23:59:59.999999,2026-11-28 09:30:00.000001,"
        '2026-11-28T09:30:00+02:00,"a ""b"", \n ü 😀"\n'
        "false,0,0,0,0,0.1,9999-12-31,00:00:00,1900-01-01 00:00:00,2026-11-28T09:30:00Z, 007\n"
        ",,,,,,,,,,\n",
        "utf-8",
    )
    columns = (
        "b:boolean i:int64 u:uint64 h:int128 c:decimal(38,10) x:float64 d:date t:time s:timestamp"
        " z:timestamptz e:text"
    )
    first = done(imported(client, "a.csv", columns))
    done(ask("commit_import", **{"import": first["import"], "message": "First"}))
    (rows,) = asked(root / "data.db", "SELECT * FROM t")
    assert rows == [
        [1, -(2**63), str(2**64 - 1), str(-(2**127)), "12345678901234567890.1234567890", 1e300, "0001-01-01",
         "23:59:59.999999", "2026-11-28 09:30:00.000001", "2026-11-28 07:30:00+00:00", 'a "b", \n ü 😀'],
        [0, 0, "0", "0", "0.0000000000", 0.1, "9999-12-31", "00:00:00", "1900-01-01 00:00:00",
         "2026-11-28 09:30:00+00:00", " 007"],
        [None] * 11,
    ]  # fmt: skip


def test_rows_that_do_not_fit_are_kept_aside_or_stop_it(client: httpx.Client, root: Path, ask: Ask) -> None:
    (root / "a.csv").write_text("id,n\n1,2\nx,3\n3,4\n", "utf-8")
    assert failed(imported(client, "a.csv", "id:int64 n:int64", rejects="fail"))
    assert not (root / "data.db").exists()
    assert [path.name for path in root.iterdir()] == ["a.csv"]
    first = done(imported(client, "a.csv", "id:int64 n:int64"))
    assert (first["rows"], first["checked"]["rows_in"], first["checked"]["rejects"]) == (2, 3, 1)
    assert first["aside"] == {"destination": "home", "path": "a.csv.rejects.csv"}
    assert "x" in (root / "a.csv.rejects.csv").read_text("utf-8")
    done(ask("commit_import", **{"import": first["import"], "message": "First"}))
    assert asked(root / "data.db", "SELECT * FROM t") == [[[1, 2], [3, 4]]]


def test_a_database_goes_with_the_import_that_it_was_made_for(
    client: httpx.Client, root: Path, ask: Ask
) -> None:
    (root / "a.csv").write_text("id\n1\n", "utf-8")
    first = done(imported(client, "a.csv", "id:int64"))
    gone = done(ask("discard_import", **{"import": first["import"]}))
    assert gone == {"removed": {"destination": "home", "path": "data.db"}}
    assert [path.name for path in root.iterdir()] == ["a.csv"]
    first = done(imported(client, "a.csv", "id:int64"))
    done(ask("commit_import", **{"import": first["import"], "message": "First"}))
    second = done(imported(client, "a.csv", "id:int64", table="other"))
    assert done(ask("discard_import", **{"import": second["import"]})) == {}
    assert asked(root / "data.db", "SELECT * FROM t") == [[[1]]]


def test_two_imports_at_once_wait_for_each_other(client: httpx.Client, root: Path, ask: Ask) -> None:
    (root / "a.csv").write_text("id\n" + "\n".join(map(str, range(100_000))), "utf-8")
    given = {"recipe": recipe("id:int64"), "database": "data.db"}
    tables = ["one", "two", "three"]
    started = [
        begin(client, "import_table", "a.csv", parameters={**given, "table": table}) for table in tables
    ]
    imports = [done(finished(client, operation)) for operation in started]
    for one in imports:
        done(ask("commit_import", **{"import": one["import"], "message": one["table"]}))
    (counts,) = asked(
        root / "data.db",
        "SELECT (SELECT count(*) FROM one), (SELECT count(*) FROM two), (SELECT count(*) FROM three)",
    )
    assert counts == [[100_000] * 3]
    (log,) = asked(root / "data.db", "SELECT message FROM dolt_log")
    assert log == [["three"], ["two"], ["one"], ["Initialize data repository"]]


@pytest.mark.parametrize(
    ("database", "reason"),
    [
        ("a.csv", "not_a_database"),
        ("folder", "not_a_database"),
        ("link.db", "not_a_database"),
        ("no/data.db", "folder_missing"),
        ("out/data.db", "outside_root"),
        ("../data.db", "outside_root"),
        ("/data.db", "outside_root"),
    ],
)
def test_a_database_is_a_file_of_the_home_folder(
    client: httpx.Client, root: Path, tmp_path: Path, database: str, reason: str
) -> None:
    outside = tmp_path / "elsewhere"
    outside.mkdir()
    (outside / "theirs.db").touch()
    (root / "a.csv").write_text("id\n1\n", "utf-8")
    (root / "folder").mkdir()
    (root / "link.db").symlink_to(outside / "theirs.db")
    (root / "out").symlink_to(outside)
    before = sorted(path.name for path in root.iterdir())
    given = {"recipe": recipe("id:int64"), "database": database, "table": "t"}
    answer = client.post(OPERATIONS, json={"kind": "import_table", "path": "a.csv", "parameters": given})
    if answer.status_code == 201:
        assert failed(finished(client, answer.json())) == reason
    else:
        assert answer.json()["reason"] == reason
    assert sorted(path.name for path in root.iterdir()) == before
    assert [path.name for path in outside.iterdir()] == ["theirs.db"]
    assert (outside / "theirs.db").stat().st_size == 0


@pytest.mark.parametrize(
    "parameters",
    [
        {"recipe": {"columns": "none"}},
        {"table": "dolt_log"},
        {"table": ""},
        {"mode": "merge"},
        {"key": "id"},
        {"database": ".hidden.db"},
        {"more": 1},
    ],
)
def test_what_makes_no_sense_is_refused_at_once(client: httpx.Client, root: Path, parameters: Any) -> None:
    (root / "a.csv").write_text("id\n1\n", "utf-8")
    given = {"recipe": recipe("id:int64"), "database": "data.db", "table": "t", **parameters}
    answer = client.post(OPERATIONS, json={"kind": "import_table", "path": "a.csv", "parameters": given})
    assert 400 <= answer.status_code < 404, answer.text
    assert [path.name for path in root.iterdir()] == ["a.csv"]


def waits(client: httpx.Client, operation: Any) -> bool:
    return bool(get(client, operation)["metadata"]["progress"]["unit"] == "waiting")


def test_an_import_that_waits_says_so_and_can_be_cancelled(
    client: httpx.Client, root: Path, ask: Ask
) -> None:
    (root / "a.csv").write_text("id\n1\n", "utf-8")
    first = done(imported(client, "a.csv", "id:int64"))
    done(ask("commit_import", **{"import": first["import"], "message": "First"}))
    given = {"recipe": recipe("id:int64"), "database": "data.db", "table": "other"}
    with Child() as there:
        there(hold, root / "data.db")
        waiting = [begin(client, "import_table", "a.csv", parameters=given) for _ in range(2)]
        for operation in waiting:
            until(functools.partial(waits, client, operation), seconds=PATIENCE)
        client.post(f"api/bigupload/{waiting[0]['name']}/cancel")
        assert finished(client, waiting[0])["metadata"]["state"] == "cancelled"
        assert not get(client, waiting[1])["done"]
        there(let_go)
        second = done(finished(client, waiting[1]))
    assert asked(root / "data.db", "SELECT name FROM dolt_branches ORDER BY name") == [
        [[second["import"]], ["main"]]
    ]
