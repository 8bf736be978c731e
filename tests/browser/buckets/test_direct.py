"""Uploads straight to buckets: the server signs the parts, and never sees them."""

from __future__ import annotations

import json
from pathlib import Path

from playwright.async_api import expect

from .. import OWN_TAB
from ..payload import digest
from .panel import BucketPanel
from .places import PART, Places
from .ways import Direct


async def test_no_byte_of_the_file_goes_through_jupyter(
    panel: BucketPanel, places: Places, file: Path
) -> None:
    await panel.choose(places.direct)
    await panel.frontend.pick(file)
    await Direct(panel, places.direct).expect_the_whole_file(file)
    parts = await panel.traffic.bodies_to(places.seaweedfs.endpoint)
    size = file.stat().st_size
    assert sorted(parts) == sorted([PART] * (size // PART) + [size % PART]), "all of them went to the bucket"
    await expect(panel.row(file, places.direct)).to_contain_text(places.direct.title)


async def test_azure(panel: BucketPanel, places: Places, file: Path) -> None:
    await panel.choose(places.azure_direct)
    await panel.frontend.pick(file)
    await Direct(panel, places.azure_direct).expect_the_whole_file(file)
    assert sum(await panel.traffic.bodies_to(places.azurite.endpoint)) == file.stat().st_size


@OWN_TAB
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
