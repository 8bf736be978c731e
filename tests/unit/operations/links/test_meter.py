"""Progress that never stands still while something is done, and an end for whoever asks for it."""

from __future__ import annotations

import asyncio

import pytest

from jupyter_bigupload.errors import RemoteFailed
from jupyter_bigupload.operations.heartbeat import Cancelled
from jupyter_bigupload.operations.links.meter import Meter
from jupyter_bigupload.operations.links.threads import in_own_thread


class Record:
    """What was told; somebody wants the end once it was told so often."""

    def __init__(self, *, cancelled_after: int = 2**62) -> None:
        self.told: list[tuple[int, int | None, int]] = []
        self._cancelled_after = cancelled_after

    def tell(self, done: int, total: int | None, steps: int) -> None:
        self.told.append((done, total, steps))
        if len(self.told) > self._cancelled_after:
            raise Cancelled


async def test_it_tells_what_came_and_returns_what_came_of_it() -> None:
    record = Record()
    meter = Meter(record.tell)

    async def work() -> str:
        meter.total = 10
        meter.add(7)
        while record.told[-1] != (7, 10, 0):
            await asyncio.sleep(0.01)
        return "done"

    assert await meter.over(work()) == "done"


async def test_waiting_is_a_sign_of_life() -> None:
    record = Record()
    meter = Meter(record.tell)
    await meter.over(in_own_thread(lambda: meter.sleep(0.6)))
    steps = [steps for _, _, steps in record.told]
    assert steps[-1] > steps[0]


async def test_errors_are_passed_on() -> None:
    async def fail() -> None:
        raise RemoteFailed("It broke.")

    with pytest.raises(RemoteFailed):
        await Meter(Record().tell).over(fail())


async def test_who_wants_the_end_gets_it_once_the_work_has_cleaned_up() -> None:
    cleaned = []

    async def work() -> None:
        try:
            await asyncio.sleep(3600)
        finally:
            await asyncio.sleep(0)
            cleaned.append(True)

    meter = Meter(Record(cancelled_after=1).tell)
    with pytest.raises(Cancelled):
        await meter.over(work())
    assert cleaned == [True]
    # Threads that nobody waits for end at their next sign of life.
    with pytest.raises(Cancelled):
        meter.alive()
    with pytest.raises(Cancelled):
        meter.sleep(3600)


async def test_what_gets_its_name_is_not_broken_off() -> None:
    record = Record(cancelled_after=1)
    meter = Meter(record.tell)

    async def work() -> str:
        meter.is_ending = True
        while len(record.told) < 3:
            await asyncio.sleep(0.01)
        return "named"

    assert await meter.over(work()) == "named"
