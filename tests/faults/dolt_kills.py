# ruff: noqa: T201  # a command prints its table
"""Workers, the server, or both die by SIGKILL while rows come into a database, again and again.

After every death the database is at one of its commits, with the rows that belong to it, and `PRAGMA
integrity_check` finds nothing; nobody's half import is left once somebody has looked.

`python -m tests.faults.dolt_kills --rounds 200 --seed 7`
"""

from __future__ import annotations

import argparse
import contextlib
import random
import sys
import time
from collections.abc import Iterator, Mapping
from typing import Any

from jupyter_bigupload.operations.dolt import history
from tests.http.conftest import client_of
from tests.http.operations import OPERATIONS, begin
from tests.support.forked_server import ForkedServer
from tests.unit.dolt.child import Child
from tests.unit.dolt.there import sql

from .operation_deaths import MOST_SECONDS, TIMEOUT, Report, kill, over, rounds_of

#: Seconds after its start in which somebody dies: about as long as an operation takes.
_AT_HAND = {"import_table": 1.6, "commit_import": 0.6, "discard_import": 0.6, "restore_commit": 0.6}
_ROWS = 20_000
#: Versions of the table, which imports bring.
_VERSIONS = 6
#: How an operation may end whose worker was killed, or which came too late.
_ENDS = {"worker_died", "no_progress", "not_found", "cancelled"}

SETTINGS = {"operation_timeout": TIMEOUT, "min_free_space": 0}
Row = tuple[int, str, float]


