"""Uploads into buckets as Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..processes import Cost
from ..tables import GIB, MIB, markdown, rate_text, size_text, spread
from .base import BucketContender
from .measure import BucketMeasurement

BucketRuns = Mapping[str, Sequence[BucketMeasurement]]
"""Per contender's key, one measurement a run, in the order of the runs."""


def bucket_table(contenders: Sequence[BucketContender], runs: BucketRuns) -> str:
    """Show rates, how they compare with the first contender's, and what each side had to do."""
    first = contenders[0]
    head = ["", "file", "MB/s", f"÷ {first.title}"]
    head += [f"{side} CPU s/GiB" for side in ("client", "server", "store", "all")]
    head += ["client memory + MiB", "server memory + MiB"]
    rows = []
    for contender in contenders:
        taken = runs[contender.key]
        # Run by run, since neighbours in time share the machine's moods.
        ratios = [one.rate / other.rate for one, other in zip(taken, runs[first.key], strict=True)]
        rows.append(
            [
                contender.title,
                size_text(taken[0].size),
                rate_text([one.rate / 1e6 for one in taken]),
                spread(ratios, 2),
                _cpu(taken, [one.client for one in taken]),
                _cpu(taken, [one.server for one in taken]),
                _cpu(taken, [one.store for one in taken]),
                spread([_all_cpu(one) * GIB / one.size for one in taken], 2),
                _memory([one.client for one in taken]),
                _memory([one.server for one in taken]),
            ]
        )
    return markdown(head, rows)


def _cpu(taken: Sequence[BucketMeasurement], costs: Sequence[Cost | None]) -> str:
    values = [
        cost.cpu_seconds * GIB / one.size for one, cost in zip(taken, costs, strict=True) if cost is not None
    ]
    return spread(values, 2) if values else "n/a"


def _all_cpu(one: BucketMeasurement) -> float:
    server = 0.0 if one.server is None else one.server.cpu_seconds
    return one.client.cpu_seconds + server + one.store.cpu_seconds


def _memory(costs: Sequence[Cost | None]) -> str:
    values = [cost.peak_growth / MIB for cost in costs if cost is not None]
    return spread(values, 0) if values else "n/a"
