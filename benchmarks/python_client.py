"""How fast the Python client sends a file, beside `curl -T` into a bare tornado handler that keeps it.

`python -m benchmarks.python_client` prints a table of Markdown. Each upload is a process, by turns.
The rate of ours is from the start of the upload to the answer that the file has its name, verified and on the
disk. The bare handler writes what comes, verifies nothing, and does not wait for the disk.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.process import free_ports
from tests.support.server import RunningServer

from .memory import settle_memory
from .payload import Payload, create_payload
from .tables import MIB, markdown, size_text, spread

_BARE = """
import asyncio, sys
from tornado import httpserver, web

@web.stream_request_body
class Keep(web.RequestHandler):
    def prepare(self):
        self.request.connection.set_max_body_size(2**60)
        self.file = open(sys.argv[2], "wb")
    def data_received(self, chunk):
        self.file.write(chunk)
    def put(self):
        self.file.close()

async def serve():
    httpserver.HTTPServer(web.Application([(".*", Keep)])).listen(int(sys.argv[1]), "127.0.0.1")
    await asyncio.Event().wait()

asyncio.run(serve())
"""
_OURS = """
import json, resource, sys, time
from jupyter_bigupload.client import Client

url, token, path, parallel = sys.argv[1:]
with Client(url, token) as client:
    client.uploads()
    begin = time.monotonic()
    client.upload(path, parallel=int(parallel) or None)
    seconds = time.monotonic() - begin
print(json.dumps([seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024]))
"""


@dataclass(frozen=True)
class Run:
    """What an upload took: seconds, and most bytes of memory of the client."""

    seconds: float
    peak: int = 0


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.python_client", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[256, 4096], help="MiB (%(default)s)")
    parser.add_argument(
        "--parallel", type=int, nargs="+", default=[0, 1, 4], help="requests at once; 0: as usual"
    )
    parser.add_argument("--rounds", type=int, default=5, help="runs of each (%(default)s)")
    parser.add_argument("--dir", type=Path, help="where files are made (the system's temporary folder)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bigupload-benchmark-", dir=options.dir) as name:
        folder = Path(name)
        for size in options.sizes:
            payload = create_payload(folder, size * MIB)
            print(f"\n{size_text(payload.size)}:\n\n{_measure(payload, folder, options)}\n", flush=True)
            payload.path.unlink()


def _measure(payload: Payload, folder: Path, options: argparse.Namespace) -> str:
    curl: list[Run] = []
    ours: dict[int, list[Run]] = {parallel: [] for parallel in options.parallel}
    with _bare(folder / "kept.bin") as url, RunningServer(root=folder / "root") as server:
        for _ in range(options.rounds):
            _settle(folder, payload)
            curl.append(_curl(payload, url))
            for parallel, runs in ours.items():
                _settle(folder, payload)
                runs.append(_ours(payload, server, parallel))
                (server.root / payload.name).unlink()
    return _table(payload, curl, ours)


def _settle(folder: Path, payload: Payload) -> None:
    settle_memory(folder, [payload.path])
    os.sync()


def _curl(payload: Payload, url: str) -> Run:
    begin = time.monotonic()
    subprocess.run(["curl", "-sSf", "--noproxy", "*", "-T", str(payload.path), url], check=True)
    return Run(time.monotonic() - begin)


def _ours(payload: Payload, server: RunningServer, parallel: int) -> Run:
    arguments = [server.url, server.token, str(payload.path), str(parallel)]
    output = subprocess.run(
        [sys.executable, "-c", _OURS, *arguments], check=True, stdout=subprocess.PIPE
    ).stdout
    seconds, peak = json.loads(output)
    return Run(seconds, peak)


@contextmanager
def _bare(kept: Path) -> Iterator[str]:
    (port,) = free_ports(1)
    with subprocess.Popen([sys.executable, "-c", _BARE, str(port), str(kept)]) as process:
        url = f"http://127.0.0.1:{port}/x"
        ready = ["curl", "-s", "--noproxy", "*", "--retry-connrefused", "--retry", "9", "-T", "-", url]
        subprocess.run(ready, check=True, input=b"x")
        yield url
        process.terminate()


def _table(payload: Payload, curl: Sequence[Run], ours: dict[int, list[Run]]) -> str:
    rows = [["`curl -T` into a bare handler", _rates(payload, curl), "1", ""]]
    for parallel, runs in ours.items():
        title = "**Python client**" if parallel == 0 else f"Python client, {parallel} at once"
        ratios = [one.seconds / other.seconds for one, other in zip(curl, runs, strict=True)]
        rows.append(
            [title, _rates(payload, runs), spread(ratios, 2), spread([run.peak / MIB for run in runs], 0)]
        )
    return markdown(["", "MB/s", "speed ÷ curl", "peak MiB of the client"], rows)


def _rates(payload: Payload, runs: Sequence[Run]) -> str:
    return spread([payload.size / run.seconds / 1e6 for run in runs], 0)


if __name__ == "__main__":
    main()
