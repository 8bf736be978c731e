"""What clients are just about to do, for whoever waits for it to break it."""

from __future__ import annotations

import asyncio
import contextlib


class Moments:
    """Announced by clients, waited for by one who breaks things."""

    def __init__(self) -> None:
        self._awaited: dict[str, asyncio.Event] = {}

    def announce(self, moment: str) -> None:
        """Say that it has come."""
        awaited = self._awaited.pop(moment, None)
        if awaited is not None:
            awaited.set()

    async def next(self, moment: str, *, seconds: float) -> bool:
        """Wait for it, at most so long; return whether it came."""
        event = self._awaited.setdefault(moment, asyncio.Event())
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(event.wait(), seconds)
        return event.is_set()
