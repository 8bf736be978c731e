"""One measured upload of many files, from fresh processes to files that were looked at."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ..memory import settle_memory
from ..processes import Cost, Meter
from .base import Contender, Processes
from .trees import Tree

_SETTLE_SECONDS = 2
"""From the page being there to the first file: the page's own start-up work ends meanwhile."""
_SLOWEST = 5
"""Files a second; an upload that is slower is given up."""


@dataclass(frozen=True)
class Measurement:
    """What one upload took."""

    files: int
    seconds: float
    costs: Mapping[str, Cost]
    """By side."""

    @property
    def rate(self) -> float:
        """Files a second."""
        return self.files / self.seconds


def in_turns(contenders: Sequence[Contender], turns: int, folder: Path) -> dict[str, list[Measurement]]:
    """Measure all contenders so many times, each after the other, and return what they took by their keys."""
    runs: dict[str, list[Measurement]] = {one.key: [] for one in contenders}
    for _ in range(turns):
        for contender in contenders:
            result = _measure(contender, folder)
            progress = f"{contender.key}: {result.files} files, {result.rate:.1f} files/s"
            print(progress, file=sys.stderr, flush=True)
            runs[contender.key].append(result)
    return runs


def _measure(contender: Contender, folder: Path) -> Measurement:
    with scratch_folder(folder) as scratch, contender.prepare(scratch) as ready:
        settle(folder, contender.tree)
        with metering(ready.sides) as costs:
            span = ready.upload(longest(contender.tree))
        ready.check()
    return Measurement(files=contender.tree.count, seconds=span.seconds, costs=costs)


def longest(tree: Tree) -> float:
    """Return the seconds that the upload of a tree may take."""
    return 60 + tree.count / _SLOWEST


def settle(folder: Path, tree: Tree) -> None:
    """Bring memory and disk into the state in which each upload finds them."""
    settle_memory(folder, tree.files)
    os.sync()  # what earlier uploads left in the page cache must not slow this one
    time.sleep(_SETTLE_SECONDS)


@contextmanager
def metering(sides: Mapping[str, Processes]) -> Iterator[dict[str, Cost]]:
    """Return what gets the costs of each side when the context ends."""
    meters = {side: Meter(find) for side, find in sides.items()}
    for meter in meters.values():
        meter.start()
    costs: dict[str, Cost] = {}
    yield costs
    costs.update((side, meter.stop()) for side, meter in meters.items())


@contextmanager
def scratch_folder(folder: Path) -> Iterator[Path]:
    """Make a folder in `folder`, which is gone when the context ends."""
    scratch = Path(tempfile.mkdtemp(dir=folder))
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch)
