"""Threads for whatever waits, wrapped the way aiofiles wraps its own.

The pools are this package's own: a hung NFS server must not use up the event loop's default threads, on which
name look-ups and other extensions depend. There are three, so that a look at a record never waits for a
thread until somebody else's gigabytes are on the disk, nor a disk for a store that gives no answer.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any, ParamSpec, TypeVar

from aiofiles.os import wrap

P = ParamSpec("P")
T = TypeVar("T")

#: More than that at once are not asked of all stores together.
MOST_NETWORK_REQUESTS = 16

_QUICK = ThreadPoolExecutor(max_workers=8, thread_name_prefix="bigupload-quick")
_BYTES = ThreadPoolExecutor(max_workers=8, thread_name_prefix="bigupload-bytes")
_NETWORK = ThreadPoolExecutor(max_workers=MOST_NETWORK_REQUESTS, thread_name_prefix="bigupload-network")
#: Files that are flushed at once.
_FLUSHES = 8
_FLUSH = ThreadPoolExecutor(max_workers=_FLUSHES, thread_name_prefix="bigupload-flush")


def in_thread(function: Callable[P, T]) -> Callable[P, Coroutine[Any, Any, T]]:
    """Return `function`, which a disk that works is quick at, as a coroutine function."""
    return _run_in(_QUICK, function)


def in_bytes_thread(function: Callable[P, T]) -> Callable[P, Coroutine[Any, Any, T]]:
    """Return `function` as a coroutine function that runs in the threads for the bytes of files.

    Whatever takes the longer the more bytes there are belongs here: writing, fsync, reading for a digest, and
    closing after a write, which on NFS waits for what was written.
    """
    return _run_in(_BYTES, function)


def in_network_thread(function: Callable[P, T]) -> Callable[P, Coroutine[Any, Any, T]]:
    """Return `function`, of a client library that waits for a network, as a coroutine function."""
    return _run_in(_NETWORK, function)


def flush_each(fds: Sequence[int]) -> Sequence[OSError | None]:
    """Bring open files to the disk, several at a time; return what each failed with.

    In threads of their own: the thread that waits for them is one of those for bytes.
    """
    failures: list[OSError | None] = [None] * len(fds)
    left = iter(range(len(fds)))

    def flush() -> None:
        for index in left:
            try:
                os.fsync(fds[index])
            except OSError as error:
                failures[index] = error

    flushing = [_FLUSH.submit(flush) for _ in range(min(len(fds), _FLUSHES))]
    wait(flushing)
    for one in flushing:
        one.result()  # or whatever else it failed with
    return failures


def _run_in(pool: ThreadPoolExecutor, function: Callable[P, T]) -> Callable[P, Coroutine[Any, Any, T]]:
    wrapped = wrap(function)

    async def run(*args: P.args, **kwargs: P.kwargs) -> T:
        return await wrapped(*args, executor=pool, **kwargs)

    return run


class Turns:
    """Lets the event loop do other things now and then, in a long loop that waits for nothing."""

    def __init__(self, seconds: float = 0.004) -> None:
        self._seconds = seconds
        self._since = time.monotonic()

    @property
    def due(self) -> bool:
        """Whether the last one was so many seconds ago."""
        return time.monotonic() - self._since > self._seconds

    async def give(self) -> None:
        """Let others go first."""
        await asyncio.sleep(0)
        self._since = time.monotonic()
