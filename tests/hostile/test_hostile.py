"""A few rounds of what `python -m tests.hostile` does as often as one has patience."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from tests.support.forked_server import ForkedServer
from tests.support.server import RunningServer

from . import intruders, races
from .report import Report


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[RunningServer]]:
    """Two servers that share their root and their records."""
    folder = tmp_path_factory.mktemp("hostile")
    settings = {"BigUpload": {"min_free_space": 0, "records_dir": str(folder / "records")}}
    with (
        ForkedServer(root=folder / "root", config=settings) as one,
        ForkedServer(root=folder / "root", config=settings) as other,
    ):
        yield [one, other]
        for server in (one, other):
            server.require_no_traceback()


def test_races(servers: list[RunningServer]) -> None:
    report = Report("races")
    races.attack(servers, random.Random(7), report, rounds=1)  # noqa: S311  # no secrets
    assert report.violations == []
    assert sum(report.tried.values()) == 450


@pytest.mark.parametrize("rounds", [8, pytest.param(20, marks=pytest.mark.long)])
def test_meddling_with_partials_and_their_folders(servers: list[RunningServer], rounds: int) -> None:
    report = Report("intruders")
    intruders.attack(servers[0], random.Random(7), report, rounds=rounds)  # noqa: S311  # as above
    assert report.violations == []
    assert report.ended["done"] > 0
