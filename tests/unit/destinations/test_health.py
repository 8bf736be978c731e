"""Whether a destination can be reached: asked rarely, and never for long."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from jupyter_bigupload.destinations import Destination, HealthChecks, try_to_begin
from jupyter_bigupload.errors import AccessDenied, BigUploadError, FolderMissing
from jupyter_bigupload.stores.base import Handle, Target
from jupyter_bigupload.stores.local import LocalStore


class Clock:
    """A clock that is set by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


class Asked(LocalStore):
    """A folder that counts how often something is begun in it, and does as it is told."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.times = 0
        self.failure: BigUploadError | None = None
        self.answer = asyncio.Event()
        self.answer.set()

    async def begin(self, target: Target) -> Handle:
        self.times += 1
        await self.answer.wait()
        if self.failure is not None:
            raise self.failure
        return await super().begin(target)


def destination(store: Asked) -> Destination:
    return Destination("x", "X", "folder", store)


async def test_a_good_answer_stands_for_a_minute_and_a_bad_one_for_seconds(tmp_path: Path) -> None:
    clock, asked = Clock(), Asked(tmp_path)
    checks, place = HealthChecks(clock=clock), destination(asked)
    assert checks.last(place) is None
    for _ in range(2):
        await checks.check(place)
    found = checks.last(place)
    assert found is not None
    assert (found.failure, asked.times) == (None, 1)
    clock.now = 61
    asked.failure = AccessDenied("No.")
    await checks.check(place)
    found = checks.last(place)
    assert found is not None
    assert (found.failure, asked.times) == (asked.failure, 2)
    clock.now += 1
    await checks.check(place)
    assert asked.times == 2
    clock.now += 5
    asked.failure = None
    await checks.check(place)
    found = checks.last(place)
    assert found is not None
    assert (found.failure, asked.times) == (None, 3)


async def test_all_who_ask_at_once_share_one_answer(tmp_path: Path) -> None:
    asked = Asked(tmp_path)
    asked.answer.clear()
    checks, place = HealthChecks(), destination(asked)
    waiting = [asyncio.ensure_future(checks.check(place)) for _ in range(5)]
    await asyncio.sleep(0)
    waiting[0].cancel()  # whoever leaves takes nobody along
    await asyncio.sleep(0)
    asked.answer.set()
    with pytest.raises(asyncio.CancelledError):
        await waiting[0]
    await asyncio.gather(*waiting[1:])
    assert asked.times == 1
    assert checks.last(place) is not None


async def test_a_store_that_says_nothing_is_not_waited_for(tmp_path: Path) -> None:
    asked = Asked(tmp_path)
    asked.answer.clear()
    checks, place = HealthChecks(timeout=0.05), destination(asked)
    await asyncio.wait_for(checks.check(place), 5)
    found = checks.last(place)
    assert found is not None
    assert found.failure is not None
    assert found.failure.reason == "store_unreachable"


async def test_a_folder_is_written_to_and_left_as_it_was(tmp_path: Path) -> None:
    store = LocalStore(tmp_path / "root")
    with pytest.raises(FolderMissing):
        await try_to_begin(store)
    (tmp_path / "root").mkdir()
    await try_to_begin(store)
    assert list((tmp_path / "root").iterdir()) == []
