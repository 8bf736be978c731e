"""Blocking reads, for an event loop that does not wait for them."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Generator

import pytest

from jupyter_bigupload.errors import RemoteFailed
from jupyter_bigupload.operations.links.threads import in_own_thread, streamed


class Source:
    """Pieces without end, or up to an error; it counts those that were asked for."""

    def __init__(self, error: Exception | None = None, *, after: int = 2**62) -> None:
        self.asked = 0
        self.closed = threading.Event()
        self._error = error
        self._after = after

    def read(self) -> Generator[bytes, None, None]:
        try:
            while self.asked < self._after:
                self.asked += 1
                yield b"%d" % self.asked
            if self._error is not None:
                raise self._error
        finally:
            self.closed.set()


async def closed(source: Source) -> bool:
    return await in_own_thread(lambda: source.closed.wait(20))


async def test_all_pieces_in_order() -> None:
    source = Source(after=100)
    assert [int(piece) async for piece in streamed(source.read)] == list(range(1, 101))
    assert await closed(source)


async def test_an_error_comes_behind_what_was_read() -> None:
    pieces = streamed(Source(RemoteFailed("It broke."), after=5).read)
    assert [await anext(pieces) for _ in range(5)] == [b"1", b"2", b"3", b"4", b"5"]
    with pytest.raises(RemoteFailed, match="It broke"):
        await anext(pieces)


async def test_little_is_read_ahead() -> None:
    source = Source()
    async with contextlib.aclosing(streamed(source.read)) as pieces:
        for taken in range(1, 20):
            await anext(pieces)
            # Two that wait, one in the thread's hand, and the one that was taken.
            assert source.asked <= taken + 3
    assert await closed(source)


async def test_who_leaves_ends_the_reading() -> None:
    source = Source()
    async for _ in (pieces := streamed(source.read)):
        break
    await pieces.aclose()
    assert await closed(source)
    assert source.asked <= 4


async def test_nobody_waits_for_a_read_that_hangs() -> None:
    go_on = threading.Event()
    hanging = asyncio.ensure_future(in_own_thread(lambda: go_on.wait(60)))
    await asyncio.sleep(0)
    hanging.cancel()
    with pytest.raises(asyncio.CancelledError):
        await hanging
    go_on.set()


async def test_what_a_call_raises() -> None:
    def fail() -> None:
        raise RemoteFailed("It broke.")

    with pytest.raises(RemoteFailed, match="It broke"):
        await in_own_thread(fail)
