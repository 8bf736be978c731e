"""How fast a CSV file comes into a database of doltlite, beside a bare script; how fast changes are shown.

`python -m benchmarks.dolt` prints tables of Markdown. The bare script reads the same file by DuckDB (which
takes less than Python's csv) and writes it by the fastest inserts that doltlite has, in one transaction: many
rows by one statement. It checks nothing. What is here counts all rows and holds every value against its text
first, then loads, then reads all of it back; each is told apart. All run in processes of their own, by turns.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .tables import MIB, markdown, spread

_CHANGES = 1000
_BARE = """
import doltlite, sqlite3, json, sys, time, duckdb
began = time.perf_counter()
source = duckdb.connect()
source.execute("SET enable_progress_bar = false")
types = "{'id': 'BIGINT', 'name': 'VARCHAR', 'x': 'DOUBLE', 'n': 'BIGINT', 'day': 'VARCHAR'}"
rows = source.execute(
    f"SELECT * FROM read_csv('{sys.argv[1]}', header = true, auto_detect = false, columns = {types})"
)
to = sqlite3.connect(sys.argv[2], isolation_level=None)
to.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, x REAL, n INTEGER, day TEXT)")
to.execute("BEGIN")
many = "INSERT INTO t VALUES " + ", ".join(["(?, ?, ?, ?, ?)"] * 100)
while batch := rows.fetchmany(10_000):
    for start in range(0, len(batch), 100):
        some = batch[start : start + 100]
        if len(some) < 100:
            many = "INSERT INTO t VALUES " + ", ".join(["(?, ?, ?, ?, ?)"] * len(some))
        to.execute(many, [value for row in some for value in row])
to.execute("COMMIT")
to.execute("SELECT dolt_commit('-A', '-m', 'all')")
print(json.dumps({"whole": time.perf_counter() - began}))
"""
_HERE = """
import json, sys, time
from pathlib import Path
from jupyter_bigupload.operations.dolt.database.library import load
load()
from jupyter_bigupload.operations.dolt.importing.importing import import_rows
from jupyter_bigupload.operations.dolt.importing.planning import Wanted
from jupyter_bigupload.tables.converting import TableRows
from jupyter_bigupload.tables.reading import DuckLimits
from jupyter_bigupload.tables.recipe import parse
from jupyter_bigupload.tables.source import Source
path, database, mode, key = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], sys.argv[4]
types = {"id": "int64", "name": "text", "x": "float64", "n": "int64", "day": "date"}
columns = [{"source": name, "name": name, "type": kind} for name, kind in types.items()]
source = Source(path.name, path.stat().st_size, "", lambda: path.open("rb"))
limits = DuckLimits(512 * 2**20, 2, database.parent)
times, began = {}, time.perf_counter()
with TableRows(source, parse({"version": 1, "format": "csv", "columns": columns}), limits=limits) as rows:
    times["check"] = time.perf_counter() - began
    def checked(found=rows.checked):
        times["load"] = time.perf_counter() - began - times["check"]  # asked again behind the last row
        return found()
    rows.checked = checked
    database.touch()
    wanted = Wanted("t", mode, ["id"])
    pending = import_rows(database, rows, wanted, key, tell=lambda *_, **__: None).pending
    times["whole"] = time.perf_counter() - began
    times["compare"] = times["whole"] - times["check"] - times["load"]
    times["import"] = pending.import_id
print(json.dumps(times))
"""
_COMMIT = """
import sys
from pathlib import Path
from jupyter_bigupload.operations.dolt.committing import Author, commit_import
commit_import(Path(sys.argv[1]), sys.argv[2], "all", Author(), lambda: None)
print("{}")
"""
_DIFF = """
import json, sys, time
from pathlib import Path
began = time.perf_counter()
from jupyter_bigupload.operations.dolt import diff
found = diff(Path(sys.argv[1]), "t", "HEAD", sys.argv[2])
print(json.dumps({"whole": time.perf_counter() - began, "counts": found["counts"]}))
"""


@dataclass(frozen=True)
class Run:
    """What a process said of itself, and the most memory that it took, in bytes."""

    said: dict[str, Any]
    memory: int


def main() -> None:
    """Measure, and print what was found."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dolt", description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000_000, help="of the file (%(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each (%(default)s)")
    parser.add_argument("--dir", type=Path, help="where files are made (the system's temporary folder)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bigupload-benchmark-", dir=options.dir) as folder:
        place = Path(folder)
        for order in ("by its key", "in random order"):
            file = make(place / "rows.csv", options.rows, shuffled=order != "by its key")
            print(f"\n{options.rows:,} rows, {order}\n")
            print(markdown(*rates(file, options.rows, options.rounds)))
        head = ["rows", "bare script, MiB", "here, MiB"]
        print(f"\nMost memory\n\n{markdown(head, list(memory(place, options.rows)))}")
        print(f"\n{_CHANGES:,} changes in {options.rows:,} rows\n\n{markdown(*changes(place, options.rows))}")


