"""Going on with one click, where the browser keeps the file."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import FileChooser, Locator, Page, Playwright, expect

from tests.support.server import RunningServer

from . import IN_LAB
from .frontend import Frontend
from .kept_files import KeptFiles
from .patience import quiet, until
from .payload import digest, write_payload

#: The oldest file that a browser keeps is 30 days old.
LATER = "{const now = Date.now; Date.now = () => now() + 31 * 24 * 3600 * 1000;}"
NO_DATABASE = (
    "Object.defineProperty(window, 'indexedDB', {get() { throw new DOMException('', 'SecurityError'); }})"
)

REFUSED = "name => { window.showOpenFilePicker = async () => { throw new DOMException('', name); }; }"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def browser(
    playwright: Playwright, server: RunningServer, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[KeptFiles]:
    browser = KeptFiles(playwright, server, tmp_path_factory.mktemp("profile"))
    yield browser
    await browser.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: KeptFiles) -> AsyncIterator[Page]:
    page = await browser.open_tab()
    yield page
    await browser.forget(await browser.open_tab() if page.is_closed() else page)


@pytest_asyncio.fixture(loop_scope="session")
async def frontend(browser: KeptFiles, page: Page, folder: str, file: Path, application: str) -> Frontend:
    """An application in this browser, with a file on the person's computer."""
    frontend = Frontend(page, browser.server, application, folder)
    await frontend.open()
    await browser.store(frontend.page, file)
    return frontend


async def begin(browser: KeptFiles, frontend: Frontend, file: Path, *, is_kept: bool = True) -> None:
    """Pick the file, and upload until one chunk is there, others are on their way, and the file is kept."""
    await browser.will_pick(frontend.page, file.name)
    async with frontend.upload_limit.after():
        await frontend.upload_button.click()
        await until(lambda: frontend.chunks.is_under_way, what="a first chunk, and others")
        if is_kept:
            await browser.wait_until_kept(frontend.page)


async def expect_unfinished(frontend: Frontend, file: Path, words: str) -> None:
    await frontend.expect_state(file.name, "Unfinished")
    await expect(frontend.row(file.name)).to_contain_text(words)
    (upload,) = await frontend.unfinished()
    assert upload["received"]
    frontend.chunks.acknowledge(upload["received"])


async def expect_the_whole_file(frontend: Frontend, file: Path) -> None:
    await frontend.expect_state(file.name, "Done")
    assert digest(frontend.folder / file.name) == digest(file)
    assert frontend.on_disk() == [file.name]
    assert frontend.chunks.repeated == []


async def resume(frontend: Frontend, file: Path) -> None:
    await frontend.upload_limit.lift()
    await frontend.button("Resume", file.name).click()


def dialog(frontend: Frontend) -> Locator:
    return frontend.page.get_by_role("dialog")


async def test_one_click_after_a_reload(browser: KeptFiles, frontend: Frontend, file: Path) -> None:
    await begin(browser, frontend, file)
    await frontend.reload()
    await expect_unfinished(frontend, file, "Resume opens the file again by itself.")
    await resume(frontend, file)
    await expect_the_whole_file(frontend, file)
    assert await browser.times_picked(frontend.page) == 0


async def test_one_click_after_a_restart_of_the_browser(
    browser: KeptFiles, frontend: Frontend, file: Path
) -> None:
    await begin(browser, frontend, file)
    await browser.stop()
    later = Frontend(await browser.open_tab(), frontend.server, frontend.path, frontend.folder.name)
    later.chunks.take_over(frontend.chunks)
    await later.open()
    await expect_unfinished(later, file, "Resume opens the file again by itself.")
    await resume(later, file)
    await expect_the_whole_file(later, file)
    assert await browser.times_picked(later.page) == 0


@pytest.mark.long
async def test_resume_all_opens_kept_files_too(browser: KeptFiles, frontend: Frontend, file: Path) -> None:
    await begin(browser, frontend, file)
    await frontend.reload()
    await expect_unfinished(frontend, file, "Resume opens the file again by itself.")
    await frontend.upload_limit.lift()
    await frontend.page.get_by_role("button", name="Resume all").click()
    await expect_the_whole_file(frontend, file)


