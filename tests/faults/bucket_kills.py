# ruff: noqa: T201  # a command prints its table
"""The server, or the object store behind it, dies by SIGKILL at any moment of uploads into a bucket.

Nothing is lost, nothing that was acknowledged is sent twice, and nothing is left of what was cancelled.

`python -m tests.faults.bucket_kills --rounds 200 --store-kills 20`
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.support.object_stores import SeaweedFS

from .bucket_client import MIB, Algorithm, BucketClient, Fate, Order
from .bucket_site import GRACE, BucketSite, open_bucket_site
from .moments import Moments

#: Bytes of a file: none, one, a part and one byte less or more, any, and many parts.
_SIZES = (
    (0, 0),
    (1, 1),
    (5 * MIB - 1, 5 * MIB + 1),
    (8 * MIB - 1, 8 * MIB + 1),
    (2, 5 * MIB),
    (5 * MIB, 20 * MIB),
    (20 * MIB, 60 * MIB),
    (20 * MIB, 60 * MIB),
)
_FATES: Sequence[Fate] = ("complete", "complete", "complete", "complete", "cancel", "cancel", "leave")
#: Of kills, by what a file's client does meanwhile.
_MOMENTS = ("any", "create", "chunk", "chunk")
_MOMENTS_OF_DIRECT = ("sign", "put", "put", "confirm")
_MOMENTS_OF_FATES: Mapping[Fate, Sequence[str]] = {
    "complete": ("complete",) * 3,
    "cancel": ("abort",) * 3,
    "leave": (),
}

#: Seconds of a kill at no certain moment.
_LONGEST = 1.5
#: Seconds within which a request was answered, mostly.
_AT_HAND = 0.08
#: Seconds to wait for a moment that may not come, as that of a file which nobody cancels.
_PATIENCE = 1.5

_ROUND_SECONDS = 180


@dataclass
class Report:
    """What became of everything."""

    rounds: int = 0
    fates: Counter[str] = field(default_factory=Counter)
    kills: Counter[str] = field(default_factory=Counter)
    kills_under_way: int = 0
    """Of all kills, those while at least one upload was not over."""
    chunks: int = 0
    direct: int = 0
    lost: list[str] = field(default_factory=list)
    sent_again: list[str] = field(default_factory=list)
    corrupt: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    """Whatever else is not as it should be."""
    seconds: float = 0

    @property
    def failures(self) -> list[str]:
        return [
            *(f"lost: {one}" for one in self.lost),
            *(f"sent again: {one}" for one in self.sent_again),
            *(f"corrupt: {one}" for one in self.corrupt),
            *self.wrong,
        ]

    def __str__(self) -> str:
        return (
            f"{self.rounds} rounds in {self.seconds:.0f} s: {_counts(self.fates)} uploads "
            f"in {self.chunks} chunks ({self.direct} past the server); "
            f"{self.kills.total()} kills ({_counts(self.kills)}; {self.kills_under_way} amid uploads); "
            f"{len(self.lost)} lost, {len(self.corrupt)} corrupt, {len(self.sent_again)} sent again, "
            f"{len(self.wrong)} otherwise wrong"
        )


class BucketKiller:
    """Uploads files round by round, and kills what they go to meanwhile."""

    def __init__(self, site: BucketSite, *, seed: int) -> None:
        self.report = Report()
        self._site = site
        self._random = random.Random(seed)  # noqa: S311  # a run that can be repeated

    async def round(self, *, kill_store: bool) -> None:
        """Upload some files; kill the server once or more on the way, and the store if wanted."""
        report, chance = self.report, self._random
        began = time.monotonic()
        moments = Moments()
        async with self._site.client() as http, httpx.AsyncClient(timeout=60, trust_env=False) as store:
            clients = [
                BucketClient(http, store, self._order(number), moments, chance.getrandbits(32))
                for number in range(chance.randint(1, 2))
            ]
            kills = ["server"] * chance.choice((1, 1, 2, 3)) + ["store"] * kill_store
            chance.shuffle(kills)
            running = [asyncio.ensure_future(client.run()) for client in clients]
            for victim in kills:
                await self._kill(victim, self._moment_of(clients), moments, running)
            _, stuck = await asyncio.wait(running, timeout=_ROUND_SECONDS)
            for task in stuck:
                task.cancel()
            ends = await asyncio.gather(*running, return_exceptions=True)
        for client, end in zip(clients, ends, strict=True):
            await asyncio.to_thread(self._judge, client, end)
        report.wrong += [f"left over: {left}" for left in await asyncio.to_thread(self._site.leftovers)]
        report.rounds += 1
        report.seconds += time.monotonic() - began

    async def end(self) -> None:
        """Let the server sweep what was left alone, and see that nothing at all stays."""
        await asyncio.to_thread(self._site.sweep)
        self.report.wrong += [
            f"after the sweep: {left}" for left in await asyncio.to_thread(self._site.leftovers)
        ]

    def _order(self, number: int) -> Order:
        chance = self._random
        way, part_mib = self._site.ways[chance.randrange(len(self._site.ways))]
        # With the one that the store does not verify, all goes through the spool.
        algorithm: Algorithm = chance.choice(("crc64nvme", "crc64nvme", "crc64nvme", "xxh3-128"))
        return Order(
            destination=f"{way}-{part_mib}",
            is_direct=way == "direct" and algorithm == "crc64nvme",
            path=f"round {self.report.rounds}/{number} ü.bin",
            data=chance.randbytes(chance.randint(*chance.choice(_SIZES))),
            part_size=part_mib * MIB,
            cut=chance.choice(("parts", "small", "mixed")),
            parallel=chance.randint(1, 4),
            algorithm=algorithm,
            fate=chance.choice(_FATES),
            share=chance.random(),
        )

    def _moment_of(self, clients: list[BucketClient]) -> str:
        order = self._random.choice(clients).order
        direct = _MOMENTS_OF_DIRECT if order.is_direct else ()
        moments: Sequence[str] = (*_MOMENTS, *direct, *_MOMENTS_OF_FATES[order.fate])
        return self._random.choice(moments)

    async def _kill(
        self, victim: str, moment: str, moments: Moments, running: Sequence[asyncio.Future[None]]
    ) -> None:
        chance = self._random
        if moment == "any" or not await moments.next(moment, seconds=_PATIENCE):
            moment = "any"
            await asyncio.sleep(chance.uniform(0, _LONGEST))
        else:
            await asyncio.sleep(chance.uniform(0, _AT_HAND))
        if not all(task.done() for task in running):
            self.report.kills_under_way += 1
        process = self._site.seaweedfs if victim == "store" else self._site.server
        process.kill()
        await asyncio.to_thread(process.start)
        self.report.kills["the store" if victim == "store" else f"at {moment}"] += 1

    def _judge(self, client: BucketClient, end: BaseException | None) -> None:
        report, order, outcome = self.report, client.order, client.outcome
        key = f"{order.destination}/{order.path}"
        report.fates[order.fate] += 1
        report.chunks += outcome.chunks
        report.direct += outcome.direct
        report.lost += outcome.lost
        report.sent_again += outcome.sent_again
        if end is not None:
            report.wrong.append(f"{key}: {type(end).__name__} {end} (before: {outcome.trouble})")
        there = self._site.read(key)
        if order.fate == "leave":
            self._site.left_alone[client.id] = key
        if order.fate == "complete" and end is None:
            if there is None or hashlib.sha256(there).digest() != hashlib.sha256(order.data).digest():
                size = None if there is None else len(there)
                report.corrupt.append(f"{key} has {size} bytes instead of {len(order.data)}, or others")
        elif there is not None:
            report.wrong.append(f"{key} is there, though nobody completed it")
        self._site.remove(key)


async def bucket_kills(
    seaweedfs: SeaweedFS,
    *,
    rounds: int,
    store_kills: int,
    seed: int,
    tell_every: int | None = None,
    config_code: str = "",
    grace: float = GRACE,
) -> Report:
    """Run so many rounds, or fewer when something went wrong.

    Parameters
    ----------
    config_code : str
        Of the server (see `RunningServer`).
    grace : float
        Seconds that what is left over may take to go.
    """
    chance = random.Random(seed)  # noqa: S311  # a run that can be repeated
    with_store = set(chance.sample(range(rounds), store_kills))
    with open_bucket_site(seaweedfs, config_code=config_code, grace=grace) as site:
        killer = BucketKiller(site, seed=seed)
        report = killer.report
        while report.rounds < rounds and not report.failures:
            await killer.round(kill_store=report.rounds in with_store)
            if tell_every and report.rounds % tell_every == 0:
                print(report, flush=True)
        await killer.end()
        return report


@contextmanager
def _own_store() -> Iterator[SeaweedFS]:
    with (
        tempfile.TemporaryDirectory(prefix="bigupload-kills-", ignore_cleanup_errors=True) as folder,
        SeaweedFS(Path(folder)) as seaweedfs,
    ):
        yield seaweedfs


def _counts(counter: Counter[str]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counter.most_common()) or "none"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--store-kills", type=int, default=20, help="rounds in which the store dies as well")
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}")
    with _own_store() as seaweedfs:
        report = asyncio.run(
            bucket_kills(
                seaweedfs,
                rounds=arguments.rounds,
                store_kills=arguments.store_kills,
                seed=arguments.seed,
                tell_every=10,
            )
        )
    print(report, *report.failures, sep="\n  ")
    return 1 if report.failures else 0


if __name__ == "__main__":
    sys.exit(main())
