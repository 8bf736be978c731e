# ruff: noqa: T201  # a command prints its table
"""The server, or the program that uploads, dies by SIGKILL at any moment: each file ends identical.

`python -m tests.faults.program_kills --kills 100 --seed 7`
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import time
from dataclasses import dataclass, field

from .kinds import MIB
from .program_site import ProgramSite, open_program_site
from .programs import PROGRAMS
from .programs.program import Program, Run

_SIZES = (MIB, 24 * MIB)
#: Times that a program which gave up is started again, as a person would.
_STARTS = 12
_SECONDS = 120.0


@dataclass
class Report:
    """What became of one program's uploads."""

    program: str
    kills: int = 0
    kills_of_program: int = 0
    under_way: int = 0
    uploads: int = 0
    starts: int = 0
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0

    def __str__(self) -> str:
        return (
            f"{self.program:22}{self.kills:4} kills of the server, {self.kills_of_program} of the program "
            f"({self.under_way} of all under way), {self.uploads} uploads, {self.starts} starts, "
            f"{len(self.wrong)} wrong, {self.seconds:.0f} s"
        )


def kills(site: ProgramSite, program: Program, *, most: int, seed: int) -> Report:
    """Upload file after file, and kill the server `most` times meanwhile, and the program about as often."""
    report = Report(program.name)
    began = time.monotonic()
    chance = random.Random(f"{seed} {program.name}")  # noqa: S311  # a run that can be repeated
    usual = 2.0  # seconds that an upload takes, as measured so far: it says when it will be under way
    while report.kills < most and not report.wrong:
        run = program.start(site.job(chance.randint(*_SIZES), direct=True))
        started = time.monotonic()
        for _ in range(chance.choice((1, 1, 2, 3))):
            time.sleep(chance.uniform(0, usual))
            report.under_way += run.is_running()
            if chance.random() < 0.5 and run.is_running():
                report.kills_of_program += 1
                run.kill()
                run.start()
            else:
                report.kills += 1
                site.server.kill()
                site.server.start()
        _judge(site, run, report)
        usual = max(0.5, min(usual, time.monotonic() - started))
        site.clear(run.job)
        report.wrong += [f"left over: {left}" for left in site.abort_all()]
    report.seconds = time.monotonic() - began
    return report


def _judge(site: ProgramSite, run: Run, report: Report) -> None:
    report.uploads += 1
    try:
        reason = run.ended_for_good(_STARTS, _SECONDS)
    except subprocess.TimeoutExpired:
        reason = f"has not ended after {_SECONDS} s"
    report.starts += run.starts
    if reason is not None or not site.arrived(run.job):
        report.wrong.append(f"{run.job.name}: {reason}, identical: {site.arrived(run.job)}")
    if site.names() != [run.job.name]:
        report.wrong.append(f"{run.job.name}: on the disk: {site.names()}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100, help="of the server, for each program")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--program", action="append", default=[], help="one program (may be repeated)")
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}")
    wrong = False
    for program in PROGRAMS:
        if program.name in (arguments.program or {one.name for one in PROGRAMS}):
            with open_program_site() as site:
                report = kills(site, program, most=arguments.kills, seed=arguments.seed)
            print(report, *report.wrong, sep="\n  ", flush=True)
            wrong = wrong or bool(report.wrong)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
