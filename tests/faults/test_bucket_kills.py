"""Some rounds with a server and a bucket that die; `python -m tests.faults.bucket_kills` does hundreds."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.object_stores import SeaweedFS

from .bucket_kills import bucket_kills


# With the first seed, the first round has a file through the server and one past it, and completes both.
@pytest.mark.parametrize(("rounds", "seed"), [(3, 248), pytest.param(8, 1, marks=pytest.mark.long)])
async def test_kills_lose_nothing_and_leave_nothing_in_the_bucket(
    tmp_path: Path, rounds: int, seed: int
) -> None:
    # One of its own: others' tests need not wait until it has found itself again.
    with SeaweedFS(tmp_path) as seaweedfs:
        report = await bucket_kills(seaweedfs, rounds=rounds, store_kills=1, seed=seed)
    assert report.failures == []
    assert report.rounds == rounds
    assert report.kills["the store"] == 1
    assert report.kills_under_way > 0
    assert report.fates["complete"] > 0
    assert report.direct > 0
