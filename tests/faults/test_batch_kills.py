"""Some kills while batches come; `python -m tests.faults.batch_kills` does hundreds."""

from __future__ import annotations

import pytest

from tests.support.forked_server import ForkedServer

from .batch_kills import kills


@pytest.mark.parametrize("least", [5, pytest.param(100, marks=pytest.mark.long)])
def test_a_server_that_is_killed_loses_no_file_of_a_batch_and_shows_none_in_part(least: int) -> None:
    with ForkedServer() as server:
        report = kills(server, least=least, seed=1)
    assert report.wrong == []
    assert report.kills_under_way > 0
