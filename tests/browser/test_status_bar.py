from __future__ import annotations

import re
from pathlib import Path

from playwright.async_api import Page, expect

from tests.support.server import RunningServer

from .frontend import Frontend


async def test_the_status_bar_follows_and_opens_the_panel(
    page: Page, server: RunningServer, folder: str, file: Path
) -> None:
    lab = Frontend(page, server, "lab", folder)
    await lab.open()
    item = page.locator("#jp-main-statusbar").get_by_role("button", name="upload")
    await expect(item).to_have_count(0)

    await lab.upload_limit.crawl()
    await lab.pick(file)
    await expect(item).to_have_text(re.compile(r"1 upload · \d+%"))
    await lab.close_panel()
    await item.click()
    await expect(lab.row(file.name)).to_be_visible()
    await lab.button("Pause", file.name).click()
    await expect(item).to_have_text("1 upload paused")
    await lab.button("Cancel", file.name).click()
    await expect(item).to_have_count(0)
