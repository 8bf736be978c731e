"""Bytes of a file as `[start, end)`, reckoned without any of our own code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

Range = tuple[int, int]


def union_of(ranges: Sequence[Range]) -> list[Range]:
    union: list[Range] = []
    for start, end in sorted(ranges):
        if union and start <= union[-1][1]:
            union[-1] = (union[-1][0], max(end, union[-1][1]))
        else:
            union.append((start, end))
    return union


def gaps_in(received: Sequence[Range], size: int) -> Iterator[Range]:
    """What is missing of `size` bytes."""
    at = 0
    for start, end in [*sorted(received), (size, size)]:
        if at < start:
            yield at, start
        at = max(at, end)
