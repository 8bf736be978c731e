"""A login that expires while bytes move."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from tests.support.forked_server import ForkedServer
from tests.support.server import RunningServer

from . import IN_LAB
from .applications import prepare_pages
from .frontend import Frontend
from .patience import until
from .payload import digest
from .tabs import Tabs

#: As on a hub: what a page may do rests on its cookies, not on the server's own token.
COOKIES_ONLY = """
def without_token(handler, page_config):
    return {**page_config, "token": ""}

c.ServerApp.tornado_settings = {"page_config_hook": without_token}
"""


@pytest.fixture(scope="module")
def guarded_server() -> Iterator[RunningServer]:
    with ForkedServer(app="lab", base_url="/user/ada/", config_code=COOKIES_ONLY) as running:
        prepare_pages(running)
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def guarded(
    tabs: Tabs, page: Page, guarded_server: RunningServer, tmp_path: Path, application: str
) -> Frontend:
    """An application, whose person has logged in; whoever opens the next one logs in again."""
    await tabs.close()
    (guarded_server.root / tmp_path.name).mkdir()
    frontend = Frontend(page, guarded_server, application, tmp_path.name)
    await frontend.open()
    return frontend


async def log_in(page: Page, server: RunningServer) -> None:
    """Give the token, as the page asks for it."""
    await page.get_by_label("Token").or_(page.locator("#password_input")).first.fill(server.token)
    await page.get_by_role("button", name="Log in").first.click()
    await page.wait_for_url(lambda url: "/login" not in url)


async def begin(guarded: Frontend, file: Path) -> None:
    async with guarded.upload_limit.after():
        await guarded.pick(file)
        await until(lambda: guarded.chunks.is_under_way, what="a first chunk, and others")


async def follow(guarded: Frontend, link: Locator) -> None:
    """Log in where the link leads to, and come back."""
    async with guarded.page.context.expect_page() as opened:
        await link.click()
    page = await opened.value
    await log_in(page, guarded.server)
    await page.close()
    await guarded.page.bring_to_front()


async def expect_the_whole_file(guarded: Frontend, file: Path) -> None:
    await until(lambda: file.name in guarded.on_disk(), seconds=60, what="the file")
    assert digest(guarded.folder / file.name) == digest(file)
    assert guarded.on_disk() == [file.name]
    assert guarded.chunks.repeated == []


@IN_LAB
async def test_an_expired_login_waits_for_the_next(guarded: Frontend, file: Path) -> None:
    await begin(guarded, file)
    await guarded.page.context.clear_cookies()
    await guarded.upload_limit.lift()
    await guarded.expect_state(file.name, "Waiting")
    row = guarded.row(file.name)
    await expect(row).to_contain_text("Your login has expired.")

    await follow(guarded, row.get_by_role("link", name="Log in…"))
    await guarded.expect_state(file.name, "Done")
    await expect_the_whole_file(guarded, file)


async def test_an_expired_login_is_told_once_where_the_panel_is_closed(guarded: Frontend, file: Path) -> None:
    await guarded.take_the_clock()
    await begin(guarded, file)
    await guarded.close_panel()
    await guarded.page.context.clear_cookies()
    await guarded.upload_limit.lift()
    reminder = guarded.page.get_by_role("alert").filter(has_text="Your login has expired.")
    await expect(reminder).to_have_count(1)
    await guarded.tries_again(times=2)
    await expect(reminder).to_have_count(1)

    await follow(guarded, reminder.get_by_role("button", name="Log in…"))
    await expect_the_whole_file(guarded, file)
    await expect(reminder).to_have_count(0)
