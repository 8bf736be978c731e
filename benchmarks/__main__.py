"""`python -m benchmarks`: measure, and print the tables."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tempfile
from pathlib import Path

from .buckets import DIRECT, THROUGH
from .command import parsed, parser_of
from .contenders import BEFORE, CONTENDERS
from .experiments import EXPERIMENTS
from .servers import HERE
from .tables import GIB, MIB
from .versions import built_package_of


def main() -> None:
    """Measure what the command line asks for."""
    options = _options()
    if any(key.startswith("tus") for key in options.contenders) and not (HERE / "node_modules").exists():
        subprocess.run(["jlpm", "install", "--immutable"], cwd=HERE, check=True)
    folder = Path(tempfile.mkdtemp(prefix="bigupload-benchmark-", dir=options.dir))
    try:
        if options.before:
            BEFORE.package = built_package_of(options.before, folder / "before")
            BEFORE.title = f"BigUpload at {options.before}"
        else:
            options.contenders = [key for key in options.contenders if key != BEFORE.key]
        for table in options.tables:
            print(f"\n{EXPERIMENTS[table](options, folder)}\n", flush=True)
    finally:
        shutil.rmtree(folder)


def _options() -> argparse.Namespace:
    keys = [*(one.key for one in CONTENDERS), *(one.key for one in (*THROUGH, *DIRECT))]
    parser = parser_of("python -m benchmarks", __doc__, EXPERIMENTS)
    add = parser.add_argument
    add("--runs", type=int, default=3, help="how often rates are measured (%(default)s)")
    add("--contenders", nargs="+", choices=keys, default=keys, help="which (all)")
    add("--before", metavar="COMMIT", help="of this repository, measured beside what is here")
    add(
        "--size",
        type=int,
        default=GIB // MIB,
        help="MiB of the file for speed, link, bucket and direct (%(default)s)",
    )
    add("--slow-size", type=int, default=256, help="MiB for JupyterLab's own upload, over 15 (%(default)s)")
    add(
        "--big-size",
        type=int,
        default=5 * GIB // MIB,
        help="MiB of the file for burden and heavy (%(default)s)",
    )
    add("--link-rate", type=float, default=100, help="MB/s that the link takes (%(default)s)")
    add("--loss-size", type=int, default=16, help="MiB of the file for loss (%(default)s)")
    add("--round-trip", type=float, default=100, help="milliseconds, for loss (%(default)s)")
    add("--loss", type=float, default=1, help="per cent of the segments that are lost (%(default)s)")
    return parsed(parser, EXPERIMENTS)


if __name__ == "__main__":
    main()
