"""Whether a destination can be reached and written: found out now and then, remembered for a while."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from ..errors import BigUploadError, StoreUnreachable
from ..stores.base import OnConflict, Store, Target
from .registry import Destination

#: Seconds that a store may take.
_TIMEOUT = 10.0
#: Seconds for which a result is good enough for the next who ask; a bad one may just be being mended.
_KEEP_GOOD = 60.0
_KEEP_BAD = 5.0


@dataclass(frozen=True)
class Health:
    """What a check found: `failure` is None where all is well; `at` is on the clock's scale."""

    failure: BigUploadError | None
    at: float


class HealthChecks:
    """Checks destinations, each once at a time.

    Parameters
    ----------
    timeout : float
        Seconds that a store may take.
    clock : Callable
        Seconds that only ever grow.
    """

    def __init__(self, *, timeout: float = _TIMEOUT, clock: Callable[[], float] = time.monotonic) -> None:
        self._timeout = timeout
        self._clock = clock
        self._found: WeakKeyDictionary[Destination, Health] = WeakKeyDictionary()
        self._checking: dict[Destination, asyncio.Task[None]] = {}

    def last(self, destination: Destination) -> Health | None:
        """Return what was found last; None when nobody has asked yet."""
        return self._found.get(destination)

    async def check(self, destination: Destination) -> None:
        """Find out, unless that was done just now."""
        last = self._found.get(destination)
        if last is not None:
            keep = _KEEP_GOOD if last.failure is None else _KEEP_BAD
            if self._clock() - last.at < keep:
                return
        checking = self._checking.get(destination)
        if checking is None:
            checking = self._checking[destination] = asyncio.ensure_future(self._check(destination))
            checking.add_done_callback(lambda _: self._checking.pop(destination))
        await asyncio.shield(checking)

    async def _check(self, destination: Destination) -> None:
        failure: BigUploadError | None = None
        trying = asyncio.ensure_future(try_to_begin(destination.store))
        trying.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
        # One that takes longer cleans up after itself, which is not waited for.
        await asyncio.wait([trying], timeout=self._timeout)
        if not trying.done():
            trying.cancel()
            failure = StoreUnreachable(f"There was no answer within {self._timeout:.0f} seconds.")
        else:
            try:
                trying.result()
            except BigUploadError as error:
                failure = error
        self._found[destination] = Health(failure, self._clock())


async def try_to_begin(store: Store) -> None:
    """Begin a file in `store` and drop it, which tells whether it can be written.

    Raises
    ------
    BigUploadError
        When it can't.
    """
    name = secrets.token_hex(8)
    target = Target(key=name, path=f"bigupload-check-{name}", size=0, on_conflict=OnConflict.RENAME)
    await store.discard(await store.begin(target))
