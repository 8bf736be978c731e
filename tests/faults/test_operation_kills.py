"""Some kills while operations run; `python -m tests.faults.operation_kills` does hundreds."""

from __future__ import annotations

import pytest

from tests.support.object_stores import SeaweedFS

from .operation_kills import a_place, kills


@pytest.mark.parametrize("rounds", [4, pytest.param(100, marks=pytest.mark.long)])
def test_every_operation_ends_once_whoever_is_killed(seaweedfs: SeaweedFS, rounds: int) -> None:
    with a_place(seaweedfs) as place:
        report = kills(place, rounds=rounds, seed=1)
    assert report.wrong == []
    assert report.ends["done"] > 0
