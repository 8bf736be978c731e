"""Signs of life of a worker: its progress, its deadline, and whether somebody wants its end."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from dataclasses import replace

from ..disk.together import dirty_bytes
from .model import Progress

#: Seconds between two signs of life.
_BEAT = 0.5


class Cancelled(Exception):
    """Somebody asked for the end of the operation."""


class Heartbeat:
    """Tells the record how far a worker is, and the worker whether to go on.

    Every sign of life moves the deadline, behind which the operating system ends this process, also when it
    hangs in a call that never returns.

    Parameters
    ----------
    save : Callable
        Writes progress down, and returns whether somebody wants the end.
    timeout : float
        Seconds.
    """

    def __init__(self, save: Callable[[Progress], bool], timeout: float) -> None:
        self._save = save
        self._timeout = timeout
        self._beat = 0.0
        self._progress = Progress()
        self._last: tuple[int | None, ...] = ()
        self._steps = 0
        self._cancelled = False

    def cancel(self) -> None:
        """Have the next sign of life raise `Cancelled`."""
        self._cancelled = True

    def tell(self, done: int, total: int | None, unit: str, steps: int = 0) -> None:
        """Say how far it is. What is the same as before is no progress, and moves no deadline.

        Parameters
        ----------
        steps : int
            Counts what is done besides.

        Raises
        ------
        Cancelled
            When somebody asked for the end.
        """
        self._progress = Progress(done, total, unit)
        self._tell((done, total, steps))

    def wait(self) -> None:
        """Say that it waits for the disk, which is progress as long as the disk makes some.

        Raises
        ------
        Cancelled
            When somebody asked for the end.
        """
        self._tell((dirty_bytes(),))

    def alive(self) -> None:
        """Say that something was done of which nothing else tells.

        Raises
        ------
        Cancelled
            When somebody asked for the end.
        """
        self._steps += 1
        self._tell((self._steps,))

    def _tell(self, state: tuple[int | None, ...]) -> None:
        now = time.monotonic()
        if not self._cancelled and now - self._beat >= _BEAT:
            self._beat = now
            if state != self._last:
                self._last = state
                signal.setitimer(signal.ITIMER_REAL, self._timeout)
                self._cancelled = self._save(replace(self._progress, at=time.time()))
        if self._cancelled:
            raise Cancelled
