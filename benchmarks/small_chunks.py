"""How many small chunks a second a plain program gets acknowledged: what each costs beside its bytes.

`python -m benchmarks.small_chunks [--before COMMIT]` prints a table of Markdown. It needs no browser. With an
earlier commit, servers of both run side by side, and take turns.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.support.server import RunningServer

from .connection import Connection
from .tables import markdown, spread
from .versions import package_of

CHUNK = 256 * 2**10
_COMPARED = {"BigUpload": {"min_free_space": 0}}


def main() -> None:
    """Measure, and print what was found."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.small_chunks", description=__doc__)
    parser.add_argument("--before", metavar="COMMIT", help="of this repository, measured beside what is here")
    parser.add_argument("--chunks", type=int, default=400, help="chunks a file (%(default)s)")
    parser.add_argument("--rounds", type=int, default=5, help="files of each kind (%(default)s)")
    options = parser.parse_args()
    versions: dict[str, Path | None] = {"here": None}
    with ExitStack() as stack:
        if options.before:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bigupload-benchmark-")))
            versions[options.before] = package_of(options.before, folder / "before")
        programs = {name: stack.enter_context(program(path)) for name, path in versions.items()}
        rates: dict[tuple[str, str], list[float]] = {}
        for round_ in range(-1, options.rounds):  # one to warm up
            for way, send in WAYS.items():
                for name, connection in programs.items():
                    rate = send(connection, f"{round_}.bin", options.chunks)
                    if round_ >= 0:
                        rates.setdefault((way, name), []).append(rate)
    print(markdown(["chunks of 256 KiB a second", *versions], list(rows(rates, list(versions)))))


def rows(rates: Mapping[tuple[str, str], Sequence[float]], names: Sequence[str]) -> Iterator[list[str]]:
    """Yield a row for each way, and the ratios between the versions where there are two."""
    for way in WAYS:
        yield [way, *(spread(rates[way, name], 0) for name in names)]
        if len(names) > 1:
            ratios = [
                ours / theirs for ours, theirs in zip(*(rates[way, name] for name in names), strict=True)
            ]
            yield [f"{way}, ratio", spread(ratios, 2), f"median {statistics.median(ratios):.2f}"]


@contextmanager
def program(package: Path | None) -> Iterator[Connection]:
    """Start a server of a version of the package (None: the one here), and connect to it."""
    environment = {} if package is None else {"PYTHONPATH": str(package)}
    with RunningServer(config=_COMPARED, environment=environment) as server:
        yield Connection(server.url, server.token)


def by_id(connection: Connection, name: str, chunks: int) -> float:
    """Send a file as an upload of its own; return chunks a second."""
    size = chunks * CHUNK
    new = {"path": name, "size": size, "on_conflict": "replace"}
    upload_id = connection.post_json("/api/bigupload/uploads", new)["id"]
    return _timed(
        connection,
        f"/api/upload_handlers?upload={upload_id}",
        {},
        chunks,
        lambda: connection.post_json(f"/api/bigupload/uploads/{upload_id}/complete", {}),
    )


def by_name(connection: Connection, name: str, chunks: int) -> float:
    """Send a file by its name alone, as the oldest clients do; return chunks a second."""
    headers = {"Content-Disposition": f'attachment; filename="plain-{name}"'}
    return _timed(connection, "/api/upload_handlers?on_conflict=replace", headers, chunks, lambda: None)


def _timed(
    connection: Connection, path: str, headers: Mapping[str, str], chunks: int, finish: Callable[[], object]
) -> float:
    data, size = os.urandom(CHUNK), chunks * CHUNK
    began = time.perf_counter()
    for start in range(0, size, CHUNK):
        place = f"bytes {start}-{start + CHUNK - 1}/{size}"
        connection.post(path, data, {"Content-Range": place, **headers})
    took = time.perf_counter() - began
    finish()
    return chunks / took


WAYS = {"an upload with an id": by_id, "plain, by name": by_name}


if __name__ == "__main__":
    main()