class DoltKiller:
    """Imports versions of a table, commits, discards and goes back, and kills who works on it."""

    def __init__(self, server: ForkedServer, there: Child, *, seed: int) -> None:
        self.report = Report()
        self._server = server
        self._there = there
        self._random = random.Random(seed)  # noqa: S311  # a run that can be repeated
        self._path = server.root / "data.db"
        self._versions = {f"version {number}": self._version(number) for number in range(_VERSIONS)}
        #: What each commit has, by its message: a version's name, or nothing.
        self._head: list[str] = []

    def round(self) -> None:
        """Import a version and decide about it, while somebody dies; look at the database behind each."""
        chance = self._random
        self.report.rounds += 1
        version = chance.choice([name for name in self._versions if name not in self._head[:1]])
        self._run("import_table", f"{version}.csv", self._import_of(version))
        pending = self._looked()["pending"] if self._path.exists() else None
        if pending is None:
            return
        if chance.random() < 0.6:
            self._decide("commit_import", {"import": pending["import"], "message": version})
        else:
            self._decide("discard_import", {"import": pending["import"]})
        if self._path.exists() and len(self._head) > 2 and chance.random() < 0.3:
            commit = self._looked()["commits"][1]
            self._decide("restore_commit", {"commit": commit["hash"], "message": commit["message"]})
        if self._path.exists():
            waits = self._looked()["pending"]
            if waits is not None:  # for no more than one import at a time
                self._run("discard_import", "data.db", {"import": waits["import"]}, dies=False)

    def _import_of(self, version: str) -> Mapping[str, Any]:
        columns = [
            {"source": name, "name": name, "type": kind}
            for name, kind in (("id", "int64"), ("name", "text"), ("x", "float64"))
        ]
        how: Mapping[str, Any] = {"key": ["id"], "replace": True}
        if self._head and self._random.random() < 0.5:
            how = {"mode": "update", "remove_missing": True}
        recipe = {"version": 1, "format": "csv", "columns": columns}
        return {"recipe": recipe, "database": "data.db", "table": "t", **how}

    def _decide(self, kind: str, parameters: Mapping[str, Any]) -> None:
        before = list(self._head)
        done = self._run(kind, "data.db", parameters)
        if not self._path.exists():
            if kind != "discard_import" or before:
                self.report.wrong.append(f"the database is gone: {kind} {parameters}")
            return
        after = [parameters["message"], *before] if "message" in parameters else before
        self._head = [one["message"] for one in self._looked()["commits"]][:-1]
        if self._head not in ([after] if done else [before, after]):
            self.report.wrong.append(f"{kind} made of {before[:3]}: {self._head[:3]}, done: {done}")

    def _run(self, kind: str, path: str, parameters: Mapping[str, Any], *, dies: bool = True) -> bool:
        """Start an operation, kill somebody meanwhile, and return whether it was done all the same."""
        with client_of(self._server) as client:
            name = str(begin(client, kind, path, parameters=parameters)["name"])
        if dies and self._random.random() < 0.8:
            time.sleep(self._random.uniform(0, _AT_HAND[kind]))
            who = self._random.choice(["worker", "server", "both"])
            self.report.kills[who] += 1
            kill(self._server, who)
        with client_of(self._server) as client:
            operation = over(client, name, time.monotonic() + MOST_SECONDS)
            for one in [one["name"] for one in client.get(OPERATIONS).json()["operations"]]:
                client.delete(f"api/bigupload/{one}")
        state = operation["metadata"]["state"] if operation["done"] else "running"
        self.report.ends[f"{kind} {state}"] += 1
        if not operation["done"] or (state != "done" and operation["error"]["reason"] not in _ENDS):
            self.report.wrong.append(f"another end: {operation}")
        return bool(state == "done")

    def _looked(self) -> Any:
        """Look at the database, and return what `history` says of it."""
        wrong, there = self.report.wrong, self._there
        found = there(history, self._path)
        check = there(sql, self._path, "PRAGMA integrity_check")
        if check != [("ok",)]:
            wrong.append(f"not sound: {check[:5]}")
        if there(sql, self._path, "SELECT * FROM dolt_status"):
            wrong.append("changes that are in no commit")
        names = [name for (name,) in there(sql, self._path, "SELECT name FROM dolt_branches")]
        if any(name != "main" and not name.startswith("import-") for name in names):
            wrong.append(f"half imports are left: {names}")
        message = found["commits"][0]["message"] if found["commits"] else ""
        rows = None
        if any(table["name"] == "t" for table in found["tables"]):
            rows = there(sql, self._path, "SELECT * FROM t ORDER BY id")
        if rows != self._versions.get(message):
            wrong.append(f"other rows than those of {message!r}")
        left = {path.name for path in self._server.root.iterdir()} - self._expected()
        if left:
            wrong.append(f"left over: {left}")
        return found

    def _expected(self) -> set[str]:
        beside = {".data.db-lock", ".data.db-import-lock"}
        return {"data.db", *beside, *(f"{version}.csv" for version in self._versions)}

    def _version(self, number: int) -> list[Row]:
        """Make a version of the table, and the file of it, in another order; return its rows by their key."""
        chance = self._random
        first = number * 50
        rows: list[Row] = [
            (key, f"name {key % (90 + number)}", chance.randrange(1000) / 8)
            for key in range(first, first + _ROWS)
        ]
        lines = [f"{key},{name},{x}\n" for key, name, x in rows]
        if number % 2:
            chance.shuffle(lines)
        text = "id,name,x\n" + "".join(lines)
        (self._server.root / f"version {number}.csv").write_text(text, "utf-8")
        return rows


@contextlib.contextmanager
def a_place() -> Iterator[tuple[ForkedServer, Child]]:
    """Run a server, and a process that has doltlite."""
    with ForkedServer(config={"BigUpload": SETTINGS}) as server, Child() as there:
        yield server, there


def kills(place: tuple[ForkedServer, Child], *, rounds: int, seed: int, tell: bool = False) -> Report:
    """Do so many rounds, or fewer when something went wrong."""
    return rounds_of(DoltKiller(*place, seed=seed), rounds, tell=tell)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}")
    with a_place() as place:
        report = kills(place, rounds=arguments.rounds, seed=arguments.seed, tell=True)
    print(report, *report.wrong, sep="\n  ")
    return 1 if report.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