async def test_a_file_that_changed_is_never_mixed(browser: KeptFiles, frontend: Frontend, file: Path) -> None:
    original = digest(file)
    await begin(browser, frontend, file)
    await frontend.reload()
    await expect_unfinished(frontend, file, "Resume opens the file again by itself.")
    content = file.read_bytes()
    write_payload(file, len(content) - 1)
    await browser.store(frontend.page, file)
    sent = len(frontend.chunks.sent)

    await resume(frontend, file)
    await expect(dialog(frontend)).to_contain_text("The file has changed")
    await expect(dialog(frontend)).to_contain_text(f"“{file.name}” has changed since its upload was begun.")
    await dialog(frontend).get_by_role("button", name="Cancel").click()
    await frontend.expect_state(file.name, "Unfinished")
    assert len(frontend.chunks.sent) == sent
    assert digest(file) != original
    assert (await frontend.unfinished())[0]["size"] == len(content)


async def test_a_file_that_is_gone_can_be_picked(browser: KeptFiles, frontend: Frontend, file: Path) -> None:
    await begin(browser, frontend, file)
    await frontend.reload()
    await expect_unfinished(frontend, file, "Resume opens the file again by itself.")
    await browser.remove(frontend.page, file.name)
    await resume(frontend, file)
    await expect(dialog(frontend)).to_contain_text("could not be opened")

    # Back in its place, but with another modification time: it has to be the same file, not one like it.
    await browser.store(frontend.page, file)
    await browser.will_pick(frontend.page, file.name)
    await dialog(frontend).get_by_role("button", name="Choose the file…").click()
    await expect(dialog(frontend)).to_contain_text("was changed since")
    assert await browser.times_picked(frontend.page) == 1
    await dialog(frontend).get_by_role("button", name="Cancel").click()
    await frontend.expect_state(file.name, "Unfinished")


async def test_a_finished_file_is_forgotten(browser: KeptFiles, frontend: Frontend, file: Path) -> None:
    await browser.will_pick(frontend.page, file.name)
    await frontend.upload_button.click()
    await frontend.expect_state(file.name, "Done")
    kept = """async () => {
      const request = indexedDB.open('jupyter-bigupload');
      await new Promise(resolve => { request.onsuccess = resolve; });
      const keys = request.result.transaction('files').objectStore('files').getAllKeys();
      await new Promise(resolve => { keys.onsuccess = resolve; });
      request.result.close();
      return keys.result.length;
    }"""
    assert await frontend.page.evaluate(kept) == 0


@pytest.mark.parametrize(
    "init_script",
    [
        pytest.param(LATER, id="after-30-days"),
        pytest.param(NO_DATABASE, id="without-a-database", marks=pytest.mark.long),
    ],
)
async def test_what_is_not_kept_has_to_be_picked(
    browser: KeptFiles, frontend: Frontend, file: Path, init_script: str
) -> None:
    await begin(browser, frontend, file, is_kept=False)
    await frontend.page.add_init_script(init_script)
    await frontend.reload()
    await expect_unfinished(frontend, file, "To resume, choose the same file again.")
    await browser.will_pick(frontend.page, file.name)
    await resume(frontend, file)
    await expect_the_whole_file(frontend, file)
    assert await browser.times_picked(frontend.page) == 1


@IN_LAB
async def test_closing_the_picker_uploads_nothing(frontend: Frontend) -> None:
    await frontend.page.evaluate(REFUSED, "AbortError")
    choosers: list[FileChooser] = []

    def note(chooser: FileChooser) -> None:
        choosers.append(chooser)

    frontend.page.on("filechooser", note)
    await frontend.upload_button.click()
    await quiet(1)
    assert choosers == []
    assert await frontend.unfinished() == []
    assert frontend.on_disk() == []


async def test_a_page_that_may_not_show_the_picker_asks_the_plain_way(frontend: Frontend, file: Path) -> None:
    await frontend.page.evaluate(REFUSED, "SecurityError")
    await frontend.pick(file)
    await expect_the_whole_file(frontend, file)
