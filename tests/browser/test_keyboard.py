from __future__ import annotations

from pathlib import Path

from playwright.async_api import Locator, expect

from . import IN_BOTH, OWN_TAB
from .frontend import Frontend
from .payload import digest


async def reach(frontend: Frontend, key: str, target: Locator) -> None:
    """Press a key until `target` has the focus, as often as there may be things on the way."""
    for _ in range(60):
        if await target.evaluate("element => element.matches(':focus, :focus-within')"):
            return
        await frontend.page.keyboard.press(key)
    await expect(target).to_be_focused(timeout=1)


async def ask_for_files(frontend: Frontend) -> None:
    page = frontend.page
    if frontend.is_lab:
        # A toolbar is one stop of the Tab key; the arrows go on inside of it.
        await reach(frontend, "Tab", page.locator(".jp-FileBrowser-toolbar"))
        await reach(frontend, "ArrowRight", frontend.upload_button)
    else:
        # No key leads to a button of Notebook 7.6's toolbar, its own Upload included: there is the palette.
        await page.keyboard.press("Control+Shift+C")
        await page.keyboard.type("BigUpload")
        await expect(page.locator(".lm-CommandPalette-item.lm-mod-active")).to_contain_text("BigUpload")
    await page.keyboard.press("Enter")


@IN_BOTH
@OWN_TAB  # a toolbar remembers its last stop
async def test_everything_can_be_done_with_the_keyboard(frontend: Frontend, file: Path) -> None:
    page, name = frontend.page, file.name
    await frontend.upload_limit.crawl()
    async with page.expect_file_chooser() as asked:
        await ask_for_files(frontend)
    await (await asked.value).set_files(file)

    await frontend.expect_state(name, "Uploading")
    await reach(frontend, "Tab", frontend.button("Pause", name))
    await page.keyboard.press("Space")
    await frontend.expect_state(name, "Paused")
    await expect(frontend.button("Resume", name)).to_be_focused()
    await frontend.upload_limit.lift()
    await page.keyboard.press("Enter")
    await frontend.expect_state(name, "Done")
    assert digest(frontend.folder / name) == digest(file)

    clear = page.get_by_role("button", name="Clear finished")
    await reach(frontend, "Shift+Tab", clear)
    await page.keyboard.press("Enter")
    await expect(frontend.row(name)).to_have_count(0)


async def test_cancel_with_the_keyboard(frontend: Frontend, file: Path) -> None:
    await frontend.upload_limit.crawl()
    await frontend.pick(file)
    await frontend.expect_state(file.name, "Uploading")
    await reach(frontend, "Tab", frontend.button("Cancel", file.name))
    await frontend.page.keyboard.press("Enter")
    await frontend.expect_state(file.name, "Cancelled")
    await expect(frontend.row(file.name)).to_be_focused()
