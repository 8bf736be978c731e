# ruff: noqa: T201  # a command prints its table
"""Attack real servers on loopback, and say what was tried and what came of it.

`python -m tests.hostile --seed 7 --rounds 300`
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from pathlib import Path

from tests.support.server import RunningServer

from . import intruders, races, slow, strangers
from .report import Report

_RACES_PER_ROUNDS = 30
_SLOW = 200


def run(folder: Path, rng: random.Random, rounds: int) -> list[Report]:
    """Return what each kind of attack gave; `rounds` is how often a partial is meddled with."""
    settings = {"BigUpload": {"min_free_space": 0, "records_dir": str(folder / "records")}}
    root = folder / "root"
    reports = [Report("strangers"), Report("races"), Report("slow senders"), Report("intruders")]
    with (
        RunningServer(root=root, config=settings) as server,
        RunningServer(root=root, config=settings) as second,
    ):
        strangers.attack(server, rng, reports[0])
        races.attack([server, second], rng, reports[1], rounds=max(1, rounds // _RACES_PER_ROUNDS))
        slow.attack(server, rng, reports[2], connections=_SLOW)
        intruders.attack(server, rng, reports[3], rounds=rounds)
        for one in (server, second):
            reports[0].require("Traceback" not in one.log, "a traceback is in the server's log")
    return reports


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--rounds", type=int, default=300, help="partials that are meddled with")
    options = parser.parse_args()
    print(f"seed {options.seed}\n\n| attack | tried | ended | violations |\n|:--|:--|:--|--:|")
    with tempfile.TemporaryDirectory(prefix="bigupload-hostile-") as folder:
        reports = run(Path(folder), random.Random(options.seed), options.rounds)  # noqa: S311  # no secrets
    for report in reports:
        print(*report.lines(), sep="\n")
    broken = [violation for report in reports for violation in report.violations]
    print(*broken[:50], sep="\n")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
