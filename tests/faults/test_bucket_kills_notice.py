"""The kills of `bucket_kills` find what is wrong: with a server that has a defect they say so."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.object_stores import SeaweedFS

from .bucket_kills import bucket_kills
from .defects import buckets, code_of, records

pytestmark = pytest.mark.long

#: Seeds, by what becomes of the only file of the first round. With the first, the server dies just before the
#: file is completed; with the others it may die whenever it likes.
COMPLETED, CANCELLED, LEFT_ALONE = 1059, 94, 87

LOST, CORRUPT, SENT_AGAIN = "lost: ", "corrupt: ", "sent again: "
LEFT_OVER, AFTER_THE_SWEEP = "left over: in the bucket: ", "after the sweep: in the bucket: "


@pytest.mark.parametrize(
    ("defect", "seed", "expected"),
    [
        pytest.param(defect, seed, expected, id=defect.__name__)
        for defect, seed, expected in (
            (buckets.lose_a_part, COMPLETED, {LOST, SENT_AGAIN}),
            (buckets.lose_a_part_unnoticed, COMPLETED, {CORRUPT}),
            (buckets.send_other_bytes, COMPLETED, {CORRUPT}),
            (records.forget_a_part_over_a_restart, COMPLETED, {LOST, SENT_AGAIN}),
            (buckets.leave_what_was_cancelled, CANCELLED, {LEFT_OVER, AFTER_THE_SWEEP}),
            (buckets.leave_what_was_swept, LEFT_ALONE, {AFTER_THE_SWEEP}),
        )
    ],
)
async def test_a_defect_is_noticed(
    seaweedfs: SeaweedFS, defect: Callable[[], None], seed: int, expected: set[str]
) -> None:
    # The first round is meant to show it; where this machine is too busy to die as planned, a later one does.
    # What shows at the end alone takes all of them.
    rounds = 3 if expected == {AFTER_THE_SWEEP} else 12
    report = await bucket_kills(
        seaweedfs, rounds=rounds, store_kills=0, seed=seed, config_code=code_of(defect), grace=2
    )
    heard = {what for what in expected for failure in report.failures if failure.startswith(what)}
    assert heard == expected, report.failures
    # The defect alone: what is left in the bucket is not there because nothing has been swept yet.
    assert all(failure.startswith(tuple(expected)) for failure in report.failures), report.failures
