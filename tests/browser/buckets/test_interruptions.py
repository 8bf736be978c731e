"""Whatever comes in between on the way into a bucket, the file arrives, or nothing of it stays."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import expect

from .. import IN_LAB, ONLY_TAB, OWN_TAB
from ..patience import quiet, until
from .places import PART, Places
from .ways import Way


def _first(way: str, other: str) -> pytest.MarkDecorator:
    ways = [way, pytest.param(other, marks=pytest.mark.long)]
    return pytest.mark.parametrize("way", ways, indirect=True)


#: Both ways in the largest tier; else the one on which more can go wrong.
DIRECT = _first("direct", "through the server")
THROUGH_THE_SERVER = _first("through the server", "direct")


@DIRECT
async def test_pause_stops_the_bytes_and_resume_goes_on(way: Way, file: Path) -> None:
    panel, place = way.panel, way.place
    await way.begin(file)
    await panel.button("Pause", file, place).click()
    await panel.expect_state(file, place, "Paused")
    await until(lambda: way.idle, what="the parts on their way ended")
    before, begun = await panel.upload(file), way.begun
    await quiet(1)
    assert way.begun == begun
    assert await panel.upload(file) == before
    assert 0 < before["received_bytes"] < file.stat().st_size
    way.acknowledge(before["received"])

    await panel.frontend.upload_limit.lift()
    await panel.button("Resume", file, place).click()
    await way.expect_the_whole_file(file)


@IN_LAB
@THROUGH_THE_SERVER
async def test_after_a_reload_the_same_file_goes_on(way: Way, file: Path) -> None:
    panel, place = way.panel, way.place
    await way.begin(file)
    await panel.frontend.reload()
    await panel.expect_state(file, place, "Unfinished")
    upload = await panel.upload(file)
    assert upload["received_bytes"] >= way.least
    way.acknowledge(upload["received"])

    await panel.frontend.upload_limit.lift()
    async with panel.frontend.choosing(panel.button("Resume", file, place)) as chosen:
        chosen.append(file)
    await way.expect_the_whole_file(file)


@IN_LAB
@DIRECT
async def test_cancel_leaves_nothing(way: Way, file: Path) -> None:
    panel, place = way.panel, way.place
    await way.begin(file)
    upload = await panel.upload(file)
    assert upload["part_size"] == PART
    assert place.unfinished() == [place.key(file.name)]

    await panel.button("Cancel", file, place).click()
    await panel.expect_state(file, place, "Cancelled")
    await until(lambda: place.unfinished() == [], what="no upload in the bucket")
    await until(lambda: panel.frontend.records(upload["id"]) == [], what="no record")


# `faults/test_bucket_kills.py` has the same, but for the words, in the smaller tiers.
@pytest.mark.long
@ONLY_TAB
@DIRECT
async def test_a_server_that_dies(way: Way, file: Path) -> None:
    panel, place = way.panel, way.place
    await way.begin(file)
    panel.frontend.server.kill()
    # The server is missed once a part has come to the bucket, which none that crawls does soon.
    await panel.frontend.upload_limit.lift()
    try:
        await panel.expect_state(file, place, "Waiting")
        await expect(panel.row(file, place)).to_contain_text("The server cannot be reached.")
    finally:
        await asyncio.to_thread(panel.frontend.server.start)
    await way.expect_the_whole_file(file)


@OWN_TAB
@THROUGH_THE_SERVER
async def test_a_bucket_that_is_down_for_a_while(way: Way, places: Places, file: Path) -> None:
    panel, place = way.panel, way.place
    await way.begin(file)
    places.seaweedfs.kill()
    # What crawls to the server does not come to the bucket soon.
    await panel.frontend.upload_limit.lift()
    try:
        await panel.expect_state(file, place, "Waiting")
        await expect(panel.row(file, place)).to_contain_text("The bucket cannot be reached.")
        await quiet(2)
    finally:
        await asyncio.to_thread(places.seaweedfs.restart)
    await way.expect_the_whole_file(file)
