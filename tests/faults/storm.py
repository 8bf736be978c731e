"""Uploads through every kind of fault, thousands of times: each ends identical, or says clearly why not.

`python -m tests.faults.storm --faults 1000 --seed 7`
"""

# ruff: noqa: T201  # a command prints its table

from __future__ import annotations

import argparse
import asyncio
import itertools
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.browser.payload import digest
from tests.support.faults import Plan

from .kinds import KINDS, MIB, MIXED, Kind
from .page import Outcome
from .site import Site, open_site, write_files

#: Files that are under way together.
_TOGETHER = 3
_SIZES = (3 * MIB, 7 * MIB)

#: Seconds between two signs that the network is back: waiting is not what is tested.
_HURRY_EVERY = 0.4

#: Wrong ends after which it is clear that something is.
_ENOUGH = 10

#: Reasons that tell a person nothing.
_UNCLEAR = {"", "internal"}


@dataclass
class Tally:
    """What became of the uploads through one kind of fault."""

    kind: str
    injected: int = 0
    uploads: int = 0
    identical: int = 0
    clear_errors: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0

    def __str__(self) -> str:
        errors = ", ".join(f"{count} {reason}" for reason, count in self.clear_errors.items()) or "0"
        return (
            f"{self.kind:24}{self.injected:9}{self.uploads:9}{self.identical:10}  {errors:22}"
            f"{len(self.wrong):5}{self.seconds:7.0f}"
        )


HEADINGS = (
    f"{'kind':24}{'injected':>9}{'uploads':>9}{'identical':>10}  {'clear errors':22}{'else':>5}{'s':>7}"
)


async def storm(
    site: Site,
    kind: Kind,
    *,
    faults: int,
    seed: int,
    together: int = _TOGETHER,
    hurry_every: float | None = _HURRY_EVERY,
) -> Tally:
    """Upload files, `together` at once, until one kind of fault has struck `faults` times."""
    tally = Tally(kind.name)
    began = time.monotonic()
    chance = random.Random(f"{seed} {kind.name}")  # noqa: S311  # a run that can be repeated
    await site.choose_clock(own=kind.skip is not None)
    with tempfile.TemporaryDirectory() as temporary:
        for batch in itertools.count():
            if tally.injected >= faults or len(tally.wrong) >= _ENOUGH:
                break
            if kind.needs_new_page and batch > 0:
                await site.open_page()
            sizes = {f"{seed}-{batch}-{number}.bin": chance.randint(*_SIZES) for number in range(together)}
            files = write_files(Path(temporary), sizes)
            before = len(site.proxy.injected)
            site.proxy.plan = Plan(kind.rules, seed=chance.randrange(2**32))
            if site.proxy.link != kind.link:
                site.proxy.link = kind.link
                site.proxy.disconnect()
            keys = await site.engine.upload(files)
            outcomes = await site.engine.until_over(
                keys, seconds=kind.seconds, hurry_every=hurry_every, skip=kind.skip
            )
            site.calm()
            tally.injected += len(site.proxy.injected) - before
            await _judge(site, tally, files, outcomes)
    tally.seconds = time.monotonic() - began
    return tally


async def _judge(site: Site, tally: Tally, files: Sequence[Path], outcomes: Sequence[Outcome]) -> None:
    """Look at what a batch has left, and clear it away."""
    for file, outcome in zip(files, outcomes, strict=True):
        tally.uploads += 1
        target = site.server.root / outcome.path
        if outcome.state == "done" and digest(target) == digest(file):
            tally.identical += 1
        elif outcome.state == "failed" and outcome.reason not in _UNCLEAR:
            tally.clear_errors[outcome.reason] += 1
        else:
            tally.wrong.append(f"{file.name}: {outcome}, on the disk: {target.exists()}")
    await site.engine.cancel([outcome.key for outcome in outcomes if outcome.state != "done"])
    await site.engine.clear()
    tally.wrong += [f"sent again: {again}" for again in await site.engine.traffic.repeated()]
    tally.wrong += [f"left over: {left}" for left in await site.what_stays()]
    await asyncio.to_thread(site.clear)
    for file, outcome in zip(files, outcomes, strict=True):
        file.unlink()
        (site.server.root / outcome.path).unlink(missing_ok=True)


def kinds_of(names: Sequence[str]) -> list[Kind]:
    """Return the kinds with these names, by default all."""
    known = {kind.name: kind for kind in (*KINDS, MIXED)}
    return [known[name] for name in names or known]


async def _run(names: Sequence[str], faults: int, seed: int) -> bool:
    kinds = kinds_of(names)
    print(f"seed {seed}\n{HEADINGS}")
    tallies = []
    for chunk_size in dict.fromkeys(kind.chunk_size for kind in kinds):
        settings: dict[str, object] = {} if chunk_size is None else {"chunk_size": chunk_size}
        async with open_site(bigupload=settings) as site:
            for kind in (kind for kind in kinds if kind.chunk_size == chunk_size):
                tally = await storm(site, kind, faults=faults, seed=seed)
                tallies.append(tally)
                print(tally, *tally.wrong, sep="\n  ", flush=True)
                if tally.wrong:
                    await site.open_page()
    total = sum(tally.injected for tally in tallies)
    print(f"{total} injected, {sum(tally.uploads for tally in tallies)} uploads")
    return not any(tally.wrong for tally in tallies)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--faults", type=int, default=1000, help="of each kind")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--kind", action="append", default=[], help="one kind (may be given several times)")
    arguments = parser.parse_args()
    return 0 if asyncio.run(_run(arguments.kind, arguments.faults, arguments.seed)) else 1


if __name__ == "__main__":
    sys.exit(main())
