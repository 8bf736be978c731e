"""Single wrong bits, on the way and on the disk: all are found, and the file ends as it should.

`python -m tests.faults.flips --bits 1000 --seed 7`
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
from collections.abc import Awaitable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.faults import FaultProxy, FlipBit, Plan, Rule
from tests.support.forked_server import ForkedServer

from .kinds import KINDS, is_chunk
from .site import SMALL_CHUNKS, open_site
from .storm import storm
from .wire import WireUpload

_ALGORITHMS = ("xxh3-128", "sha-256")
_PARTS = 16
#: Of the parts on a disk; the others show that only what is wrong is asked for again.
_HIT = 0.75

_LARGEST_PART = SMALL_CHUNKS

#: The server takes its boot id from a file of ours, so that a test can start the machine anew.
_FAKE_BOOT = """
from pathlib import Path
from jupyter_bigupload.uploads import repository
repository.boot_id = lambda: Path({path!r}).read_text()
"""


@dataclass
class Found:
    """How many wrong bits there were in one place, and what became of them."""

    where: str
    injected: int = 0
    found: int = 0
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0

    @property
    def is_good(self) -> bool:
        return self.injected == self.found and not self.wrong

    def __str__(self) -> str:
        return f"{self.where:44}{self.injected:9}{self.found:7}{len(self.wrong):7}{self.seconds:7.0f}"


HEADINGS = f"{'where':44}{'injected':>9}{'found':>7}{'wrong':>7}{'s':>7}"


def on_the_way(bits: int, *, seed: int) -> Found:
    """Send chunks through a proxy that flips a bit of each, and then as they are."""
    found = Found("in the bodies of a program's chunks")
    chance = random.Random(seed)  # noqa: S311  # a run that can be repeated
    with ForkedServer() as server, FaultProxy(("127.0.0.1", server.port)) as proxy:
        for number, count in enumerate(_batches(bits)):
            data, parts = _file_of(count, chance)
            algorithm = _ALGORITHMS[number % 2]
            with WireUpload(proxy.url, server.token, f"{number}", data, algorithm=algorithm) as upload:
                for part in parts:
                    proxy.plan = Plan([Rule(FlipBit(), is_chunk, most=1)], seed=chance.randrange(2**32))
                    refused = upload.send(*part)
                    found.injected += 1
                    found.found += (
                        refused.status_code == 400 and refused.json()["reason"] == "digest_mismatch"
                    )
                    if upload.send(*part).status_code != 200:
                        found.wrong.append(f"{number}: {part} was not taken when it was right")
                _end(found, server, upload, f"{number}")
        if proxy.count(FlipBit.kind) != found.injected:
            found.wrong.append("the proxy did not flip what it should have")
    return found


async def in_the_page(bits: int, *, seed: int) -> Found:
    """Let the page upload through a proxy that flips a bit now and then."""
    found = Found("in the bodies of the page's chunks")
    (kind,) = (kind for kind in KINDS if kind.name == FlipBit.kind)
    async with open_site() as site:
        tally = await storm(site, kind, faults=bits, seed=seed)
        found.injected = tally.injected
        found.found = site.engine.traffic.refused["digest_mismatch"]
        found.wrong = tally.wrong
        if tally.identical != tally.uploads:
            found.wrong.append(f"{tally.uploads - tally.identical} uploads did not end: {tally.clear_errors}")
    return found


def on_the_disk_over_a_reboot(bits: int, *, seed: int) -> Found:
    """Flip bits in the partials of uploads, and let the machine start anew."""
    found = Found("on the disk, while the machine was down")
    chance = random.Random(seed)  # noqa: S311  # a run that can be repeated
    with tempfile.TemporaryDirectory() as folder:
        boot = Path(folder, "boot")
        boot.write_text("first")
        with ForkedServer(config_code=_FAKE_BOOT.format(path=str(boot))) as server:
            for number in itertools.count():
                if found.injected >= bits:
                    break
                data, parts = _file_of(_PARTS, chance)
                with WireUpload(server.url, server.token, f"{number}", data) as upload:
                    for part in parts:
                        upload.send(*part).raise_for_status()
                    server.kill()
                    hit = _flip_on_the_disk(server, upload, parts, chance)
                    boot.write_text(f"after {number}")
                    server.start()
                    kept = [tuple(part[:2]) for part in upload.status()["parts"]]
                    _compare(found, hit, [part for part in parts if part not in kept])
                    for part in hit:
                        upload.send(*part).raise_for_status()
                    _end(found, server, upload, f"{number}")
    return found


def on_the_disk_before_the_end(bits: int, *, seed: int) -> Found:
    """Flip bits in the partials of uploads on a server that reads files back before they get their name."""
    found = Found("on the disk, with read_back")
    chance = random.Random(seed)  # noqa: S311  # a run that can be repeated
    with ForkedServer(config={"BigUpload": {"read_back": True}}) as server:
        for number in itertools.count():
            if found.injected >= bits:
                break
            data, parts = _file_of(_PARTS, chance)
            with WireUpload(server.url, server.token, f"{number}", data) as upload:
                for part in parts:
                    upload.send(*part).raise_for_status()
                hit = _flip_on_the_disk(server, upload, parts, chance)
                answer = upload.complete()
                missing = answer.json().get("missing", [])
                _compare(found, hit, [part for part in parts if _lies_in(part, missing)])
                for part in hit:
                    upload.send(*part).raise_for_status()
                _end(found, server, upload, f"{number}")
    return found


def _batches(bits: int) -> Iterator[int]:
    """How many parts each file has, so that all have `bits` together."""
    while bits > 0:
        yield min(bits, _PARTS)
        bits -= _PARTS


def _file_of(parts: int, chance: random.Random) -> tuple[bytes, list[tuple[int, int]]]:
    """A file in so many parts of any length, and where they are."""
    cuts = [0]
    for _ in range(parts):
        cuts.append(cuts[-1] + chance.randint(1, _LARGEST_PART))
    return chance.randbytes(cuts[-1]), list(itertools.pairwise(cuts))


def _flip_on_the_disk(
    server: ForkedServer, upload: WireUpload, parts: list[tuple[int, int]], chance: random.Random
) -> list[tuple[int, int]]:
    """Flip one bit in most parts of the partial; return those parts."""
    hit = [part for part in parts if chance.random() < _HIT] or parts[:1]
    (partial,) = server.root.glob(f".*.{upload.id}-*.bigupload")
    with partial.open("r+b") as file:
        for start, end in hit:
            at = chance.randrange(start, end)
            file.seek(at)
            (byte,) = file.read(1)
            file.seek(at)
            file.write(bytes([byte ^ 1 << chance.randrange(8)]))
    return hit


def _lies_in(part: tuple[int, int], ranges: list[list[int]]) -> bool:
    return any(start <= part[0] and part[1] <= end for start, end in ranges)


def _compare(found: Found, hit: list[tuple[int, int]], missed: list[tuple[int, int]]) -> None:
    found.injected += len(hit)
    found.found += len(set(hit) & set(missed))
    if extra := set(missed) - set(hit):
        found.wrong.append(f"asked for again although nothing was wrong with it: {extra}")


def _end(found: Found, server: ForkedServer, upload: WireUpload, name: str) -> None:
    answer = upload.complete()
    file = server.root / name
    if answer.status_code != 200:
        found.wrong.append(f"{name}: {answer.text}")
    elif file.read_bytes() != upload.data:
        found.wrong.append(f"{name}: differs")
    file.unlink(missing_ok=True)


async def flips(bits: int, *, seed: int) -> list[Found]:
    """Inject so many wrong bits in all: most on the way to the server, the others on its disk."""
    on_disk, in_page = bits // 8, bits // 4
    runs = (
        lambda: on_the_way(bits - in_page - 2 * on_disk, seed=seed),
        lambda: on_the_disk_over_a_reboot(on_disk, seed=seed),
        lambda: on_the_disk_before_the_end(on_disk, seed=seed),
    )
    results = []
    for run in runs:
        results.append(await _timed(asyncio.to_thread(run)))
    results.append(await _timed(in_the_page(in_page, seed=seed)))
    return results


async def _timed(run: Awaitable[Found]) -> Found:
    began = time.monotonic()
    found = await run
    found.seconds = time.monotonic() - began
    print(found, *found.wrong, sep="\n  ", flush=True)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--bits", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}\n{HEADINGS}")
    results = asyncio.run(flips(arguments.bits, seed=arguments.seed))
    injected, found = sum(one.injected for one in results), sum(one.found for one in results)
    print(f"{found} of {injected} found")
    return 0 if all(one.is_good for one in results) else 1


if __name__ == "__main__":
    sys.exit(main())
