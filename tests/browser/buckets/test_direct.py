"""Uploads straight to buckets: the server signs the parts, and never sees them."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from playwright.async_api import expect

from ..network import SLOW
from ..patience import quiet, until
from ..payload import digest
from . import IN_LAB, IN_NOTEBOOK
from .panel import BucketPanel
from .places import PART, Place, Places

#: More than any request of a page that sends no file has in its body.
_NO_FILE = 128 * 1024


async def begin(panel: BucketPanel, place: Place, file: Path) -> None:
    """Upload slowly, until some parts are there and others are on their way."""
    await panel.choose(place)
    await panel.frontend.upload_limit.set(SLOW)
    await panel.frontend.pick(file)
    await until(lambda: panel.parts.begun_and_not_done, what="a first part")


async def expect_the_whole_file(panel: BucketPanel, place: Place, file: Path) -> None:
    """Wait for its end: all bytes, nothing beside them, nothing sent twice, and nothing through Jupyter."""
    await panel.expect_state(file, place, "Done")
    assert place.digest(file.name) == digest(file)
    assert place.unfinished() == []
    assert panel.parts.repeated == []
    assert panel.frontend.chunks.sent == []
    assert max(await panel.traffic.bodies_to(panel.frontend.server.url)) < _NO_FILE
    assert panel.frontend.on_disk() == []


async def test_no_byte_of_the_file_goes_through_jupyter(
    panel: BucketPanel, places: Places, file: Path
) -> None:
    await panel.choose(places.direct)
    await panel.frontend.pick(file)
    await expect_the_whole_file(panel, places.direct, file)
    parts = await panel.traffic.bodies_to(places.seaweedfs.endpoint)
    size = file.stat().st_size
    assert sorted(parts) == sorted([PART] * (size // PART) + [size % PART]), "all of them went to the bucket"
    await expect(panel.row(file, places.direct)).to_contain_text(places.direct.title)


@IN_LAB
async def test_azure(panel: BucketPanel, places: Places, file: Path) -> None:
    await panel.choose(places.azure_direct)
    await panel.frontend.pick(file)
    await expect_the_whole_file(panel, places.azure_direct, file)
    assert sum(await panel.traffic.bodies_to(places.azurite.endpoint)) == file.stat().st_size


@IN_LAB
async def test_pause_stops_the_bytes_and_resume_goes_on(
    panel: BucketPanel, places: Places, file: Path
) -> None:
    await begin(panel, places.direct, file)
    await panel.button("Pause", file, places.direct).click()
    await panel.expect_state(file, places.direct, "Paused")
    await quiet(0.5)
    before = await panel.upload(file)
    signed = len(panel.parts.signed)
    await quiet(1)
    assert len(panel.parts.signed) == signed
    assert await panel.upload(file) == before
    assert 0 < before["received_bytes"] < file.stat().st_size

    await panel.frontend.upload_limit.lift()
    await panel.button("Resume", file, places.direct).click()
    await expect_the_whole_file(panel, places.direct, file)


@IN_NOTEBOOK
async def test_after_a_reload_the_same_file_goes_on(panel: BucketPanel, places: Places, file: Path) -> None:
    await begin(panel, places.direct, file)
    await panel.frontend.reload()
    await panel.expect_state(file, places.direct, "Unfinished")
    assert (await panel.upload(file))["received_bytes"] >= PART

    await panel.frontend.upload_limit.lift()
    async with panel.frontend.choosing(panel.button("Resume", file, places.direct)) as chosen:
        chosen.append(file)
    await expect_the_whole_file(panel, places.direct, file)


@IN_LAB
async def test_a_server_that_dies(panel: BucketPanel, places: Places, file: Path) -> None:
    await begin(panel, places.direct, file)
    panel.frontend.server.kill()
    try:
        await panel.expect_state(file, places.direct, "Waiting")
        await expect(panel.row(file, places.direct)).to_contain_text("The server cannot be reached.")
        await panel.frontend.upload_limit.lift()
    finally:
        await asyncio.to_thread(panel.frontend.server.start)
    await expect_the_whole_file(panel, places.direct, file)


@IN_LAB
async def test_a_bucket_that_is_down_for_a_while(panel: BucketPanel, places: Places, file: Path) -> None:
    await begin(panel, places.direct, file)
    places.seaweedfs.kill()
    try:
        await panel.expect_state(file, places.direct, "Waiting")
        await quiet(2)
        await panel.frontend.upload_limit.lift()
    finally:
        await asyncio.to_thread(places.seaweedfs.restart)
    await expect_the_whole_file(panel, places.direct, file)


@IN_NOTEBOOK
async def test_cancel_leaves_nothing(panel: BucketPanel, places: Places, file: Path) -> None:
    await begin(panel, places.direct, file)
    upload = await panel.upload(file)
    assert places.direct.unfinished() == [places.direct.key(file.name)]

    await panel.button("Cancel", file, places.direct).click()
    await panel.expect_state(file, places.direct, "Cancelled")
    await until(lambda: places.direct.unfinished() == [], what="no upload in the bucket")
    await until(lambda: panel.frontend.records(upload["id"]) == [], what="no record")


@IN_LAB
async def test_a_bucket_that_does_not_let_the_page_is_reached_through_the_server(
    panel: BucketPanel, places: Places, file: Path
) -> None:
    origin = panel.frontend.server.url.rstrip("/")
    notice = panel.page.locator(".jp-BigUpload-banner").filter(has_text="set a CORS rule on the bucket")
    await panel.choose(places.closed)
    await panel.frontend.pick(file)
    await panel.expect_state(file, places.closed, "Done")
    assert places.closed.digest(file.name) == digest(file)
    assert places.closed.unfinished() == []
    assert sum(await panel.traffic.bodies_to(panel.frontend.server.url)) > file.stat().st_size

    await expect(notice).to_contain_text(places.closed.title)
    await notice.get_by_role("button", name="Show the rule").click()
    text = await notice.locator("code").inner_text()
    assert origin in text
    rules = json.loads(text)
    places.seaweedfs.client.put_bucket_cors(
        Bucket=places.closed.bucket, CORSConfiguration={"CORSRules": rules}
    )
    try:
        await notice.get_by_role("button", name="Test again").click()
        await expect(notice).to_have_count(0)
        again = file.rename(file.with_name(f"again-{file.name}"))
        through_the_server = len(panel.frontend.chunks.sent)
        await panel.frontend.pick(again)
        await panel.expect_state(again, places.closed, "Done")
        assert places.closed.digest(again.name) == digest(again)
        assert len(panel.frontend.chunks.sent) == through_the_server
    finally:
        places.closed.set_cors()
