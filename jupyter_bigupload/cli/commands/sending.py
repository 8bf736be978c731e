"""Runs uploads with bars or lines, and what is said when a signal ends them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING

from ..interrupts import Interrupted, Interrupts, command_line
from ..printing.lines import Lines
from ..printing.tally import Tally
from .session import Session

if TYPE_CHECKING:
    from ...client import Progress
    from ..printing.bars import Bars

#: What is run; it is given whom to tell of progress.
Told = Callable[["Progress"], None]
Work = Callable[[Told], None]
#: Returns what was not finished: words about it, and the command that goes on, if one can.
Rest = Callable[[], tuple[str, Sequence[str]]]


def watched(session: Session, work: Work, rest: Rest) -> None:
    """Run `work` and show how far it is; a signal ends the process, once it was said how to go on."""
    tally = Tally()
    shown, told = _display(session, tally)

    def last_words() -> None:
        words, command = rest()
        session.output.event("interrupted", message=words, resume=list(command))
        session.output.problem(f"Stopped. {words}")
        if command:
            with_token = " (and the token, which is not shown)" if session.hides_token else ""
            session.output.problem(f"Go on with{with_token}:", command=command_line(command))
        sys.stdout.flush()
        sys.stderr.flush()

    def begins() -> None:
        if shown is not None:
            shown.stopping()

    with Interrupts(last_words, begins, _clean_up) as interrupts:
        try:
            with shown or nullcontext():
                work(told)
        except Interrupted:
            interrupts.leave()


def _display(session: Session, tally: Tally) -> tuple[Bars | None, Told]:
    if session.output.quiet:
        return None, tally.told
    if sys.stderr.isatty():
        from ..printing.bars import Bars, can_draw  # noqa: PLC0415  # time that scripts do without

        if can_draw():
            return Bars(tally), tally.told
    lines = Lines(tally, session.output.note)

    def told(progress: Progress) -> None:
        tally.told(progress)
        lines.told(progress)

    return None, told


def _clean_up() -> None:
    if "jupyter_bigupload.cli.printing.bars" in sys.modules:
        from ..printing.bars import give_cursor_back  # noqa: PLC0415

        give_cursor_back()
