"""Some rounds with a server that dies; `python -m tests.faults.kills` does hundreds."""

from __future__ import annotations

from .kills import kills
from .site import open_site


async def test_a_server_that_is_killed_loses_nothing_and_nothing_is_sent_twice() -> None:
    async with open_site(direct=True) as site:
        report = await kills(site, rounds=10, seed=1)
    assert report.wrong == []
    assert report.rounds == 10
    assert report.kills_under_way > 0
