"""`python -m benchmarks`: measure, and print the tables."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from .contenders import CONTENDERS, Contender
from .measure import Measurement, measure
from .payload import Payload, create_payload, disk_rate
from .servers import HERE
from .tables import GIB, MIB, burden_table, speed_table


def main() -> None:
    """Measure what the command line asks for."""
    options = _options()
    contenders = [one for one in CONTENDERS if one.key in options.contenders]
    if any(one.key.startswith("tus") for one in contenders) and not (HERE / "node_modules").exists():
        subprocess.run(["jlpm", "install", "--immutable"], cwd=HERE, check=True)
    folder = Path(tempfile.mkdtemp(prefix="bigupload-benchmark-", dir=options.dir))
    try:
        _run(options, contenders, folder)
    finally:
        shutil.rmtree(folder)


def _run(options: argparse.Namespace, contenders: list[Contender], folder: Path) -> None:
    slow = create_payload(folder, options.slow_size * MIB)

    def measured(contender: Contender, payload: Payload, *, probe: bool) -> Measurement:
        sent = slow if contender.key == "jupyterlab" else payload
        result = measure(contender, sent, folder, probe=probe)
        progress = f"{contender.key}: {sent.size / MIB:.0f} MiB, {result.rate / 1e6:.0f} MB/s"
        print(progress, file=sys.stderr, flush=True)
        return result

    if options.runs:
        payload = create_payload(folder, options.size * MIB)
        runs: dict[str, list[Measurement]] = {one.key: [] for one in contenders}
        for _ in range(options.runs):
            for contender in contenders:
                runs[contender.key].append(measured(contender, payload, probe=False))
        print(f"\n{speed_table(contenders, runs)}\n")
        print(f"This disk alone, copied and fsynced: {disk_rate(payload, folder) / 1e6:.0f} MB/s.\n")
        payload.path.unlink()

    if options.big_size:
        payload = create_payload(folder, options.big_size * MIB)
        once = {one.key: [measured(one, payload, probe=True)] for one in contenders}
        print(f"\n{burden_table(contenders, once)}\n")


def _options() -> argparse.Namespace:
    keys = [one.key for one in CONTENDERS]
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    add = parser.add_argument
    add("--size", type=int, default=GIB // MIB, help="MiB of the file for speed (%(default)s)")
    add("--slow-size", type=int, default=256, help="MiB of that for JupyterLab's own upload (%(default)s)")
    add(
        "--big-size",
        type=int,
        default=5 * GIB // MIB,
        help="MiB of the file for memory and latency (%(default)s)",
    )
    add("--runs", type=int, default=3, help="how often speed is measured (%(default)s)")
    add("--contenders", nargs="+", choices=keys, default=keys, help="which (all)")
    add("--dir", type=Path, help="where files are made, and uploaded to (the system's temporary folder)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
