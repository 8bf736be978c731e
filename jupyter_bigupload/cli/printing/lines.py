"""Progress without a terminal: a line now and then, for the log that standard error is."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING

from .tally import Tally

if TYPE_CHECKING:
    from ...client import Progress

#: Seconds to the first line, and to the second; from then on twice as long each time, up to the longest.
_FIRST = 10.0
_LONGEST = 60.0


class Lines:
    """Prints how far a tally is, when there is news and the last line was long ago."""

    def __init__(
        self, tally: Tally, echo: Callable[[str], None], clock: Callable[[], float] = monotonic
    ) -> None:
        self._tally = tally
        self._echo = echo
        self._clock = clock
        self._pause = _FIRST
        self._next = clock() + _FIRST

    def told(self, progress: Progress) -> None:
        """Take a report of the client's, after the tally had it."""
        now = self._clock()
        if now < self._next or progress.files_done == progress.files:
            return
        files = f"{self._tally.files()}, " if progress.files > 1 else ""
        self._echo(f"{files}{self._tally.bytes()}, {self._tally.words()}")
        self._pause = min(2 * self._pause, _LONGEST)
        self._next = now + self._pause
