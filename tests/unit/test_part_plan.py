from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_bigupload.errors import TooLarge
from jupyter_bigupload.stores._multipart import PartLimits
from jupyter_bigupload.stores._part_plan import PartPlan, fitting_part_size

MiB = 2**20
S3 = PartLimits(min_part=5 * MiB, max_part=5120 * MiB, max_parts=10_000, max_size=5 * 2**40)


@pytest.mark.parametrize(
    ("size", "wanted", "expected"),
    [
        (0, None, 8 * MiB),
        (1024 * MiB - 1, None, 8 * MiB),
        (1024 * MiB, None, 16 * MiB),
        (10_000 * 16 * MiB, None, 16 * MiB),
        (10_000 * 16 * MiB + 1, None, 17 * MiB),
        (5 * 2**40, None, 525 * MiB),
        (None, None, 64 * MiB),
        (1, 32 * MiB, 32 * MiB),
        (1, 1 * MiB, 5 * MiB),
        (10_000 * 5 * MiB, 5 * MiB, 5 * MiB),
        (10_000 * 5 * MiB + 1, 5 * MiB, 6 * MiB),
    ],
)
def test_the_size_of_a_part(size: int | None, wanted: int | None, expected: int) -> None:
    assert fitting_part_size(size, S3, wanted) == expected


def test_a_file_that_no_part_size_fits() -> None:
    with pytest.raises(TooLarge):
        fitting_part_size(5 * 2**40 + 1, S3)
    with pytest.raises(TooLarge):
        fitting_part_size(2**30, PartLimits(min_part=1, max_part=MiB, max_parts=1000, max_size=2**40))


@given(st.integers(0, 5 * 2**40), st.none() | st.integers(5 * MiB, 5120 * MiB))
def test_no_file_has_too_many_parts(size: int, wanted: int | None) -> None:
    part_size = fitting_part_size(size, S3, wanted)
    assert S3.min_part <= part_size <= S3.max_part
    assert -(-size // part_size) <= S3.max_parts


@given(st.integers(1, 50), st.integers(0, 2000))
def test_parts_make_up_the_file(part_size: int, size: int) -> None:
    plan = PartPlan(part_size, size)
    lengths = plan.lengths()
    assert sum(lengths.values()) == size
    assert list(lengths) == list(range(1, len(lengths) + 1))
    assert all(length == part_size for length in list(lengths.values())[:-1])
    assert all(plan.whole_part(plan.start(number), plan.end(number)) == number for number in lengths)


@given(st.integers(1, 50), st.integers(0, 500), st.binary(max_size=300))
def test_a_chunk_is_cut_where_parts_end(part_size: int, start: int, data: bytes) -> None:
    plan = PartPlan(part_size, None)
    at = start
    for number, offset, piece in plan.split(start, memoryview(data)):
        assert plan.start(number) + offset == at
        assert 0 < len(piece) <= part_size - offset
        assert piece == data[at - start : at - start + len(piece)]
        at += len(piece)
    assert at == start + len(data)


def test_what_is_no_whole_part() -> None:
    plan = PartPlan(10, 25)
    assert plan.whole_part(0, 10) == 1
    assert plan.whole_part(20, 25) == 3
    for start, end in ((0, 9), (1, 10), (0, 20), (10, 25), (20, 30), (20, 20), (30, 40)):
        assert plan.whole_part(start, end) is None
    assert PartPlan(10, None).whole_part(20, 25) is None
