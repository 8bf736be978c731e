# ruff: noqa: T201  # a command prints its table
"""The server dies by SIGKILL at any moment, again and again: nothing is lost, nothing is sent twice.

And nothing is left of what is over, or was cancelled.

`python -m tests.faults.kills --rounds 500 --seed 7`
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import re
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import TimeoutError as PlaywrightTimeout

from tests.browser.payload import digest

from .kinds import MIB
from .page import Outcome
from .site import SMALL_CHUNKS, Site, open_site, write_files

_HURRY_EVERY = 0.25
_ROUND_SECONDS = 120

#: Bytes of a file: mostly some chunks, now and then one, none, or very many.
_SIZES = ((0, 0), (1, 2**18), (2**18, 8 * MIB), (2**18, 8 * MIB), (8 * MIB, 32 * MIB))

#: Of the kills; the others come while the server is at a request that creates, brings bytes, or completes.
_AT_ANY_MOMENT = 0.5
_REQUESTS = tuple(
    re.compile(pattern)
    for pattern in (r"/bigupload/uploads(\?|$)", r"/upload_handlers", r"/bigupload/uploads/[^/]+/complete")
)

#: Seconds in which it has answered.
_AT_HAND = 0.04

#: Of the rounds, those in which a person cancels a file after the last kill.
_WITH_CANCEL = 0.2

#: With the largest, files go whole, and the server keeps small blocks of them.
_CHUNK_SIZES = (2**18, 2**19, MIB, 3 * MIB + 1, 8 * MIB, 64 * MIB)


@dataclass
class Report:
    """What became of everything."""

    rounds: int = 0
    kills: int = 0
    kills_under_way: int = 0
    """Of them, while at least one upload was neither finished nor yet to begin."""
    uploads: int = 0
    cancelled: int = 0
    """Of them, those that a person cancelled before they were over."""
    chunks: int = 0
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0

    def __str__(self) -> str:
        return (
            f"{self.rounds} rounds in {self.seconds:.0f} s: {self.uploads} uploads "
            f"({self.cancelled} cancelled) in {self.chunks} chunks, "
            f"{self.kills} kills ({self.kills_under_way} with uploads under way), {len(self.wrong)} wrong"
        )


class Killer:
    """Uploads files round by round, and kills the server meanwhile."""

    def __init__(self, site: Site, *, seed: int, folder: Path) -> None:
        self.report = Report()
        self._site = site
        self._server = site.server
        self._random = random.Random(seed)  # noqa: S311  # a run that can be repeated
        self._folder = folder
        self._rate = 20.0 * MIB
        """Bytes a second that uploads make, as measured so far: it says when they will be under way."""

    async def round(self) -> None:
        """Upload some files; kill the server once or more on the way, and maybe cancel one of them."""
        report, chance = self.report, self._random
        began = time.monotonic()
        sizes = {
            f"{report.rounds}-{number}.bin": chance.randint(*chance.choice(_SIZES))
            for number in range(chance.randint(1, 3))
        }
        files = write_files(self._folder, sizes)
        sent = self._site.engine.traffic.sent
        size = sum(sizes.values())
        moment = asyncio.create_task(self._moment(size))
        keys = await self._site.engine.upload(files)
        for _ in range(chance.choice((0, 0, 1, 2))):
            await self._kill(moment, keys, size)
            moment = asyncio.create_task(self._moment(size))
        await self._kill(moment, keys, size)
        cancelled = [chance.choice(keys)] if chance.random() < _WITH_CANCEL else []
        await self._site.engine.cancel(cancelled)
        outcomes = await self._site.engine.until_over(keys, seconds=_ROUND_SECONDS, hurry_every=_HURRY_EVERY)
        report.rounds += 1
        report.chunks += self._site.engine.traffic.sent - sent
        await self._judge(files, outcomes, cancelled)
        report.seconds += time.monotonic() - began

    async def _moment(self, size: int) -> None:
        """Wait for any moment of an upload of `size` bytes, or for one with a certain request at hand."""
        chance = self._random
        # A little longer than it should take.
        longest = 0.1 + 1.2 * size / self._rate
        if chance.random() < _AT_ANY_MOMENT:
            await asyncio.sleep(chance.uniform(0, longest))
            return
        pattern = chance.choice(_REQUESTS)
        with contextlib.suppress(PlaywrightTimeout):
            await self._site.engine.page.wait_for_event(
                "request", lambda request: pattern.search(request.url) is not None, timeout=longest * 1000
            )
            await asyncio.sleep(chance.uniform(0, _AT_HAND))

    async def _kill(self, moment: asyncio.Task[None], keys: list[str], size: int) -> None:
        """Kill the server at the moment, and start it with other settings."""
        chance = self._random
        began = time.monotonic()
        await moment
        before = await self._site.engine.look(keys)
        self._server.kill()
        self.report.kills += 1
        if any(not outcome.is_over for outcome in before):
            self.report.kills_under_way += 1
        else:
            self._rate = max(self._rate, size / (time.monotonic() - began))
        self._server.arguments = [
            f"--BigUpload.chunk_size={chance.choice(_CHUNK_SIZES)}",
            f"--BigUpload.block_size={SMALL_CHUNKS}",
            f"--BigUpload.parallel={chance.randint(1, 4)}",
        ]
        await asyncio.to_thread(self._server.start)
        await self._site.engine.hurry()

    async def _judge(self, files: list[Path], outcomes: list[Outcome], cancelled: list[str]) -> None:
        report, engine = self.report, self._site.engine
        expected = []
        for file, outcome in zip(files, outcomes, strict=True):
            report.uploads += 1
            target = self._server.root / file.name
            if outcome.state == "done":
                expected.append(file.name)
                if not target.exists() or digest(target) != digest(file):
                    report.wrong.append(f"corrupt: {file.name}")
            elif outcome.state == "cancelled" and outcome.key in cancelled:
                report.cancelled += 1
            else:
                report.wrong.append(f"not done: {outcome}")
        report.wrong += [f"sent again: {again}" for again in await engine.traffic.repeated(by_file=True)]
        await engine.cancel([outcome.key for outcome in outcomes if not outcome.is_over])
        await engine.clear()
        report.wrong += [f"left over: {left}" for left in await self._site.what_stays()]
        there = sorted(path.name for path in self._server.root.iterdir())
        if there != sorted(expected):
            report.wrong.append(f"on the disk: {there}, not {sorted(expected)}")
        for path in (*files, *self._server.root.iterdir()):
            path.unlink()


async def kills(site: Site, *, rounds: int, seed: int, tell_every: int | None = None) -> Report:
    """Run so many rounds, or fewer when something went wrong."""
    with tempfile.TemporaryDirectory() as folder:
        killer = Killer(site, seed=seed, folder=Path(folder))
        while killer.report.rounds < rounds and not killer.report.wrong:
            await killer.round()
            if tell_every and killer.report.rounds % tell_every == 0:
                print(killer.report, flush=True)
        return killer.report


async def _run(rounds: int, seed: int) -> Report:
    async with open_site(direct=True) as site:
        return await kills(site, rounds=rounds, seed=seed, tell_every=25)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=500)
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}")
    report = asyncio.run(_run(arguments.rounds, arguments.seed))
    print(report, *report.wrong, sep="\n  ")
    return 1 if report.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
