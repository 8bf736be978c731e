"""The network goes away, the computer sleeps or stays awake."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import expect

from . import IN_LAB, ONLY_TAB, OWN_TAB
from .frontend import Frontend
from .patience import quiet, until
from .payload import digest


async def begin(frontend: Frontend, file: Path) -> None:
    async with frontend.upload_limit.after():
        await frontend.pick(file)
        await until(lambda: frontend.chunks.is_under_way, what="a first chunk, and others")


async def expect_the_whole_file(frontend: Frontend, file: Path) -> None:
    await frontend.expect_state(file.name, "Done")
    assert digest(frontend.folder / file.name) == digest(file)
    assert frontend.on_disk() == [file.name]
    assert frontend.chunks.repeated == []


@ONLY_TAB
async def test_offline_waits_and_online_goes_on_at_once(frontend: Frontend, file: Path) -> None:
    await frontend.take_the_clock()
    await begin(frontend, file)
    await frontend.upload_limit.lift()
    await frontend.page.context.set_offline(True)
    try:
        await frontend.expect_state(file.name, "Waiting")
        await expect(frontend.row(file.name)).to_contain_text("This computer is offline.")
        sent = len(frontend.chunks.sent)
        await frontend.let_pass(30)
        await quiet(0.5)
        assert len(frontend.chunks.sent) == sent, "nothing is tried while there is no network"
        (upload,) = await frontend.unfinished()
        frontend.chunks.acknowledge(upload["received"])
        # Now nothing of the page is due that waits for a time: only the news that it is back counts.
        await frontend.stop_the_clock()
    finally:
        await frontend.page.context.set_offline(False)
    await until(lambda: len(frontend.chunks.sent) > sent, what="a chunk as soon as it is back")
    await frontend.page.clock.resume()
    await expect_the_whole_file(frontend, file)


_ASK_THE_BROWSER = """() => Promise.race([
  navigator.wakeLock.request('screen').then(lock => lock.release()).then(() => 'given', String),
  new Promise(resolve => setTimeout(() => resolve('no answer'), 5000))
])"""
_WATCH_LOCKS = """() => {
  window.locks = [];
  const request = navigator.wakeLock.request.bind(navigator.wakeLock);
  navigator.wakeLock.request = async type => {
    const lock = await request(type);
    window.locks.push(lock);
    return lock;
  };
}"""
_HELD = "window.locks.filter(({released}) => !released).length"


@IN_LAB
@OWN_TAB
async def test_the_computer_stays_awake_while_bytes_move(frontend: Frontend, file: Path) -> None:
    # Tests that were granted something have thereby been denied all else, this included.
    await frontend.page.context.clear_permissions()
    given = await frontend.page.evaluate(_ASK_THE_BROWSER)
    if given != "given":
        pytest.skip(f"this browser gives nobody a wake lock here: {given}")
    await frontend.page.evaluate(_WATCH_LOCKS)
    await frontend.upload_limit.crawl()
    await frontend.pick(file)
    await frontend.page.wait_for_function(f"{_HELD} === 1")
    await frontend.button("Pause", file.name).click()
    await frontend.page.wait_for_function(f"{_HELD} === 0")
    await frontend.upload_limit.lift()
    await frontend.button("Resume", file.name).click()
    await frontend.page.wait_for_function("window.locks.length === 2")
    await expect_the_whole_file(frontend, file)
    await frontend.page.wait_for_function(f"{_HELD} === 0")
