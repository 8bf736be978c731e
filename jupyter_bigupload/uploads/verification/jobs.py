"""Work that may take longer than a client waits for: it goes on in between, and is asked for again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

from ...digests import Hasher

T = TypeVar("T")

#: Seconds that one request waits for the end.
PATIENCE = 10.0
#: Seconds for which a result stays that nobody has fetched: it must not be long out of date.
_KEPT = 10.0


class StillRunning(Exception):
    """The work is not over yet.

    Parameters
    ----------
    checked : int
        Bytes done so far.
    """

    def __init__(self, checked: int) -> None:
        super().__init__(checked)
        self.checked = checked


@dataclass
class Meter:
    """Counts the bytes of a job."""

    before: int = 0
    hasher: Hasher | None = None

    def watch(self, hasher: Hasher) -> Hasher:
        """Count the bytes of one hasher more, and return it."""
        self.before = self.checked
        self.hasher = hasher
        return hasher

    @property
    def checked(self) -> int:
        """Bytes so far."""
        return self.before + (self.hasher.length if self.hasher else 0)


@dataclass(eq=False)
class _Job(Generic[T]):
    task: asyncio.Task[T]
    meter: Meter


class Jobs(Generic[T]):
    """Jobs by key: whoever asks for one that runs waits for the same.

    One runs at a time, so that many of them don't read a disk back and forth.

    Parameters
    ----------
    patience : float
        Seconds that one request waits.
    kept : float
        Seconds for which a result stays that nobody has fetched.
    """

    def __init__(self, *, patience: float = PATIENCE, kept: float = _KEPT) -> None:
        self._patience = patience
        self._kept = kept
        self._jobs: dict[Hashable, _Job[T]] = {}
        self._turn = asyncio.Lock()

    async def result(self, key: Hashable, work: Callable[[Meter], Awaitable[T]]) -> T:
        """Return what `work` returns, or raise what it raises. It is started unless it runs already.

        Raises
        ------
        StillRunning
            When it takes longer than one request waits; ask again with the same key.
        """
        job = self._jobs.get(key)
        if job is None:
            meter = Meter()
            job = self._jobs[key] = _Job(asyncio.ensure_future(self._run(work, meter)), meter)
            job.task.add_done_callback(lambda _: self._forget_later(key))
        await asyncio.wait([job.task], timeout=self._patience)
        if not job.task.done():
            raise StillRunning(job.meter.checked)
        self._jobs.pop(key, None)
        return job.task.result()

    async def stop(self) -> None:
        """End all of them."""
        tasks = [job.task for job in self._jobs.values()]
        self._jobs.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self, work: Callable[[Meter], Awaitable[T]], meter: Meter) -> T:
        async with self._turn:
            return await work(meter)

    def _forget_later(self, key: Hashable) -> None:
        job = self._jobs.get(key)
        if job is not None:
            asyncio.get_running_loop().call_later(self._kept, self._forget, key, job)

    def _forget(self, key: Hashable, job: _Job[T]) -> None:
        if self._jobs.get(key) is job:
            del self._jobs[key]
            if not job.task.cancelled():
                job.task.exception()  # nobody asked: an error is no news to anyone
