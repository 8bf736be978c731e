"""Threads for client libraries that wait for a network.

They are not those of the disk: a store that gives no answer must not keep files on this machine waiting.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

#: More than that at once are not asked of all stores together.
MOST_AT_ONCE = 16
_THREADS = ThreadPoolExecutor(max_workers=MOST_AT_ONCE, thread_name_prefix="bigupload-network")


def in_network_thread(function: Callable[P, T]) -> Callable[P, Coroutine[Any, Any, T]]:
    """Return `function` as a coroutine function that runs in these threads."""

    @functools.wraps(function)
    async def run(*args: P.args, **kwargs: P.kwargs) -> T:
        call = functools.partial(function, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(_THREADS, call)

    return run
