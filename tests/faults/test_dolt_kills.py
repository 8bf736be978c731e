"""Some kills while rows come into a database; `python -m tests.faults.dolt_kills` does hundreds."""

from __future__ import annotations

import pytest

from .dolt_kills import a_place, kills


@pytest.mark.parametrize("rounds", [6, pytest.param(100, marks=pytest.mark.long)])
def test_a_database_is_at_a_commit_whoever_is_killed(rounds: int) -> None:
    with a_place() as place:
        report = kills(place, rounds=rounds, seed=1)
    assert report.wrong == []
    assert report.ends["import_table done"] > 0
