"""How fast a file is copied from the home folder to a bucket, beside boto3's `upload_file`.

`python -m benchmarks.copies` prints a table of Markdown. Both send the same file to the same store, by turns,
each into an empty bucket and from a process of its own; the store keeps its data in memory where there is
room. boto3 does as it does by default: parts of 8 MiB, ten at once, with checksums. Of ours all of the
operation counts, from the request that starts it to the answer that it is done, and with that the start of
its process; of boto3 the call alone.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.http.conftest import client_of
from tests.http.operations import begin, finished
from tests.support.object_stores import SeaweedFS
from tests.support.server import RunningServer

from .buckets.memory_store import MemoryStore
from .buckets.store import Bucket, Store, open_store
from .tables import markdown, spread

_MB = 10**6
_PIECE = 2**20
_STORES = {"seaweedfs": SeaweedFS, "memory": MemoryStore}


def main() -> None:
    """Measure, and print what was found."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.copies", description=__doc__)
    parser.add_argument("--size", type=int, default=1024, help="MiB of the file (%(default)s)")
    parser.add_argument("--rounds", type=int, default=5, help="runs of each (%(default)s)")
    parser.add_argument("--store", choices=sorted(_STORES), default="seaweedfs", help="(%(default)s)")
    parser.add_argument("--dir", type=Path, help="where the file is made (the system's temporary folder)")
    options = parser.parse_args()
    size = options.size * _PIECE
    with tempfile.TemporaryDirectory(dir=options.dir) as folder:
        file = Path(folder) / "file.bin"
        digest = _make(file, size)
        (Path(folder) / "store").mkdir()
        with open_store(Path(folder) / "store", size, make=_STORES[options.store]) as store:
            seconds = _measure(store, file, digest, options.rounds)
    ours = statistics.median(seconds["copy"])
    rows = [
        [
            name,
            f"{size / statistics.median(runs) / _MB:.0f} MB/s",
            spread(runs, 2),
            f"{_ratio(runs, ours):.2f}",
        ]
        for name, runs in seconds.items()
    ]
    where = "in memory" if store.in_memory else "on the disk"
    print(f"{options.size} MiB to {options.store}, {where}; {options.rounds} runs of each.\n")
    print(markdown(["", "rate", "seconds", "the operation's rate ÷ this"], rows))


def _ratio(runs: list[float], ours: float) -> float:
    return statistics.median(runs) / ours


def _measure(store: Store, file: Path, digest: str, rounds: int) -> Mapping[str, list[float]]:
    ways: Mapping[str, Callable[[Bucket, Path], float]] = {"boto3": _by_boto3, "copy": _by_copy}
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds):
        # Whoever comes first is another one each time.
        for name in sorted(ways, reverse=bool(number % 2)):
            with store.bucket() as bucket:
                os.sync()
                seconds[name].append(ways[name](bucket, file))
                if bucket.sha256_of(file.name) != digest:
                    raise SystemExit(f"{name} made another file of it")
    return seconds


def _by_copy(bucket: Bucket, file: Path) -> float:
    destination = bucket.store.settings(bucket.name, name="lab")
    config = {"BigUpload": {"min_free_space": 0, "destinations": [destination]}}
    with (
        RunningServer(config=config, environment=bucket.store.environment) as server,
        client_of(server) as client,
    ):
        try:
            (server.root / file.name).hardlink_to(file)
        except OSError:  # on another disk
            shutil.copyfile(file, server.root / file.name)
        client.get("api/bigupload/operations/kinds")
        start = time.monotonic()
        operation = finished(client, begin(client, "copy", file.name, parameters={"to": "lab"}))
        seconds = time.monotonic() - start
    if operation["metadata"]["state"] != "done":
        raise SystemExit(str(operation))
    return seconds


def _by_boto3(bucket: Bucket, file: Path) -> float:
    order = {
        "endpoint": bucket.endpoint,
        "bucket": bucket.name,
        "file": str(file),
        "key": file.name,
        "part": 8 * 2**20,
        "parallel": 10,
        # The store that believes everybody knows no trailers.
        "checksums": "when_required" if isinstance(bucket.store, MemoryStore) else "when_supported",
    }
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.buckets.boto3_program", json.dumps(order)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, **bucket.store.environment},
        text=True,
    ) as process:
        assert process.stdin is not None  # both are pipes
        assert process.stdout is not None
        process.stdout.readline()
        process.stdin.write("\n")
        process.stdin.flush()
        start, end = map(float, process.stdout.readline().split())
        process.stdin.write("\n")
    return end - start


def _make(file: Path, size: int) -> str:
    """Make a file of random bytes, and return its digest."""
    digest = hashlib.sha256()
    with file.open("wb") as made:
        for _ in range(size // _PIECE):
            piece = os.urandom(_PIECE)
            digest.update(piece)
            made.write(piece)
    return digest.hexdigest()


if __name__ == "__main__":
    main()
