"""How far an upload of several files is: what the bars and the lines show."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from time import monotonic
from typing import TYPE_CHECKING

from .text import count_of, duration_of, size_of

if TYPE_CHECKING:
    from ...client import Progress

#: Seconds that the rate is the mean of.
_WINDOW = 10.0
#: Seconds between two of the moments that it is computed from.
_STEP = 0.2
#: Seconds without any byte after which somebody wants to know.
_SILENT = 3.0
#: A larger file never goes with others in one request: if it is there without a byte, it was there before.
_LARGEST_TOGETHER = 8 * 2**20


class Tally:
    """Keeps what the client tells, and what a person wants to know about it.

    Parameters
    ----------
    clock : Callable
        Seconds that only go forward.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._under_way: dict[str, Progress] = {}
        self._last: Progress | None = None
        self._moved = 0
        self._moments: deque[tuple[float, int]] = deque([(clock(), 0)])
        self._last_moved = clock()

    def told(self, progress: Progress) -> None:
        """Take one report of the client's."""
        with self._lock:
            moved = self._bytes_that_moved(progress)
            if progress.state in {"done", "failed"}:
                self._under_way.pop(progress.path, None)
            else:
                self._under_way[progress.path] = progress
            self._last = progress
            self._moved += moved
            now = self._clock()
            if moved:
                self._last_moved = now
            self._forget(now)
            if now - self._moments[-1][0] >= _STEP:
                self._moments.append((now, self._moved))

    @property
    def last(self) -> Progress | None:
        """What was told last."""
        return self._last

    @property
    def under_way(self) -> Sequence[Progress]:
        """The files of which some bytes are on their way, in the order in which they began."""
        with self._lock:
            return list(self._under_way.values())

    @property
    def rate(self) -> float:
        """Bytes a second, in the last seconds."""
        with self._lock:
            now = self._clock()
            self._forget(now)
            since, before = self._moments[0]
            return max(0.0, (self._moved - before) / max(now - since, _STEP))

    @property
    def left(self) -> float | None:
        """Seconds that the rest takes at this rate; None where nobody can know."""
        last, rate = self._last, self.rate
        if last is None or rate <= 0 or not last.bytes_total or self._unknown():
            return None
        return max(0, last.bytes_total - last.bytes_sent) / rate

    def words(self, *, short: bool = False) -> str:
        """Return the rate and the time left, in words; `short` for a narrow terminal."""
        silent = self._clock() - self._last_moved
        if silent > _SILENT:
            if any(one.state == "completing" for one in self.under_way):
                return "checking on the server"
            return f"nothing sent for {duration_of(silent)}"
        left = self.left
        if left is None:
            return f"{size_of(self.rate)}/s"
        about = "" if short else "about "
        return f"{size_of(self.rate)}/s, {about}{duration_of(left)} left"

    def files(self, *, short: bool = False) -> str:
        """Return how many files are over, in words; `short` for a narrow terminal."""
        last = self._last
        if last is None:
            return ""
        if short:
            return f"{last.files_done:,} of {last.files:,}"
        return f"{last.files_done:,} of {count_of(last.files, 'file')}"

    def bytes(self) -> str:
        """Return how many bytes are there, in words."""
        last = self._last
        return "" if last is None else part_of(last.bytes_sent, None if self._unknown() else last.bytes_total)

    def _unknown(self) -> bool:
        return any(one.size is None for one in self._under_way.copy().values())

    def _bytes_that_moved(self, progress: Progress) -> int:
        """Return how many bytes went over the wire since the last report of this file."""
        before = self._under_way.get(progress.path)
        if progress.state == "failed":
            return 0
        if before is not None:
            return progress.sent - before.sent
        if progress.state == "done" and (progress.size or 0) <= _LARGEST_TOGETHER:
            return progress.sent
        return 0 if progress.size is not None else progress.sent

    def _forget(self, now: float) -> None:
        while len(self._moments) > 1 and now - self._moments[1][0] >= _WINDOW:
            self._moments.popleft()


def part_of(sent: int, size: int | None) -> str:
    """Return how much of a file is there: `1.2 of 4.0 GB`; the unit once, where both have it."""
    if size is None:
        return size_of(sent)
    some, unit = size_of(sent).split(" ", 1)
    whole = size_of(size)
    return f"{some} of {whole}" if whole.endswith(f" {unit}") else f"{some} {unit} of {whole}"
