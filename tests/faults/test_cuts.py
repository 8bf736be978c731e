"""A long body that is cut; `python -m tests.faults.cuts` does it 200 times in 1 GiB."""

from __future__ import annotations

from .cuts import MIB, cuts


def test_a_cut_costs_no_more_than_a_block() -> None:
    report = cuts(8, size=24 * MIB, seed=1, block_size=MIB)
    assert report.wrong == []
    assert report.cuts >= 4
    assert report.most_lost <= MIB
