"""Programs through each kind of fault, and through deaths; the commands do it a hundred times.

`python -m tests.faults.program_storm` and `python -m tests.faults.program_kills`.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .program_kills import kills
from .program_site import ProgramSite, open_program_site
from .program_storm import KINDS, Kind, storm, suits
from .programs import PROGRAMS
from .programs.program import Program

#: In the usual run, ours alone goes through faults, and each that is not the same again through deaths.
_USUAL = {"python client", "tus-js-client", "ietf-draft-05, js"}


@pytest.fixture(scope="module")
def site() -> Iterator[ProgramSite]:
    with open_program_site() as site:
        yield site


@pytest.mark.parametrize(
    ("program", "kind"),
    [
        pytest.param(
            program,
            kind,
            id=f"{program.name}-{kind.name}",
            marks=[] if kind.name == "lost answer" and program.name in _USUAL else [pytest.mark.long],
        )
        for program in PROGRAMS
        for kind in KINDS
        if suits(program, kind)
    ],
)
def test_faults(site: ProgramSite, program: Program, kind: Kind) -> None:
    tally = storm(site, program, kind, faults=2, seed=1)
    assert tally.wrong == []
    assert tally.injected


@pytest.mark.parametrize(
    "program",
    [
        pytest.param(one, id=one.name, marks=[] if one.name in _USUAL else [pytest.mark.long])
        for one in PROGRAMS
    ],
)
def test_kills(site: ProgramSite, program: Program) -> None:
    report = kills(site, program, most=2, seed=1)
    assert report.wrong == []
    assert report.kills
