"""An immutable set of half-open byte ranges, `[start, end)`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

Range = tuple[int, int]


@dataclass(frozen=True)
class RangeSet:
    """Which bytes are there: sorted ranges that neither touch nor overlap.

    Build one with `RangeSet.of`, which brings any ranges into that form.
    """

    ranges: tuple[Range, ...] = ()

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
            if start < 0 or end < start:
                raise ValueError(f"not a range of bytes: [{start}, {end})")
            if start == end:
                continue
            if merged and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(merged[-1][1], end))
            else:
                merged.append((start, end))
        return cls(tuple(merged))

    def __iter__(self) -> Iterator[Range]:
        return iter(self.ranges)

    @property
    def total(self) -> int:
        """Bytes in the set."""
        return sum(end - start for start, end in self.ranges)

    @property
    def prefix(self) -> int:
        """End of the range that starts at 0, or 0: how much of the file is there without a gap."""
        return self.ranges[0][1] if self.ranges and self.ranges[0][0] == 0 else 0

    def add(self, start: int, end: int) -> RangeSet:
        """Return the set with `[start, end)` in it."""
        return RangeSet.of([*self.ranges, (start, end)])

    def covers(self, start: int, end: int) -> bool:
        """Return whether every byte of `[start, end)` is in the set."""
        return start == end or any(a <= start and end <= b for a, b in self.ranges)

    def overlaps(self, start: int, end: int) -> bool:
        """Return whether any byte of `[start, end)` is in the set."""
        return any(max(a, start) < min(b, end) for a, b in self.ranges)

    def intersect(self, other: RangeSet) -> RangeSet:
        """Return the bytes that are in both."""
        return RangeSet.of((max(a, c), min(b, d)) for a, b in self for c, d in other if max(a, c) < min(b, d))

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
        return RangeSet(tuple(missing))
