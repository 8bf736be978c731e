from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from jupyter_bigupload.errors import Locked, NotFound
from jupyter_bigupload.uploads import Locks
from jupyter_bigupload.uploads import locks as locks_module

#: Holds all of the upload named by its second argument until its standard input ends.
_HOLDER = """
import asyncio, sys
from pathlib import Path
from jupyter_bigupload.uploads import Locks

async def main():
    async with Locks(Path(sys.argv[1])).whole(sys.argv[2]):
        print("held", flush=True)
        sys.stdin.read()

asyncio.run(main())
"""


class Writer:
    """A task that holds a lock until it is told to go, or is ended."""

    def __init__(self, lock: AbstractAsyncContextManager[object]) -> None:
        self._held = asyncio.Event()
        self._leave = asyncio.Event()
        self._lock = lock
        self.task = asyncio.ensure_future(self._run())

    async def held(self) -> Writer:
        waiting = asyncio.ensure_future(self._held.wait())
        await asyncio.wait([waiting, self.task], return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if self.task.done():
            self.task.result()
        return self

    async def leave(self) -> None:
        self._leave.set()
        await self.task

    async def _run(self) -> None:
        async with self._lock:
            self._held.set()
            await self._leave.wait()


class Clock:
    """In the place of the module `time`, for locks alone."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def locks(tmp_path: Path) -> Locks:
    return Locks(tmp_path / "records")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(locks_module, "time", clock)
    return clock


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ((0, 10), (0, 10)),
        ((0, 10), (9, 20)),
        ((5, 6), (0, 10)),
        ((0, 10), (5, None)),
        ((0, None), (10**15, 10**16)),
    ],
)
async def test_ranges_that_overlap(locks: Locks, first: tuple[int, int], second: tuple[int, int]) -> None:
    writer = await Writer(locks.range("a", *first)).held()
    with pytest.raises(Locked):
        await Writer(locks.range("a", *second)).held()
    await writer.leave()
    await (await Writer(locks.range("a", *second)).held()).leave()


@pytest.mark.parametrize(
    ("first", "second"), [((0, 10), (10, 20)), ((10, 20), (0, 10)), ((10, None), (0, 10))]
)
async def test_ranges_that_do_not_overlap(
    locks: Locks, first: tuple[int, int], second: tuple[int, int]
) -> None:
    writers = [await Writer(locks.range("a", *span)).held() for span in (first, second)]
    for writer in writers:
        await writer.leave()


async def test_uploads_have_nothing_to_do_with_each_other(locks: Locks) -> None:
    writers = [await Writer(locks.whole(name)).held() for name in ("a", "b")]
    for writer in writers:
        await writer.leave()


async def test_whole_excludes_everyone_and_is_excluded(locks: Locks) -> None:
    whole = await Writer(locks.whole("a")).held()
    for lock in (locks.whole("a"), locks.range("a", 5, 6), locks.whole("a", evict="all")):
        with pytest.raises(Locked):
            await Writer(lock).held()
    await whole.leave()
    part = await Writer(locks.range("a", 5, 6)).held()
    with pytest.raises(Locked):
        await Writer(locks.whole("a")).held()
    await part.leave()
    await (await Writer(locks.whole("a")).held()).leave()


@pytest.mark.parametrize("spans", [[(0, 10), (10, 20)], [(0, None)]], ids=["two parts", "unknown length"])
async def test_whole_with_evict_ends_the_writers(locks: Locks, spans: list[tuple[int, int | None]]) -> None:
    writers = [await Writer(locks.range("a", *span)).held() for span in spans]
    whole = await Writer(locks.whole("a", evict="all")).held()
    for writer in writers:
        with pytest.raises(NotFound):
            await writer.task
    await whole.leave()


async def test_whoever_has_left_is_not_ended_any_more(locks: Locks) -> None:
    """One of the writers takes long to end; others leave meanwhile, and go on with something else."""
    ending, left = asyncio.Event(), asyncio.Event()
    there: list[int] = []

    async def linger() -> None:
        async with locks.range("a", 0, 1):
            there.append(0)
            try:
                await asyncio.Event().wait()
            finally:
                ending.set()
                await left.wait()

    async def leave(number: int) -> str:
        async with locks.range("a", number, number + 1):
            there.append(number)
            await ending.wait()
        left.set()
        await asyncio.sleep(0.05)
        return "answered"

    writers = [asyncio.ensure_future(linger()), *(asyncio.ensure_future(leave(at)) for at in range(1, 20))]
    while len(there) < len(writers):
        await asyncio.sleep(0.01)
    asyncio.get_running_loop().call_later(0.1, left.set)
    async with locks.whole("a", evict="all"):
        pass
    for ended in await asyncio.gather(*writers, return_exceptions=True):
        assert isinstance(ended, NotFound) or ended == "answered"


async def test_a_stalled_writer_is_taken_over(tmp_path: Path, clock: Clock) -> None:
    locks = Locks(tmp_path, stalled_after=5)
    stalled = await Writer(locks.range("a", 0, 10)).held()
    clock.now += 6
    newer = await Writer(locks.range("a", 5, 20)).held()
    with pytest.raises(Locked):
        await stalled.task
    await newer.leave()


async def test_a_commit_is_never_taken_over_however_long_the_disk_takes(tmp_path: Path, clock: Clock) -> None:
    locks = Locks(tmp_path, stalled_after=5)
    commit = await Writer(locks.whole("a")).held()
    clock.now += 6
    with pytest.raises(Locked):
        await Writer(locks.range("a", 0, 10)).held()
    await commit.leave()


async def test_only_the_writer_in_the_way_is_taken_over(tmp_path: Path, clock: Clock) -> None:
    locks = Locks(tmp_path, stalled_after=5)
    elsewhere = await Writer(locks.range("a", 100, 110)).held()
    stalled = await Writer(locks.range("a", 0, 10)).held()
    clock.now += 6
    newer = await Writer(locks.range("a", 0, 10)).held()
    with pytest.raises(Locked):
        await stalled.task
    await newer.leave()
    await elsewhere.leave()


async def test_a_writer_that_makes_progress_keeps_its_place(tmp_path: Path, clock: Clock) -> None:
    locks = Locks(tmp_path, stalled_after=5)
    async with locks.range("a", 0, 10) as lease:
        for _ in range(6):
            clock.now += 4
            lease.progress()
        with pytest.raises(Locked):
            await Writer(locks.range("a", 0, 10)).held()


async def test_an_error_inside_gives_the_lock_back(locks: Locks) -> None:
    for lock in (locks.range("a", 0, 10), locks.whole("a")):
        with pytest.raises(KeyError):
            async with lock:
                raise KeyError
    await (await Writer(locks.whole("a")).held()).leave()


async def test_a_cancelled_task_stays_cancelled(locks: Locks) -> None:
    writer = await Writer(locks.range("a", 0, 10)).held()
    writer.task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writer.task
    await (await Writer(locks.whole("a")).held()).leave()


async def test_changes_of_the_record_do_not_interleave(locks: Locks) -> None:
    order: list[str] = []

    async def change(start: int) -> None:
        async with locks.range("a", start, start + 1) as lease, lease.held.mutex:
            order.append(f"{start} begins")
            await asyncio.sleep(0.01)
            order.append(f"{start} ends")

    await asyncio.gather(*(change(start) for start in range(3)))
    assert [step.split()[1] for step in order] == ["begins", "ends"] * 3


@pytest.fixture
def other_process(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A second server's process, which holds all of upload `a`."""
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(tmp_path / "records"), "a"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"held\n"
    yield process
    process.kill()
    process.communicate()


async def test_another_process_is_kept_out(locks: Locks, other_process: subprocess.Popen[bytes]) -> None:
    for lock in (locks.whole("a"), locks.range("a", 0, 1), locks.whole("a", evict="all")):
        with pytest.raises(Locked, match="Another Jupyter server"):
            await Writer(lock).held()
    await (await Writer(locks.whole("b")).held()).leave()
    other_process.communicate()  # its standard input ends, and so it lets go
    await (await Writer(locks.whole("a")).held()).leave()


async def test_a_killed_process_holds_nothing(locks: Locks, other_process: subprocess.Popen[bytes]) -> None:
    other_process.kill()
    other_process.communicate()
    await (await Writer(locks.whole("a")).held()).leave()


async def test_another_process_waits_for_the_last_of_our_writers(locks: Locks, tmp_path: Path) -> None:
    writers = [await Writer(locks.range("a", *span)).held() for span in ((0, 10), (10, 20))]
    await writers[0].leave()
    attempt = [sys.executable, "-c", _HOLDER, str(tmp_path / "records"), "a"]

    async def run() -> subprocess.CompletedProcess[bytes]:
        return await asyncio.to_thread(subprocess.run, attempt, capture_output=True, input=b"", check=False)

    assert b"Locked" in (await run()).stderr
    await writers[1].leave()
    deadline = time.monotonic() + 30
    while (await run()).returncode:
        assert time.monotonic() < deadline


async def test_the_next_chunk_finds_the_lock_still_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    monkeypatch.setattr(Locks, "_take_lock", lambda _self, _upload_id: calls.append("take"))
    monkeypatch.setattr(Locks, "_give_back", lambda _self, _upload_id: calls.append("give back"))
    locks = Locks(tmp_path, kept_for=3600)
    for start in range(3):
        async with locks.range("a", start, start + 1) as lease:
            assert lease.held.upload is None, "what another chunk knew is not believed"
    assert calls == ["take"]


async def test_a_lock_that_nobody_wants_again_is_given_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given_back = asyncio.Event()
    loop = asyncio.get_running_loop()
    monkeypatch.setattr(
        Locks, "_give_back", lambda _self, _upload_id: loop.call_soon_threadsafe(given_back.set)
    )
    locks = Locks(tmp_path, kept_for=0)
    async with locks.range("a", 0, 1):
        pass
    await asyncio.wait_for(given_back.wait(), 30)
