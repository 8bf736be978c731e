"""Some kills while operations run; `python -m tests.faults.operation_kills` does hundreds."""

from __future__ import annotations

import pytest

from tests.support.forked_server import ForkedServer

from .operation_kills import SETTINGS, kills


@pytest.mark.parametrize("rounds", [4, pytest.param(100, marks=pytest.mark.long)])
def test_every_operation_ends_once_whoever_is_killed(rounds: int) -> None:
    with ForkedServer(config={"BigUpload": SETTINGS}) as server:
        report = kills(server, rounds=rounds, seed=1)
    assert report.wrong == []
    assert report.ends["done"] > 0
