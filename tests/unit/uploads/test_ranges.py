from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_bigupload.uploads import RangeSet

_MOST = 40
_RANGE = st.tuples(st.integers(0, _MOST), st.integers(0, _MOST)).map(lambda pair: (min(pair), max(pair)))
_RANGES = st.lists(_RANGE, max_size=8)


def _bytes(ranges: list[tuple[int, int]]) -> set[int]:
    """The model: the same set, byte by byte."""
    return {byte for start, end in ranges for byte in range(start, end)}


@given(_RANGES)
def test_of_holds_the_same_bytes_in_normal_form(ranges: list[tuple[int, int]]) -> None:
    found = RangeSet.of(ranges)
    assert _bytes(list(found)) == _bytes(ranges)
    assert found.total == len(_bytes(ranges))
    assert all(start < end for start, end in found)
    assert all(before[1] < after[0] for before, after in zip(found.ranges, found.ranges[1:], strict=False))


@given(_RANGES)
def test_order_and_repetition_make_no_difference(ranges: list[tuple[int, int]]) -> None:
    assert RangeSet.of(ranges) == RangeSet.of([*reversed(ranges), *ranges])


@given(_RANGES, _RANGE)
def test_add_covers_overlaps(ranges: list[tuple[int, int]], one: tuple[int, int]) -> None:
    there, found = _bytes(ranges), RangeSet.of(ranges)
    asked = set(range(*one))
    assert _bytes(list(found.add(*one))) == there | asked
    assert found.covers(*one) == (asked <= there)
    assert found.overlaps(*one) == bool(asked & there)


@given(st.lists(_RANGE, max_size=12))
def test_one_by_one_is_all_at_once(ranges: list[tuple[int, int]]) -> None:
    found = RangeSet()
    for start, end in ranges:
        found = found.add(start, end)
    assert found == RangeSet.of(ranges)


@given(_RANGES, _RANGE)
def test_which_ranges_it_meets(ranges: list[tuple[int, int]], one: tuple[int, int]) -> None:
    found = RangeSet.of(ranges)
    start, end = one
    asked, beside = set(range(start, end)), set(range(start - 1, end + 1))
    assert list(found.overlapping(*one)) == [each for each in found if asked & set(range(*each))]
    assert list(found.touching(*one)) == [each for each in found if beside & set(range(*each))]


@given(_RANGES, st.integers(0, _MOST + 5))
def test_gaps(ranges: list[tuple[int, int]], size: int) -> None:
    missing = RangeSet.of(ranges).gaps(size)
    assert missing == RangeSet.of((byte, byte + 1) for byte in set(range(size)) - _bytes(ranges))


@given(_RANGES)
def test_prefix_is_the_first_byte_that_is_missing(ranges: list[tuple[int, int]]) -> None:
    there = _bytes(ranges)
    assert RangeSet.of(ranges).prefix == next(byte for byte in range(_MOST + 2) if byte not in there)


@pytest.mark.parametrize("wrong", [(-1, 3), (5, 4), (-5, -2)])
def test_no_range_of_bytes(wrong: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="not a range"):
        RangeSet.of([(0, 1), wrong])
    with pytest.raises(ValueError, match="not a range"):
        RangeSet.of([(0, 1)]).add(*wrong)


def test_offsets_over_the_size_of_any_disk() -> None:
    found = RangeSet().add(2**62, 2**62 + 5).add(0, 5)
    assert found.total == 10
    assert list(found.gaps(2**62)) == [(5, 2**62)]


class Compared(int):
    """A number that counts how often it is compared."""

    times = 0

    def __lt__(self, other: int) -> bool:
        Compared.times += 1
        return int(self) < int(other)

    def __le__(self, other: int) -> bool:
        Compared.times += 1
        return int(self) <= int(other)

    def __gt__(self, other: int) -> bool:
        Compared.times += 1
        return int(self) > int(other)

    def __ge__(self, other: int) -> bool:
        Compared.times += 1
        return int(self) >= int(other)


def test_a_look_compares_few_of_many_ranges() -> None:
    many = RangeSet(tuple((Compared(2 * at), Compared(2 * at + 1)) for at in range(10_000)), 10_000)
    for look in (many.covers, many.overlaps, many.overlapping, many.touching, many.add):
        Compared.times = 0
        look(9_000, 9_001)
        assert 0 < Compared.times < 60, look.__name__
