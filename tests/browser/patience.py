"""Waiting for what has no event of its own: files on the disk, records of the server."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Callable


async def until(condition: Callable[[], object], *, seconds: float = 60, what: str) -> None:
    """Return once `condition` holds, which may be one to wait for; the test fails if not in `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        holds = condition()
        if await holds if inspect.isawaitable(holds) else holds:
            return
        assert time.monotonic() < deadline, f"not in {seconds} s: {what}"
        await asyncio.sleep(0.02)


async def quiet(seconds: float) -> None:
    """Let time pass in which nothing may happen."""
    await asyncio.sleep(seconds)
