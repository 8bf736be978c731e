from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from jupyter_bigupload.digests import Hasher
from jupyter_bigupload.uploads.verification.jobs import Jobs, Meter, StillRunning


async def test_whoever_asks_for_what_runs_waits_for_the_same() -> None:
    jobs: Jobs[int] = Jobs()
    begun = 0

    async def work(_meter: Meter) -> int:
        nonlocal begun
        begun += 1
        await asyncio.sleep(0.01)
        return begun

    assert await asyncio.gather(*(jobs.result("key", work) for _ in range(5))) == [1] * 5
    # What was fetched is no longer there: the next one wants to know how it is then.
    assert await jobs.result("key", work) == 2


async def test_it_goes_on_between_two_requests() -> None:
    jobs: Jobs[str] = Jobs(patience=0.01)
    enough = asyncio.Event()

    async def work(meter: Meter) -> str:
        meter.watch(Hasher()).update(b"12345")
        meter.watch(Hasher()).update(b"678")
        await enough.wait()
        return "done"

    with pytest.raises(StillRunning) as caught:
        await jobs.result("key", work)
    assert caught.value.checked == 8
    enough.set()
    assert await jobs.result("key", work) == "done"


async def test_a_failure_is_told_to_whoever_asks_and_is_not_kept() -> None:
    jobs: Jobs[str] = Jobs()

    async def fail(_meter: Meter) -> str:
        raise KeyError

    async def succeed(_meter: Meter) -> str:
        return "done"

    with pytest.raises(KeyError):
        await jobs.result("key", fail)
    assert await jobs.result("key", succeed) == "done"


async def test_one_runs_at_a_time_and_stop_ends_all() -> None:
    jobs: Jobs[None] = Jobs(patience=0.01)
    running: set[int] = set()
    most = 0

    def work(number: int) -> Callable[[Meter], Awaitable[None]]:
        async def run(_meter: Meter) -> None:
            nonlocal most
            running.add(number)
            most = max(most, len(running))
            try:
                await asyncio.Event().wait()
            finally:
                running.discard(number)

        return run

    for number in range(3):
        with pytest.raises(StillRunning):
            await jobs.result(number, work(number))
    assert most == 1
    await jobs.stop()
    assert running == set()
