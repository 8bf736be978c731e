# ruff: noqa: T201  # a command prints its table
"""Programs of others, and our own, through every kind of fault: each ends identical, or says why not.

`python -m tests.faults.program_storm --faults 100 --seed 7`
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.support.faults import (
    Duplicate,
    FlipBit,
    HalfOpen,
    Link,
    LostAnswer,
    Plan,
    Request,
    Reset,
    Rule,
    Stall,
    Truncate,
    Unavailable,
)

from .kinds import MIB
from .program_site import ProgramSite, open_program_site
from .programs import PROGRAMS
from .programs.program import Program, Run

#: Programs that are under way together.
_TOGETHER = 2
#: Bytes of a file: our client sends those over 8 MiB another way.
_SIZES = (MIB, 12 * MIB)
#: Times that a program which gave up is started again, as a person would.
_STARTS = 6
_SECONDS = 120.0
#: Batches in which nothing went wrong, after which it is clear that nothing can.
_MOST_IN_VAIN = 8
#: Wrong ends after which it is clear that something is.
_ENOUGH = 5


def brings_bytes(request: Request) -> bool:
    """Return whether the body of a request may be the file's."""
    ours = "/upload_handlers" in request.target or "/batches" in request.target
    return ours or request.method in {"PATCH", "PUT"}


def is_ours(request: Request) -> bool:
    """Return whether a request is for the service."""
    return "/api/" in request.target


@dataclass(frozen=True)
class Kind:
    """What goes wrong.

    Parameters
    ----------
    changes_bytes : bool
        Whether only digests tell of it.
    hangs : bool
        Whether a program must give up by itself on a connection.
    """

    name: str
    rules: tuple[Rule, ...] = ()
    link: Link = field(default_factory=Link)
    changes_bytes: bool = False
    hangs: bool = False


KINDS = (
    Kind("slow and lossy link", link=Link(delay=0.005, bandwidth=16 * MIB, loss=0.01)),
    Kind("stalled request", (Rule(Stall(1.0), brings_bytes, chance=0.3),)),
    Kind("reset in the request", (Rule(Reset(of="request"), brings_bytes, chance=0.3),)),
    Kind("reset in the answer", (Rule(Reset(of="answer"), is_ours, chance=0.2),)),
    Kind("half-open", (Rule(HalfOpen(), brings_bytes, chance=0.2),), hangs=True),
    Kind("duplicate at once", (Rule(Duplicate(), is_ours, chance=0.3),)),
    Kind("duplicate late", (Rule(Duplicate(late=0.2), is_ours, chance=0.3),)),
    Kind("truncated request", (Rule(Truncate(), brings_bytes, chance=0.3),)),
    Kind("lost answer", (Rule(LostAnswer(), is_ours, chance=0.2),)),
    Kind("flipped bit", (Rule(FlipBit(), brings_bytes, chance=0.3),), changes_bytes=True),
    Kind("502 before the server", (Rule(Unavailable(502), is_ours, chance=0.2),)),
    Kind("504 after the server", (Rule(Unavailable(504, reached=True), is_ours, chance=0.2),)),
)


@dataclass
class Tally:
    """What became of one program's uploads through one kind of fault."""

    program: str
    kind: str
    injected: int = 0
    uploads: int = 0
    identical: int = 0
    starts: int = 0
    clear_errors: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0

    def __str__(self) -> str:
        errors = ", ".join(f"{count} {reason[:60]}" for reason, count in self.clear_errors.items()) or "0"
        return (
            f"{self.program:22}{self.kind:23}{self.injected:9}{self.uploads:8}{self.identical:10}"
            f"{self.starts:7}{len(self.wrong):6}{self.seconds:6.0f}  {errors}"
        )


HEADINGS = (
    f"{'program':22}{'kind':23}{'injected':>9}{'uploads':>8}{'identical':>10}{'starts':>7}{'wrong':>6}"
    f"{'s':>6}  clear errors"
)


def suits(program: Program, kind: Kind) -> bool:
    """Return whether a program can be asked to come through a kind of fault."""
    return (program.digests or not kind.changes_bytes) and (program.has_patience or not kind.hangs)


def storm(site: ProgramSite, program: Program, kind: Kind, *, faults: int, seed: int) -> Tally:
    """Have a program upload files until one kind of fault has struck `faults` times."""
    tally = Tally(program.name, kind.name)
    began = time.monotonic()
    chance = random.Random(f"{seed} {program.name} {kind.name}")  # noqa: S311  # a run that can be repeated
    in_vain = 0
    while tally.injected < faults and len(tally.wrong) < _ENOUGH and in_vain < _MOST_IN_VAIN:
        before = len(site.proxy.injected)
        site.proxy.plan = Plan(kind.rules, seed=chance.randrange(2**32))
        site.proxy.link = kind.link
        runs = [program.start(site.job(chance.randint(*_SIZES))) for _ in range(_TOGETHER)]
        for run in runs:
            _await(site, run, tally)
        injected = len(site.proxy.injected) - before
        in_vain = 0 if injected else in_vain + 1
        tally.injected += injected
        site.calm()
        for run in runs:
            site.clear(run.job)
        tally.wrong += [f"left over: {left}" for left in site.abort_all()]
    tally.seconds = time.monotonic() - began
    return tally


def _await(site: ProgramSite, run: Run, tally: Tally) -> None:
    """Wait for the end of a run, starting it again when it gives up, and judge what it has left."""
    tally.uploads += 1
    try:
        reason = run.ended_for_good(_STARTS, _SECONDS)
    except subprocess.TimeoutExpired:
        reason = None
        tally.wrong.append(f"{run.job.name}: has not ended after {_SECONDS} s")
    tally.starts += run.starts
    arrived = site.arrived(run.job)
    if reason is None and arrived:
        tally.identical += 1
    elif reason is not None and (arrived or not (site.server.root / run.job.name).exists()):
        tally.clear_errors[reason] += 1
    else:
        tally.wrong.append(f"{run.job.name}: {reason}, identical: {arrived}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faults", type=int, default=100, help="of each kind, for each program")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--program", action="append", default=[], help="one program (may be repeated)")
    parser.add_argument("--kind", action="append", default=[], help="one kind (may be repeated)")
    arguments = parser.parse_args()
    programs = [one for one in PROGRAMS if one.name in (arguments.program or {p.name for p in PROGRAMS})]
    kinds = [one for one in KINDS if one.name in (arguments.kind or {k.name for k in KINDS})]
    tallies = run_all(programs, kinds, faults=arguments.faults, seed=arguments.seed)
    return 1 if any(tally.wrong for tally in tallies) else 0


def run_all(programs: Sequence[Program], kinds: Sequence[Kind], *, faults: int, seed: int) -> list[Tally]:
    """Take each program through each kind of fault that suits it, and print what came of it."""
    print(f"seed {seed}\n{HEADINGS}")
    tallies = []
    with open_program_site() as site:
        for program in programs:
            for kind in kinds:
                if suits(program, kind):
                    tallies.append(tally := storm(site, program, kind, faults=faults, seed=seed))
                    print(tally, *tally.wrong, sep="\n  ", flush=True)
    print(f"{sum(t.injected for t in tallies)} injected, {sum(t.uploads for t in tallies)} uploads")
    return tallies


if __name__ == "__main__":
    sys.exit(main())
