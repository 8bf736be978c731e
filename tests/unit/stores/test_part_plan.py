from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_bigupload.errors import TooLarge
from jupyter_bigupload.stores.bucket.multipart import PartLimits
from jupyter_bigupload.stores.bucket.part_plan import PartPlan, fitting_part_size

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


@pytest.mark.parametrize(
    ("limits", "most"),
    [
        (S3, 5 * 2**40),
        (replace(S3, max_size=10**9), 10**9),
        (replace(S3, max_parts=3), 3 * 5120 * MiB),
        (replace(S3, max_parts=1, max_size=2**40), 5120 * MiB),
        (replace(S3, max_size=50 * 10**12), 50 * 10**12),
        (replace(S3, min_part=1, max_part=MiB + 1, max_parts=1000), 1000 * (MiB + 1)),
    ],
)
def test_a_file_that_no_part_size_fits(limits: PartLimits, most: int) -> None:
    part_size = fitting_part_size(most, limits)
    assert part_size <= limits.max_part
    assert -(-most // part_size) <= limits.max_parts
    with pytest.raises(TooLarge) as refused:
        fitting_part_size(most + 1, limits)
    assert refused.value.details == {"limit": most}
    assert str(most) in refused.value.message


@given(st.data(), st.integers(1, 10_000), st.none() | st.integers(5 * MiB, 4000 * MiB))
def test_no_file_has_too_many_parts(data: st.DataObject, max_parts: int, wanted: int | None) -> None:
    limits = replace(S3, max_parts=max_parts, max_size=10_000 * S3.max_part)
    size = data.draw(st.integers(0, max_parts * limits.max_part))
    part_size = fitting_part_size(size, limits, wanted)
    assert limits.min_part <= part_size <= limits.max_part
    assert -(-size // part_size) <= max_parts


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
