"""Open files that threads work on for tasks that may be cancelled.

A task can be cancelled, a system call in a thread can't: a descriptor must not be closed, and its number
given to another file, while a thread still uses it.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

from ..errors import BigUploadError
from ..threads import in_bytes_thread, in_thread
from .errors import translated

P = ParamSpec("P")
T = TypeVar("T")


class OpenFile:
    """A descriptor, and what threads do with it at the moment.

    Parameters
    ----------
    at_close : Callable, optional
        Is called with it in a thread before it is closed.
    """

    def __init__(self, fd: int, at_close: Callable[[int], None] | None = None) -> None:
        self._fd = fd
        self._at_close = at_close
        self._closing: asyncio.Task[None] | None = None
        self._working: set[asyncio.Task[Any]] = set()

    def start(
        self, function: Callable[Concatenate[int, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> asyncio.Task[T]:
        """Run `function` on the descriptor in a thread, until `finished` is called on what this returns."""
        task = asyncio.ensure_future(in_bytes_thread(function)(self._fd, *args, **kwargs))
        self._working.add(task)
        task.add_done_callback(self._stopped)
        return task

    async def close(self, finish: Callable[[int], None] | None = None) -> None:
        """Close it once no thread uses it any more; also when the caller is cancelled meanwhile.

        Parameters
        ----------
        finish : Callable, optional
            Is called with it in the same thread first.

        Raises
        ------
        BigUploadError
            As NFS does, which reports a full disk as late as here.
        """
        if self._closing is None:
            self._closing = asyncio.ensure_future(self._close(finish))
        with translated():
            await asyncio.shield(self._closing)

    async def _close(self, finish: Callable[[int], None] | None) -> None:
        if self._working:
            await asyncio.wait(self._working)
        await in_bytes_thread(close)(self._fd, finish, self._at_close)

    def _stopped(self, task: asyncio.Task[Any]) -> None:
        self._working.discard(task)
        # Whoever waits for it hears of its error; nobody else need be told that nobody did.
        if not task.cancelled():
            task.exception()


@contextlib.asynccontextmanager
async def opened(
    function: Callable[[], int], at_close: Callable[[int], None] | None = None
) -> AsyncIterator[OpenFile]:
    """Hold open what `function` opens in a thread (see `OpenFile`)."""
    opening = asyncio.ensure_future(in_thread(function)())
    try:
        file = OpenFile(await finished(opening), at_close)
    except asyncio.CancelledError:
        await asyncio.shield(_close_unwanted(opening, at_close))
        raise
    try:
        yield file
    except BaseException:
        with contextlib.suppress(BigUploadError):
            await file.close()
        raise
    await file.close()


def close(fd: int, *before: Callable[[int], None] | None) -> None:
    """Close a descriptor after all of `before`; also when one of these fails."""
    with contextlib.ExitStack() as stack:
        stack.callback(os.close, fd)
        for call in reversed([each for each in before if each is not None]):
            stack.callback(call, fd)


async def finished(work: asyncio.Task[T]) -> T:
    """Wait for a thread's work, and return or raise what came of it.

    A cancelled caller leaves the work itself alone: it would go on anyway.
    """
    await asyncio.wait([work])
    with translated():
        return work.result()


async def _close_unwanted(opening: asyncio.Task[int], at_close: Callable[[int], None] | None) -> None:
    with contextlib.suppress(BigUploadError, OSError):
        await in_thread(close)(await opening, at_close)
