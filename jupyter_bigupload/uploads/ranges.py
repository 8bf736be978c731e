"""An immutable set of half-open byte ranges, `[start, end)`."""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import itemgetter

Range = tuple[int, int]

_START, _END = itemgetter(0), itemgetter(1)


@dataclass(frozen=True)
class RangeSet:
    """Which bytes are there: sorted ranges that neither touch nor overlap.

    Build one with `RangeSet.of`, which brings any ranges into that form. A file that arrives with gaps has a
    range for each chunk, so that what is asked with every chunk looks at few of them (`bisect`).

    Parameters
    ----------
    ranges : tuple[Range, ...]
        The ranges themselves.
    total : int
        Bytes in them all.
    """

    ranges: tuple[Range, ...] = ()
    total: int = 0

    @classmethod
    def of(cls, ranges: Iterable[Range]) -> RangeSet:
        """Return the union of `ranges`, in whatever order and overlap they come.

        Raises
        ------
        ValueError
            For a range that starts before 0 or ends before it starts.
        """
        merged: list[Range] = []
        for start, end in sorted(ranges):
            _check(start, end)
            if start == end:
                continue
            if merged and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(merged[-1][1], end))
            else:
                merged.append((start, end))
        return cls._of_sorted(merged)

    @classmethod
    def _of_sorted(cls, ranges: Iterable[Range]) -> RangeSet:
        found = tuple(ranges)
        return cls(found, sum(end - start for start, end in found))

    def __iter__(self) -> Iterator[Range]:
        return iter(self.ranges)

    @property
    def prefix(self) -> int:
        """End of the range that starts at 0, or 0: how much of the file is there without a gap."""
        return self.ranges[0][1] if self.ranges and self.ranges[0][0] == 0 else 0

    def add(self, start: int, end: int) -> RangeSet:
        """Return the set with `[start, end)` in it.

        Raises
        ------
        ValueError
            As `of`.
        """
        _check(start, end)
        if start == end:
            return self
        first, last = self._touching(start, end)
        merged = self.ranges[first:last]
        if merged:
            start, end = min(start, merged[0][0]), max(end, merged[-1][1])
        total = self.total + (end - start) - sum(b - a for a, b in merged)
        return RangeSet((*self.ranges[:first], (start, end), *self.ranges[last:]), total)

    def covers(self, start: int, end: int) -> bool:
        """Return whether every byte of `[start, end)` is in the set."""
        return start == end or any(a <= start and end <= b for a, b in self.overlapping(start, end))

    def overlaps(self, start: int, end: int) -> bool:
        """Return whether any byte of `[start, end)` is in the set."""
        return bool(self.overlapping(start, end).ranges)

    def overlapping(self, start: int, end: int) -> RangeSet:
        """Return those of the ranges, whole, that have bytes of `[start, end)`."""
        if start >= end:
            return RangeSet()
        first = bisect.bisect_right(self.ranges, start, key=_END)
        last = bisect.bisect_left(self.ranges, end, key=_START)
        return RangeSet._of_sorted(self.ranges[first:last])

    def touching(self, start: int, end: int) -> RangeSet:
        """Return those of the ranges, whole, that have bytes of `[start, end)` or lie right beside it."""
        first, last = self._touching(start, end)
        return RangeSet._of_sorted(self.ranges[first:last])

    def gaps(self, size: int) -> RangeSet:
        """Return what is missing of `[0, size)`."""
        missing: list[Range] = []
        at = 0
        for start, end in self.ranges:
            if start >= size:
                break
            if at < start:
                missing.append((at, start))
            at = end
        if at < size:
            missing.append((at, size))
        return RangeSet._of_sorted(missing)

    def _touching(self, start: int, end: int) -> tuple[int, int]:
        first = bisect.bisect_left(self.ranges, start, key=_END)
        last = bisect.bisect_right(self.ranges, end, key=_START)
        return first, max(first, last)


def _check(start: int, end: int) -> None:
    if start < 0 or end < start:
        raise ValueError(f"not a range of bytes: [{start}, {end})")
