"""`python -m benchmarks.far`: rates into a bucket that is far away, over TLS, beside boto3.

What the way to a store costs: connections, and what waits for an answer. Everybody sends the same parts,
three at once, through a model of a long way (`relay.py`). With `--before COMMIT` the server of that commit
takes part, too.
"""

from __future__ import annotations

import argparse
import functools
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.support.object_stores import SeaweedFS
from tests.support.object_stores.s3 import S3Process

from .buckets import BucketContender, BucketMeasurement, bucket_table, measure_bucket, open_store
from .buckets.memory_store import MemoryStore
from .buckets.programs import BigUploadProgram, Boto3
from .payload import create_payload
from .relay import long_way
from .tables import MIB
from .versions import package_of

_STORES: Mapping[str, Callable[[Path], S3Process]] = {
    "memory": MemoryStore,
    "seaweedfs": functools.partial(SeaweedFS, https=True),
}


def main() -> None:
    """Measure what the command line asks for, and print the table."""
    options = _options()
    folder = Path(tempfile.mkdtemp(prefix="bigupload-benchmark-"))
    contenders: list[BucketContender] = [Boto3(), BigUploadProgram()]
    if options.before:
        package = package_of(options.before, folder / "before")
        contenders.append(BigUploadProgram("before", f"the same at {options.before}", package))
    runs: dict[str, list[BucketMeasurement]] = {one.key: [] for one in contenders}
    try:
        payload = create_payload(folder, options.size * MIB)
        with (
            open_store(folder, payload.size, _STORES[options.store], options.part * MIB) as store,
            long_way(store.port, options.round_trip / 1000, options.window) as port,
        ):
            store.port = port
            for _ in range(options.runs):
                for one in contenders:
                    runs[one.key].append(measure_bucket(one, payload, folder, store))
                    print(f"{one.key}: {runs[one.key][-1].rate / 1e6:.2f} MB/s", file=sys.stderr, flush=True)
    finally:
        shutil.rmtree(folder)
    way = f"a round trip of {options.round_trip:g} ms (window: {options.window})"
    print(f"Into {options.store} over {way}, in parts of {options.part} MiB:\n")
    print(bucket_table(contenders, runs))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.far",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--before", metavar="COMMIT", help="of this repository, to be measured beside what is here")
    add("--runs", type=int, default=3, help="how often each is measured (%(default)s)")
    add("--store", choices=_STORES, default="memory", help="what is at its end (%(default)s)")
    add("--round-trip", type=float, default=30, help="milliseconds (%(default)s)")
    add(
        "--window",
        choices=["slow", "full"],
        default="slow",
        help="whether a connection starts slowly, as TCP does (%(default)s)",
    )
    add("--size", type=int, default=256, help="MiB of the file (%(default)s)")
    add("--part", type=int, default=8, help="MiB of the parts (%(default)s)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
