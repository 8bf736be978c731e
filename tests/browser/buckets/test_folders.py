"""Folders into buckets: the tree is kept as keys."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import expect

from .. import IN_LAB
from ..drops import drop
from ..payload import digest, write_payload
from .panel import BucketPanel
from .places import Places


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
