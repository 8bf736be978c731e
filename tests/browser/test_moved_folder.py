"""A folder that is renamed while the page uploads into it."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.async_api import Page, expect

from . import ONLY_TAB, OWN_TAB
from .frontend import LONGEST_PAUSE, Frontend
from .patience import until
from .payload import digest


async def close_what_the_listing_says(page: Page) -> None:
    """Have Jupyter's own message closed whenever it comes: the file browser looks after its folder too."""
    message = page.get_by_role("dialog").filter(has_text="Directory not found")
    await page.add_locator_handler(message, lambda shown: shown.get_by_role("button", name="Close").click())


async def rename_under_way(frontend: Frontend, file: Path) -> Path:
    """Rename the folder once a chunk is there and others are on their way; return where it is then."""
    async with frontend.upload_limit.after():
        await frontend.pick(file)
        await until(lambda: frontend.chunks.is_under_way, what="a first chunk, and others")
        await close_what_the_listing_says(frontend.page)
        away = frontend.folder.rename(frontend.folder.with_name(f"{frontend.folder.name} renamed"))
    await frontend.upload_limit.lift()
    return away


@ONLY_TAB
async def test_the_upload_goes_on_when_the_folder_is_back(frontend: Frontend, file: Path) -> None:
    await frontend.take_the_clock()
    away = await rename_under_way(frontend, file)
    try:
        await frontend.expect_state(file.name, "Waiting")
        row = frontend.row(file.name)
        await expect(row).to_contain_text(f"The folder “{frontend.folder.name}” is not there")
        await expect(row).to_contain_text("The upload goes on when it is back.")
        if "BIGUPLOAD_SCREENSHOTS" in os.environ:
            await row.screenshot(path=Path(os.environ["BIGUPLOAD_SCREENSHOTS"], "row.png"))
        sent = len(frontend.chunks.sent)
        await frontend.tries_again(times=2)
        await frontend.expect_state(file.name, "Waiting")
        assert len(frontend.chunks.sent) == sent, "bytes were sent that nobody can take"
    finally:
        away.rename(frontend.folder)
    await frontend.let_pass(LONGEST_PAUSE)
    await frontend.expect_state(file.name, "Done")
    assert digest(frontend.folder / file.name) == digest(file)
    assert frontend.on_disk() == [file.name]
    assert frontend.chunks.repeated == []


@OWN_TAB
async def test_it_can_be_cancelled_while_the_folder_is_away(frontend: Frontend, file: Path) -> None:
    away = await rename_under_way(frontend, file)
    try:
        await frontend.expect_state(file.name, "Waiting")
        await frontend.button("Cancel", file.name).click()
        await frontend.expect_state(file.name, "Cancelled")
        await frontend.expect_nothing_unfinished()
    finally:
        away.rename(frontend.folder)
