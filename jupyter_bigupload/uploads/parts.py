"""An immutable set of the chunks that were verified, each with the digest of its bytes."""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from ..digests import Digest, composite_of, crc64nvme_of_all
from .ranges import RangeSet


@dataclass(frozen=True)
class VerifiedPart:
    """`[start, end)` of a file, and the digest of these bytes.

    Parameters
    ----------
    confirmed : bool
        Whether the client has said that they have this digest, or never will; else only the server knows it,
        and the client has to confirm it before the file gets its name.
    """

    start: int
    end: int
    digest: Digest
    confirmed: bool = True


@dataclass(frozen=True)
class Parts:
    """Parts in order of start, none of which overlap, and the ranges that they cover.

    Build one with `Parts.of`.
    """

    parts: tuple[VerifiedPart, ...] = ()
    received: RangeSet = field(default_factory=RangeSet)

    @classmethod
    def of(cls, parts: Iterable[VerifiedPart]) -> Parts:
        """Return the set of `parts`; of those that overlap, the first in order of start."""
        kept: list[VerifiedPart] = []
        for part in sorted(parts, key=lambda part: part.start):
            if part.start < part.end and (not kept or kept[-1].end <= part.start):
                kept.append(part)
        return cls(tuple(kept), RangeSet.of((part.start, part.end) for part in kept))

    def __iter__(self) -> Iterator[VerifiedPart]:
        return iter(self.parts)

    def add(self, part: VerifiedPart) -> Parts:
        """Return the set with `part` in it, which overlaps none of the others."""
        if part.start == part.end:
            return self
        at = bisect.bisect(self.parts, part.start, key=lambda other: other.start)
        return replace(
            self,
            parts=(*self.parts[:at], part, *self.parts[at:]),
            received=self.received.add(part.start, part.end),
        )

    def without(self, dropped: Iterable[VerifiedPart]) -> Parts:
        """Return the set without those in `dropped`."""
        gone = set(dropped)
        return Parts.of(part for part in self.parts if part not in gone) if gone else self

    def within(self, held: RangeSet) -> Parts:
        """Return the parts that lie wholly within `held`."""
        return self.without(part for part in self.parts if not held.covers(part.start, part.end))

    def confirm(self) -> Parts:
        """Return the set with the client's word for all of its parts."""
        return replace(self, parts=tuple(replace(part, confirmed=True) for part in self.parts))

    def unconfirmed(self) -> Sequence[VerifiedPart]:
        """Return the parts whose digests the client has yet to confirm."""
        return [part for part in self.parts if not part.confirmed]

    def composite(self) -> str:
        """Return what stands for all of them (see `composite_of`)."""
        return composite_of((part.start, part.end, part.digest) for part in self.parts)

    def digest(self) -> Digest | None:
        """Return the digest of all bytes together, where it can be had from those of the parts."""
        if not self.parts or any(part.digest.algorithm != "crc64nvme" for part in self.parts):
            return None
        return crc64nvme_of_all((part.digest, part.end - part.start) for part in self.parts)
