from __future__ import annotations

import hashlib
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from jupyter_bigupload.digests import Digest
from jupyter_bigupload.uploads import RangeSet
from jupyter_bigupload.uploads.parts import Parts, VerifiedPart


def part(start: int, end: int, value: bytes = b"x") -> VerifiedPart:
    return VerifiedPart(start, end, Digest("sha-256", value))


@given(st.permutations([part(n * 10, n * 10 + 10) for n in range(6)]))
def test_parts_come_in_any_order(parts: list[VerifiedPart]) -> None:
    added = Parts()
    for each in parts:
        added = added.add(each)
    assert added == Parts.of(parts)
    assert [each.start for each in added] == [0, 10, 20, 30, 40, 50]
    assert added.received == RangeSet.of([(0, 60)])


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=8))
def test_no_two_overlap(ranges: list[tuple[int, int]]) -> None:
    parts = list(Parts.of(part(start, end) for start, end in ranges))
    assert all(one.end <= other.start for one, other in pairwise(parts))
    assert all(each.start < each.end for each in parts)


def test_without_and_within() -> None:
    parts = Parts.of([part(0, 10), part(10, 20), part(30, 40)])
    assert parts.without([]) == parts
    assert parts.without([part(10, 20)]).received == RangeSet.of([(0, 10), (30, 40)])
    assert parts.without([part(10, 20, b"another digest")]) == parts
    assert parts.within(RangeSet.of([(0, 15), (25, 99)])).received == RangeSet.of([(0, 10), (30, 40)])


def test_the_composite_is_what_the_wire_says() -> None:
    assert Parts().composite() == hashlib.sha256(b"").hexdigest()
    lines = b"0 10 sha-256=:eA==:\n10 20 sha-256=:eQ==:\n"
    assert Parts.of([part(10, 20, b"y"), part(0, 10, b"x")]).composite() == hashlib.sha256(lines).hexdigest()
