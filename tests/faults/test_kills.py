"""Some rounds with a server that dies; `python -m tests.faults.kills` does hundreds."""

from __future__ import annotations

import pytest

from .kills import kills
from .site import open_site


@pytest.mark.parametrize("rounds", [3, pytest.param(10, marks=pytest.mark.long)])
async def test_a_server_that_is_killed_loses_nothing_and_nothing_is_sent_twice(rounds: int) -> None:
    async with open_site(direct=True) as site:
        report = await kills(site, rounds=rounds, seed=1)
    assert report.wrong == []
    assert report.rounds == rounds
    assert report.kills_under_way > 0
