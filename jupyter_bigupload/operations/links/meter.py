"""How far a file from a link is, and signs of life while nothing of it comes."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from ..heartbeat import Cancelled

T = TypeVar("T")

#: Seconds between two looks at whether anybody wants the end, and the longest time that a thread sleeps.
_BEAT = 0.25


class Meter:
    """Counts what comes, and what is done meanwhile. Threads may tell it of it.

    Parameters
    ----------
    tell : Callable
        Told again and again how many bytes are there, of how many, and the number of steps besides; raises
        `Cancelled` when somebody asked for the end.
    """

    def __init__(self, tell: Callable[[int, int | None, int], None]) -> None:
        self.total: int | None = None
        #: Whether the file is about to get its name, which nobody breaks off.
        self.is_ending = False
        self._tell = tell
        self._done = 0
        self._steps = 0
        self._is_over = False

    def add(self, count: int) -> None:
        """Say that `count` more bytes of the file are there."""
        self._done += count

    def alive(self) -> None:
        """Say that something was done which is no byte of the file.

        Raises
        ------
        Cancelled
            When nobody waits for it any more.
        """
        self._steps += 1
        if self._is_over:
            raise Cancelled

    def sleep(self, seconds: float) -> None:
        """Wait some, in a thread, which is a sign of life: somebody has asked for it.

        Raises
        ------
        Cancelled
            As `alive`.
        """
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self.alive()
            time.sleep(min(_BEAT, left))

    async def over(self, work: Coroutine[Any, Any, T]) -> T:
        """Return what `work` returns; tell of it meanwhile, and end it when that raises an error.

        Raises
        ------
        Cancelled
            When somebody asked for the end.
        """
        task = asyncio.ensure_future(work)
        try:
            while not task.done():
                with contextlib.suppress(*([Cancelled] if self.is_ending else [])):
                    self._tell(self._done, self.total, self._steps)
                await asyncio.wait([task], timeout=_BEAT)
            return task.result()
        finally:
            self._is_over = True
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
