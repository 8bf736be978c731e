"""How soon a table is seen: while it is still coming, and anywhere in a large file.

`python -m benchmarks.previews` prints a table of Markdown: seconds from the acknowledgement of the first
chunk of an upload to the first rows of it, with and without a process that answers already; seconds to the
first rows of a finished file, to rows from its middle, before and after it has been looked through once; and
the most memory that the process which answers has taken.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from typing import Any

import duckdb
import httpx
import psutil

from tests.http.conftest import client_of, create
from tests.support.server import RunningServer

from .tables import MIB, markdown

_PREVIEW = "api/bigupload/tables/preview"
_CHUNK = 8 * MIB
#: Rows that are asked for.
_COUNT = 100
_ROWS_OF_A_GB = 13_000_000


def main() -> None:
    """Measure, and print what was found."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.previews", description=__doc__)
    parser.add_argument("--gigabytes", type=float, default=5, help="of the file (%(default)s)")
    parser.add_argument("--dir", type=Path, help="where files are made (the system's temporary folder)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.dir) as name:
        root = Path(name) / "root"
        root.mkdir()
        rows = int(options.gigabytes * _ROWS_OF_A_GB)
        make_table(root / "large.csv", rows)
        with RunningServer(app="lab", root=root, config={}) as server, client_of(server) as client:
            client.timeout = httpx.Timeout(600)
            print(markdown(["", "seconds"], list(_times(client, root, rows))))
            print(f"\nprocess that answers: {_peak(server) / MIB:.0f} MiB at most")


def make_table(path: Path, rows: int) -> None:
    """Make a CSV of seven columns: numbers, text, dates and times."""
    duckdb.connect().execute(
        f"""COPY (SELECT i AS id, 'sample_' || (i % 9973) AS name, (i * 7919 % 1000003) / 1000.0 AS value,
            DATE '2020-01-01' + (i % 2000)::INT AS day, TIMESTAMP '2021-01-01' + to_seconds(i) AS at,
            i % 2 = 0 AS flag, CASE WHEN i % 50 = 0 THEN NULL ELSE (i * 31 % 7919) / 16.0 END AS x
            FROM range({rows}) t(i)) TO '{path}' (HEADER)"""  # noqa: S608  # numbers and a path of our own
    )


def _times(client: httpx.Client, root: Path, rows: int) -> list[list[str]]:
    size = (root / "large.csv").stat().st_size
    with (root / "large.csv").open("rb") as file:
        first = file.read(_CHUNK)
    found: list[list[str]] = []
    for title in ("first rows after the first chunk, process not started", "the same, started"):
        upload = create(client, f"coming {len(found)}.csv", size)
        client.post(
            "api/upload_handlers/",
            params={"upload": upload},
            content=first,
            headers={"Content-Range": f"bytes 0-{_CHUNK - 1}/{size}"},
        ).raise_for_status()
        found.append([title, _timed(client, {"upload": upload})])
        client.delete(f"api/bigupload/uploads/{upload}")
    source = {"path": "large.csv"}
    found += [
        [f"first rows of a file of {size / 1e9:.1f} GB", _timed(client, source)],
        ["rows from its middle, for the first time", _timed(client, source, start=rows // 2)],
        ["rows from its middle, again", _timed(client, source, start=rows // 2 + 1000)],
        ["its last rows", _timed(client, source, start=rows - 100)],
    ]
    return found


def _timed(client: httpx.Client, source: dict[str, Any], **fields: Any) -> str:
    begin = time.monotonic()
    answer = client.post(_PREVIEW, json={"source": source, "count": _COUNT, **fields}).raise_for_status()
    taken = time.monotonic() - begin
    assert len(answer.json()["values"]) == _COUNT, answer.json()["rows"]
    return f"{taken:.2f}"


def _peak(server: RunningServer) -> int:
    """Return the most bytes that a process of the server's which answers has had in memory."""
    for child in psutil.Process(server.pid).children():
        if any("answering" in word for word in child.cmdline()):
            status = Path(f"/proc/{child.pid}/status").read_text()
            return int(status.partition("VmHWM:")[2].split()[0]) * 1024
    raise AssertionError("there is none")


if __name__ == "__main__":
    main()
