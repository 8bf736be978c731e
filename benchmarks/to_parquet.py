"""How fast CSV becomes Parquet, beside the same `COPY` in a bare DuckDB process with the same limits.

`python -m benchmarks.to_parquet` prints a table of Markdown. DuckDB makes the file; both run in processes of
their own, by turns. Ours counts the rows first, checks every text, and reads back what it wrote: that is
reported apart.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .tables import MIB, markdown, spread

_ROWS_OF_A_GIGABYTE = 12_500_000
_MAKE = """
import duckdb, sys
duckdb.execute("SET enable_progress_bar = false")
duckdb.execute(f'''COPY (SELECT i AS id, (hash(i) % 1000000)::INT AS a,
  round((hash(i + 1) % 100000) / 7.0, 4)::DOUBLE AS x, ((hash(i) % 100000) / 100)::DECIMAL(18,2) AS price,
  DATE '2000-01-01' + (i % 9000)::INT AS day, TIMESTAMP '2000-01-01' + to_microseconds(i * 1234567) AS at,
  'name ' || (hash(i) % 5000) AS name FROM range({sys.argv[2]}) t(i)) TO '{sys.argv[1]}' (HEADER)''')
"""
_BARE = """
import duckdb, json, resource, sys, time
source, target, memory, threads, scratch = sys.argv[1:]
config = {"memory_limit": memory + "MiB", "threads": int(threads), "temp_directory": scratch}
connection = duckdb.connect(config=config)
connection.execute("SET enable_progress_bar = false")
begin, busy = time.monotonic(), time.process_time()
columns = {"id": "BIGINT", "a": "BIGINT", "x": "DOUBLE", "price": "DECIMAL(18,2)", "day": "DATE",
           "at": "TIMESTAMP", "name": "VARCHAR"}
connection.execute(f"COPY (SELECT * FROM read_csv('{source}', header = true, auto_detect = false, "
                   f"delim = ',', quote = '\\"', escape = '\\"', columns = {columns})) TO '{target}' "
                   "(FORMAT parquet, COMPRESSION zstd, WRITE_PAGE_INDEX true, DATA_PAGE_SIZE_LIMIT 131072)")
seconds, processor = {"write": time.monotonic() - begin}, {"write": time.process_time() - busy}
print(json.dumps({"seconds": seconds, "processor": processor, "peak":
                  resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}))
"""
_OURS = """
import json, resource, sys
from pathlib import Path
from jupyter_bigupload.tables.converting import Options, convert
from jupyter_bigupload.tables.reading import DuckLimits
from jupyter_bigupload.tables.recipe import Column, Format, Recipe
from jupyter_bigupload.tables.source import Source
source, target, memory, threads, scratch = sys.argv[1:]
path = Path(source)
types = {"id": "int64", "a": "int64", "x": "float64", "price": "decimal(18,2)", "day": "date",
         "at": "timestamp", "name": "text"}
recipe = Recipe(Format.CSV, columns=[Column(name, name, kind) for name, kind in types.items()])
limits = DuckLimits(int(memory) * 2**20, int(threads), Path(scratch))
made = convert(Source(path.name, path.stat().st_size, "", lambda: path.open("rb")), recipe, Path(target),
               Options(), limits=limits)
assert made.checked.rows_in == made.rows
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps({"seconds": dict(made.seconds), "processor": dict(made.processor), "peak": peak}))
"""


@dataclass(frozen=True)
class Run:
    """What a process took: seconds of each step, seconds of processors, and bytes of memory."""

    seconds: dict[str, float]
    processor: dict[str, float]
    peak: int


def main() -> None:
    """Measure, and print what was found."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.to_parquet", description=__doc__)
    parser.add_argument("--gigabytes", type=float, default=1, help="of the file (%(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each (%(default)s)")
    parser.add_argument("--memory", type=int, default=768, help="MiB that DuckDB may take (%(default)s)")
    parser.add_argument("--threads", type=int, default=2, help="of DuckDB (%(default)s)")
    parser.add_argument("--dir", type=Path, help="where files are made (the system's temporary folder)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bigupload-benchmark-", dir=options.dir) as name:
        folder = Path(name)
        source = folder / "given.csv"
        rows = int(options.gigabytes * _ROWS_OF_A_GIGABYTE)
        subprocess.run([sys.executable, "-c", _MAKE, source, str(rows)], check=True)
        print(f"{source.stat().st_size / 1e9:.2f} GB, {rows:,} rows", flush=True)
        bare, ours = [], []
        for _ in range(options.rounds):
            bare.append(_run(_BARE, source, folder, options))
            ours.append(_run(_OURS, source, folder, options))
        print(_table(bare, ours))


def _run(program: str, source: Path, folder: Path, options: argparse.Namespace) -> Run:
    target, scratch = folder / "made.parquet", folder / "scratch"
    scratch.mkdir(exist_ok=True)
    given = [str(one) for one in (source, target, options.memory, options.threads, scratch)]
    done = subprocess.run([sys.executable, "-c", program, *given], check=True, stdout=subprocess.PIPE)
    target.unlink()
    told: dict[str, Any] = json.loads(done.stdout)
    return Run(told["seconds"], told["processor"], told["peak"])


def _table(bare: Sequence[Run], ours: Sequence[Run]) -> str:
    def taken(runs: Sequence[Run], step: str) -> str:
        seconds, busy = [run.seconds[step] for run in runs], [run.processor[step] for run in runs]
        return f"{spread(seconds, 1)} ({spread(busy, 1)})"

    def memory(runs: Sequence[Run]) -> str:
        return spread([run.peak / MIB for run in runs], 0)

    pairs = list(zip(bare, ours, strict=True))
    by_time = spread([one.seconds["write"] / other.seconds["write"] for one, other in pairs], 2)
    by_work = spread([one.processor["write"] / other.processor["write"] for one, other in pairs], 2)
    steps = [taken(ours, step) for step in ("rows", "check", "compare")]
    head = ["seconds (processor s)", "COPY", "speed ÷ bare", "our count", "check", "read back", "peak MiB"]
    rows = [
        ["bare DuckDB", taken(bare, "write"), "1", "", "", "", memory(bare)],
        ["**BigUpload**", taken(ours, "write"), f"{by_time} ({by_work})", *steps, memory(ours)],
    ]
    return markdown(head, rows)


if __name__ == "__main__":
    main()
