"""How quickly the server answers others while operations work, and how fast folders are downloaded.

`python -m benchmarks.operations` prints two tables of Markdown: what `GET api/status` takes, every 20 ms, on
a server that does nothing and while one operation of each kind works on a large file; and the rates of a
folder as a zip and of its one file alone, by turns, with what the server's memory grows by meanwhile.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil

from tests.http.conftest import client_of
from tests.http.operations import begin, finished
from tests.support.server import RunningServer

from .browser import Span
from .latency import percentile, probing
from .processes import Meter
from .tables import MIB, markdown, spread

_IDLE_SECONDS = 10
_NOISE = 2**23
_SMALL = 1000
#: Each kind, and what it is given.
_KINDS: Mapping[str, Mapping[str, Any]] = {
    "checksum": {"path": "many/file.bin"},
    "extract": {"path": "archive.zip"},
    "copy": {"path": "many", "parameters": {"to": "home", "folder": "elsewhere"}},
}


def main() -> None:
    """Measure, and print what was found."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.operations", description=__doc__)
    parser.add_argument("--size", type=int, default=5000, help="MB of the file (%(default)s)")
    parser.add_argument("--files", type=int, default=100_000, help="files of 1 KB (%(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="downloads of each (%(default)s)")
    parser.add_argument("--dir", type=Path, help="where files are made (the system's temporary folder)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.dir) as name, _server(Path(name)) as server:
        make_files(server.root, options.size * 10**6, options.files)
        with client_of(server) as client:
            print(markdown(["", "status p99 ms", "longest ms"], list(answers(server, client, Path(name)))))
            print()
            head = ["", "MB/s", "÷ the file", "server memory + MiB"]
            print(markdown(head, list(downloads(server, client, options.rounds))))


@contextmanager
def _server(folder: Path) -> Iterator[RunningServer]:
    (folder / "root").mkdir()
    with RunningServer(app="lab", root=folder / "root", config={}) as server:
        yield server


def make_files(root: Path, size: int, count: int) -> None:
    """Make a folder with a file of `size` bytes, a zip in which that is stored, and `count` small files."""
    noise = Path("/dev/urandom").open("rb").read(_NOISE)  # noqa: SIM115  # read whole
    (root / "many").mkdir()
    (root / "elsewhere").mkdir()
    with (root / "many" / "file.bin").open("wb") as file:
        for at in range(0, size, len(noise)):
            file.write(noise[: size - at])
    for number in range(count):
        folder = root / "small" / f"{number // 1000:03}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{number:06}.bin").write_bytes(noise[number : number + _SMALL])
    with zipfile.ZipFile(root / "archive.zip", "w") as archive:
        archive.write(root / "many" / "file.bin", "file.bin")


def answers(server: RunningServer, client: httpx.Client, scratch: Path) -> Iterator[list[str]]:
    """Yield what the server took to answer: idle, and with each kind at work."""
    assert server.token is not None
    url = f"{server.url}api/status"
    with probing(url, server.token, scratch / "latency.txt") as probe:
        now = time.time()
        time.sleep(_IDLE_SECONDS)
        yield ["idle", *_milliseconds(probe.during(Span(now, time.time())))]
        for kind, fields in _KINDS.items():
            began = time.time()
            # A look each 10 s, or at the end: as the page does.
            operation = finished(client, begin(client, kind, **fields))
            if operation["metadata"]["state"] != "done":
                raise SystemExit(str(operation))
            taken = probe.during(Span(began, time.time()))
            yield [f"{kind}, {time.time() - began:.1f} s", *_milliseconds(taken)]


def _milliseconds(taken: list[float]) -> list[str]:
    return [f"{percentile(taken, 0.99) * 1000:.1f}", f"{max(taken) * 1000:.1f}"]


def downloads(server: RunningServer, client: httpx.Client, rounds: int) -> Iterator[list[str]]:
    """Yield how fast the file comes alone, and in the zip of its folder."""
    rates: dict[str, list[float]] = {"many/file.bin": [], "many": [], "small": []}
    grown: dict[str, list[float]] = {path: [] for path in rates}
    for _ in range(rounds):
        for path, runs in rates.items():
            meter = Meter(lambda: [psutil.Process(server.pid)])
            meter.start()
            runs.append(_rate(client, path))
            grown[path].append(meter.stop().peak_growth / MIB)
    for path, runs in rates.items():
        ratio = statistics.median(runs) / statistics.median(rates["many/file.bin"])
        yield [path, spread(runs, 0), f"{ratio:.2f}", spread(grown[path], 0)]


def _rate(client: httpx.Client, path: str) -> float:
    began, length = time.monotonic(), 0
    with client.stream("GET", "api/bigupload/download", params={"path": path}) as answer:
        answer.raise_for_status()
        for piece in answer.iter_raw(MIB):
            length += len(piece)
    return length / (time.monotonic() - began) / 10**6


if __name__ == "__main__":
    main()
