"""Folders into buckets: the tree is kept as keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import expect

from .. import IN_LAB
from ..drops import drop
from ..payload import digest, write_payload
from .panel import BucketPanel
from .places import Place, Places


@IN_LAB
async def test_a_folder_that_is_dropped_on_the_panel(
    panel: BucketPanel, places: Places, tmp_path: Path
) -> None:
    tree = tmp_path / "observations"
    for number in range(60):
        folder = tree / f"run {number % 3}"
        folder.mkdir(parents=True, exist_ok=True)
        write_payload(folder / f"{number}.bin", number * 100)
    write_payload(tree / "large.bin", 9_000_000)
    await panel.choose(places.plain)
    page = panel.frontend.page
    await drop(page, page.locator(".jp-BigUpload-panel"), tree)
    row = page.locator(".jp-BigUpload-row").filter(has_text=tree.name)
    await expect(row.locator(".jp-BigUpload-state")).to_have_text("Done", timeout=120_000)
    await expect(row).to_contain_text("61 new")
    for file in tree.rglob("*.bin"):
        assert places.plain.digest(file.relative_to(tmp_path).as_posix()) == digest(file)
    assert places.plain.unfinished() == []

    # Again: nothing is sent, because the store knows what it has.
    await page.get_by_role("button", name="Clear finished").click()
    await drop(page, page.locator(".jp-BigUpload-panel"), tree)
    await page.get_by_role("dialog").get_by_role("button", name="Upload", exact=True).click()
    await expect(row.locator(".jp-BigUpload-state")).to_have_text("Done", timeout=120_000)
    await expect(row).to_contain_text("61 identical, not sent")


@IN_LAB
@pytest.mark.parametrize("name", ["direct", "azure_direct"])
async def test_no_byte_of_small_files_goes_through_jupyter(
    panel: BucketPanel, places: Places, tmp_path: Path, name: str
) -> None:
    """They are signed and confirmed by the server, which hears of no more than their names and digests."""
    place: Place = getattr(places, name)
    tree = tmp_path / f"straight {name}"
    for number in range(60):
        folder = tree / f"run {number % 3}"
        folder.mkdir(parents=True, exist_ok=True)
        write_payload(folder / f"é {number}.bin", 20_000 + number)
    size = sum(file.stat().st_size for file in tree.rglob("*.bin"))
    await panel.choose(place)
    page = panel.frontend.page
    await drop(page, page.locator(".jp-BigUpload-panel"), tree)
    row = page.locator(".jp-BigUpload-row").filter(has_text=tree.name)
    await expect(row.locator(".jp-BigUpload-state")).to_have_text("Done", timeout=120_000)
    await expect(row).to_contain_text("60 new")
    for file in tree.rglob("*.bin"):
        assert place.digest(file.relative_to(tmp_path).as_posix()) == digest(file)
    assert sorted(await panel.traffic.bodies_to(place.store.origin)) == [20_000 + n for n in range(60)]
    assert sum(await panel.traffic.bodies_to(panel.frontend.server.url)) < size / 10
    assert not panel.traffic.paths_to(panel.frontend.server.url, "/api/bigupload/batches")

    # Again: the store's own digests tell that all is there.
    await page.get_by_role("button", name="Clear finished").click()
    await drop(page, page.locator(".jp-BigUpload-panel"), tree)
    await page.get_by_role("dialog").get_by_role("button", name="Upload", exact=True).click()
    await expect(row.locator(".jp-BigUpload-state")).to_have_text("Done", timeout=120_000)
    await expect(row).to_contain_text("60 identical, not sent")
    assert len(await panel.traffic.bodies_to(place.store.origin)) == 60


@IN_LAB
async def test_small_files_go_through_the_server_where_the_bucket_does_not_let_the_page(
    panel: BucketPanel, places: Places, tmp_path: Path
) -> None:
    tree = tmp_path / "closed tree"
    tree.mkdir()
    for number in range(20):
        write_payload(tree / f"{number}.bin", 1_000 + number)
    await panel.choose(places.closed)
    page = panel.frontend.page
    await drop(page, page.locator(".jp-BigUpload-panel"), tree)
    row = page.locator(".jp-BigUpload-row").filter(has_text=tree.name)
    await expect(row.locator(".jp-BigUpload-state")).to_have_text("Done", timeout=120_000)
    for file in tree.iterdir():
        assert places.closed.digest(file.relative_to(tmp_path).as_posix()) == digest(file)
    assert panel.traffic.paths_to(panel.frontend.server.url, "/api/bigupload/batches")
