"""The measurements of many files as Markdown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from statistics import median

from ..tables import markdown, spread
from .base import Contender
from .measure import Measurement

Runs = Mapping[str, Sequence[Measurement]]
"""Per contender's key, one measurement a turn, in the order of the turns."""

_SIDES = ("server", "browser", "store")


def rates(
    contenders: Sequence[Contender],
    runs: Runs,
    *,
    ratio: str,
    pair: Callable[[str], tuple[str, str]],
) -> str:
    """Show files a second, a `ratio`, and what each side had to do for a file.

    `pair` says for each contender's key of which two the rates are compared.
    """
    sides = [side for side in _SIDES if any(side in runs[one.key][0].costs for one in contenders)]
    head = ["", "files", "files/s", ratio, *(f"{side} CPU ms a file" for side in sides)]
    rows = []
    for contender in contenders:
        taken = runs[contender.key]
        above, below = pair(contender.key)
        rows.append(
            [
                contender.title,
                f"{taken[0].files:,} of {contender.tree.size:,} bytes",
                spread([one.rate for one in taken], 0),
                _ratio(runs[above], runs[below]) if above in runs and below in runs else "n/a",
                *(_processor(taken, side) for side in sides),
            ]
        )
    return markdown(head, rows)


def _ratio(these: Sequence[Measurement], those: Sequence[Measurement]) -> str:
    """Of the medians; and in brackets the least and the most within one turn."""
    middle = median(one.rate for one in these) / median(one.rate for one in those)
    within = [this.rate / that.rate for this, that in zip(these, those, strict=True)]
    return f"{middle:.2f} ({min(within):.2f} to {max(within):.2f})" if len(within) > 1 else f"{middle:.2f}"


def _processor(taken: Sequence[Measurement], side: str) -> str:
    if side not in taken[0].costs:
        return "n/a"
    return spread([one.costs[side].cpu_seconds * 1000 / one.files for one in taken], 2)
