"""What is asked of a store again, and when: for requests that no client library repeats."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from ..errors import BigUploadError, SlowDown, StoreUnreachable

T = TypeVar("T")


async def retried(
    attempt: Callable[[], Awaitable[T]],
    *,
    on: type[BigUploadError] | tuple[type[BigUploadError], ...] = (SlowDown, StoreUnreachable),
    pauses: Sequence[float] = (0.5, 1.0, 2.0, 4.0),
) -> T:
    """Return what `attempt` returns, which is made once more after each of `pauses` (seconds), about."""
    for pause in pauses:
        try:
            return await attempt()
        except on:
            # Not all at the same moment, who were refused at the same moment.
            await asyncio.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311  # spreads requests
    return await attempt()