def rates(file: Path, rows: int, rounds: int) -> tuple[Sequence[str], list[list[str]]]:
    """Return how fast each is, and the parts of what is here."""
    runs = [(bare(file), here(file)) for _ in range(rounds)]
    head = ["", "s", "rows/s", "÷ bare script"]
    bare_seconds = [one.said["whole"] for one, _ in runs]
    table = [["bare script", *_cells(bare_seconds, rows), "1"]]
    for title, parts in (
        ("here: loading", ("load",)),
        ("here: loading, and reading it back", ("load", "compare")),
        ("here: all, with the check against the text", ("whole",)),
    ):
        seconds = [sum(one.said[part] for part in parts) for _, one in runs]
        ratios = [theirs / ours for theirs, ours in zip(bare_seconds, seconds, strict=True)]
        table.append([title, *_cells(seconds, rows), spread(ratios, 2)])
    return head, table


def memory(place: Path, rows: int) -> Iterator[list[str]]:
    """Yield what each takes at most, for some numbers of rows."""
    for count in (rows // 20, rows // 4, rows):
        file = make(place / "rows.csv", count, shuffled=True)
        yield [f"{count:,}", *(f"{run(file).memory / MIB:.0f}" for run in (bare, here))]


def changes(place: Path, rows: int) -> tuple[Sequence[str], list[list[str]]]:
    """Return how long it takes to import a file again of which some rows are others, and to show which."""
    file = make(place / "rows.csv", rows, shuffled=False)
    database = place / "changes.db"
    first = run(_HERE, str(file), str(database), "create", "1" * 32)
    run(_COMMIT, str(database), first.said["import"])
    file = make(place / "rows.csv", rows, shuffled=False, changes=_CHANGES)
    second = run(_HERE, str(file), str(database), "update", "2" * 32)
    shown = run(_DIFF, str(database), second.said["import"])
    assert shown.said["counts"]["modified"] == _CHANGES, shown
    took = [f"{one.said['whole']:.2f}" for one in (first, second, shown)]
    return ["imported, s", "updated, s", "diff shown, s"], [took]


def bare(file: Path) -> Run:
    """Run the bare script."""
    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        return run(_BARE, str(file), f"{folder}/bare.db")


def here(file: Path) -> Run:
    """Import as an operation does."""
    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        return run(_HERE, str(file), f"{folder}/here.db", "create", "0" * 32)


def run(code: str, *arguments: str) -> Run:
    """Run a script, and return what it printed as JSON."""
    os.sync()
    process = subprocess.Popen([sys.executable, "-c", code, *arguments], stdout=subprocess.PIPE)
    assert process.stdout is not None
    with process.stdout:
        said = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return Run(json.loads(said), used.ru_maxrss * 1024)


def make(path: Path, rows: int, *, shuffled: bool, changes: int = 0) -> Path:
    """Make a file of five columns; of some rows one value is another."""
    source = random.Random(1)  # noqa: S311  # the same for each run
    every = rows // changes if changes else rows + 1
    factor = 2_654_435_761 if shuffled else 1
    with path.open("w", encoding="utf-8") as file:
        file.write("id,name,x,n,day\n")
        for index in range(rows):
            key = index * factor % rows if shuffled else index
            number = source.randrange(77)  # drawn for each row, so that all others stay what they are
            number = 78 if index % every == every - 1 else number
            file.write(f"{key},name {index % 1000},{index * 0.5},{number},2020-01-{index % 28 + 1:02}\n")
    return path


def _cells(seconds: Sequence[float], rows: int) -> list[str]:
    return [spread(seconds, 2), f"{rows / statistics.median(seconds):,.0f}"]


if __name__ == "__main__":
    main()
