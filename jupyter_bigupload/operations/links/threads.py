"""Blocking calls that wait for a site, for an event loop that does not.

Each has a thread of its own that nobody waits for: one that hangs in a read ends with the process, and not
the process with it.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncGenerator, Callable, Generator
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")

#: Pieces that are read ahead.
_AHEAD = 2


async def in_own_thread(function: Callable[[], T]) -> T:
    """Return what `function` returns, or raise what it raises."""
    outcome: Future[T] = Future()
    outcome.set_running_or_notify_cancel()  # from here on nobody can cancel it

    def run() -> None:
        try:
            outcome.set_result(function())
        except BaseException as error:  # noqa: BLE001  # it is raised where it is waited for
            outcome.set_exception(error)

    threading.Thread(target=run, name="bigupload-link", daemon=True).start()
    return await asyncio.wrap_future(outcome)


async def streamed(read: Callable[[], Generator[bytes, None, None]]) -> AsyncGenerator[bytes, None]:
    """Yield what a blocking generator does; at most two pieces are read ahead.

    Once it is left, nothing more is read, but for what a read under way brings.
    """
    loop = asyncio.get_running_loop()
    pieces: asyncio.Queue[bytes | BaseException | None] = asyncio.Queue()
    room = threading.Semaphore(_AHEAD)
    left = threading.Event()

    def tell(item: bytes | BaseException | None) -> None:
        loop.call_soon_threadsafe(pieces.put_nowait, item)

    def pump() -> None:
        try:
            with contextlib.closing(read()) as source:
                for piece in source:
                    room.acquire()
                    if left.is_set():
                        return
                    tell(piece)
        except BaseException as error:  # noqa: BLE001  # it is raised where the pieces are waited for
            tell(error)
        else:
            tell(None)

    threading.Thread(target=pump, name="bigupload-link", daemon=True).start()
    try:
        while (item := await pieces.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
            room.release()
    finally:
        left.set()
        room.release()
