"""What the server does with files that are there, as a person starts, follows and ends it."""

from __future__ import annotations

import asyncio
import functools
import hashlib
import re
import threading
import zipfile
from collections.abc import AsyncIterator, Iterator, Mapping
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, Route, expect

from tests.support.server import RunningServer

from . import IN_LAB, ONLY_TAB, OWN_TAB
from .applications import ORIGIN
from .frontend import Frontend
from .payload import MIB, digest, write_payload
from .test_keyboard import reach

_CLIPBOARD = "navigator.clipboard.readText()"
_KNOWS = "window.jupyterapp.commands.label('bigupload:operation', {kind: 'checksum'}) === 'Compute checksum…'"
_START = "args => window.jupyterapp.commands.execute('bigupload:operation', args).then(() => null)"


@pytest_asyncio.fixture(autouse=True, loop_scope="session")
async def no_operations(server: RunningServer) -> AsyncIterator[None]:
    """Nothing is left of other tests, nor for them."""
    yield
    headers = {"Authorization": f"token {server.token}"}
    async with httpx.AsyncClient(base_url=server.url, headers=headers, trust_env=False) as client:
        for _ in range(600):
            operations = (await client.get("api/bigupload/operations")).json()["operations"]
            for operation in operations:
                address = f"api/bigupload/{operation['name']}"
                await (client.delete(address) if operation["done"] else client.post(f"{address}/cancel"))
            if not operations:
                return
            await asyncio.sleep(0.1)


@pytest.fixture
def large(server: RunningServer, folder: str) -> str:
    """A file whose checksum takes minutes; it takes no place on the disk."""
    with (server.root / folder / "large.bin").open("wb") as file:
        file.truncate(200 * 2**30)
    return "large.bin"


def item(page: Page, label: str) -> Locator:
    """The entry of an open menu with exactly this label."""
    return page.locator(".lm-Menu-itemLabel").get_by_text(label, exact=True)


async def list_again(frontend: Frontend) -> None:
    """Have the file list show what is on the disk, in a page that knows what the server can do."""
    await frontend.page.wait_for_function(_KNOWS)
    await frontend.page.evaluate("window.jupyterapp.commands.execute('filebrowser:refresh')")


async def fill(dialog: Locator, texts: Mapping[str, str]) -> None:
    """Fill the fields of a form, by their labels.

    When it is drawn, the dialog moves the focus to the first one: on a busy machine, that may come between
    the focus and the text of another field. It comes once.
    """
    fields = {dialog.get_by_label(label): text for label, text in texts.items()}
    while [await field.input_value() for field in fields] != list(fields.values()):
        for field, text in fields.items():
            await field.fill(text)


def row(frontend: Frontend, name: str) -> Locator:
    """The checksum of a file of the folder that was open at first."""
    return frontend.transfers.get_by_role(
        "listitem", name=f"Compute checksum: {name} in {frontend.folder.name}", exact=True
    )


async def expect_state(frontend: Frontend, name: str, state: str) -> None:
    await expect(row(frontend, name).locator(".jp-BigUpload-state")).to_have_text(state, timeout=60_000)


async def start(frontend: Frontend, name: str, **parameters: str) -> None:
    """Start it as a program does."""
    path = f"{frontend.folder.name}/{name}"
    await frontend.page.evaluate(_START, {"kind": "checksum", "path": path, "parameters": parameters})


async def press_start(frontend: Frontend) -> None:
    dialog = frontend.page.get_by_role("dialog")
    await expect(dialog).to_contain_text("Compute checksum")
    await expect(dialog.get_by_role("combobox")).to_be_focused()
    await dialog.get_by_role("button", name="Start").click()


async def test_a_checksum_by_the_context_menu(frontend: Frontend) -> None:
    page, data = frontend.page, b"some bytes"
    (frontend.folder / "there.bin").write_bytes(data)
    await list_again(frontend)
    await frontend.listed("there.bin").click(button="right")
    await item(page, "BigUpload").hover()
    await item(page, "Compute checksum…").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("there.bin")
    await dialog.get_by_role("combobox").select_option(label="md5")
    await press_start(frontend)

    await expect_state(frontend, "there.bin", "Done")
    expected = hashlib.md5(data, usedforsecurity=False).hexdigest()
    done = row(frontend, "there.bin")
    await expect(done.locator("code")).to_have_text(expected)
    await expect(done).to_contain_text("MD5")
    await expect(page.locator(".jp-BigUpload-announcer")).to_contain_text(
        "“Compute checksum: there.bin” is done."
    )
    await page.context.grant_permissions(["clipboard-read"])
    await done.get_by_role("button", name="Copy the MD5").click()
    assert await page.evaluate(_CLIPBOARD) == expected

    await page.get_by_role("button", name="Clear finished").click()
    await expect(done).to_have_count(0)
    await frontend.reload()
    await frontend.show_panel()
    await expect(done).to_have_count(0)


@IN_LAB
async def test_the_menu_of_a_file_that_arrived(frontend: Frontend, tmp_path: Path) -> None:
    file = write_payload(tmp_path / "events.bin", 1_000_000)
    await frontend.pick(file)
    await frontend.expect_state(file.name, "Done")
    page = frontend.page
    more = frontend.button("More for", file.name)
    await more.press("Enter")
    checksum = item(page, "Compute checksum…")
    await expect(checksum).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(more).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(checksum).to_be_visible()
    await page.keyboard.press("ArrowDown")  # past the download
    await page.keyboard.press("Enter")
    await press_start(frontend)
    await expect_state(frontend, file.name, "Done")
    await expect(row(frontend, file.name).locator("code")).to_have_text(
        hashlib.sha256(file.read_bytes()).hexdigest()
    )


@IN_LAB
async def test_one_is_cancelled_by_the_keyboard(frontend: Frontend, large: str) -> None:
    await start(frontend, large)
    await expect_state(frontend, large, "Running")
    running = row(frontend, large)
    await expect(running.locator(".jp-BigUpload-rate")).to_contain_text("/s")
    await expect(running.locator(".jp-BigUpload-size")).to_contain_text("of 200 GB")
    await expect(running.locator(".jp-BigUpload-timeLeft")).to_contain_text("left")
    cancel = running.get_by_role("button", name=f"Cancel Compute checksum: {large}")
    await reach(frontend, "Tab", cancel)
    await frontend.page.keyboard.press("Enter")
    await expect_state(frontend, large, "Cancelled")
    await expect(running).to_be_focused()
    await expect(frontend.page.locator(".jp-BigUpload-announcer")).to_contain_text("was cancelled")
    clear = frontend.page.get_by_role("button", name="Clear finished")
    await reach(frontend, "Shift+Tab", clear)
    await frontend.page.keyboard.press("Enter")
    await expect(running).to_have_count(0)


@IN_LAB
async def test_one_that_failed_is_tried_again(frontend: Frontend) -> None:
    await start(frontend, "late.bin", algorithm="sha1")
    await expect_state(frontend, "late.bin", "Failed")
    failed = row(frontend, "late.bin")
    await expect(failed.locator(".jp-BigUpload-notice")).to_contain_text("late.bin")
    (frontend.folder / "late.bin").write_bytes(b"x")
    await failed.get_by_role("button", name="Try Compute checksum: late.bin again").click()
    await expect_state(frontend, "late.bin", "Done")
    await expect(failed.locator("code")).to_have_text(hashlib.sha1(b"x", usedforsecurity=False).hexdigest())
    await expect(failed).to_have_count(1)


@IN_LAB
async def test_it_is_there_again_after_a_reload(frontend: Frontend, large: str) -> None:
    (frontend.folder / "small.bin").write_bytes(b"x")
    await start(frontend, "small.bin")
    await expect_state(frontend, "small.bin", "Done")
    await start(frontend, large)
    await expect_state(frontend, large, "Running")
    await frontend.reload()
    await expect_state(frontend, large, "Running")
    await expect_state(frontend, "small.bin", "Done")
    await row(frontend, large).get_by_role("button", name="Cancel").click()
    await expect_state(frontend, large, "Cancelled")


@IN_LAB
@ONLY_TAB
async def test_the_server_is_started_again_meanwhile(frontend: Frontend, large: str) -> None:
    await start(frontend, large)
    await expect_state(frontend, large, "Running")
    frontend.server.kill()
    try:
        await expect(row(frontend, large)).to_contain_text("The server cannot be reached.")
    finally:
        await asyncio.to_thread(frontend.server.start)
    await expect(row(frontend, large)).not_to_contain_text("The server cannot be reached.", timeout=60_000)
    await expect_state(frontend, large, "Running")
    await row(frontend, large).get_by_role("button", name="Cancel").click()
    await expect_state(frontend, large, "Cancelled")


@IN_LAB
async def test_a_folder_offers_what_fits_it(frontend: Frontend) -> None:
    (frontend.folder / "inner").mkdir()
    (frontend.folder / "inner" / "a.csv").write_bytes(b"1,2")
    await list_again(frontend)
    await frontend.listed("inner").click(button="right")
    await item(frontend.page, "BigUpload").hover()
    await expect(item(frontend.page, "Copy…")).to_be_visible()
    await expect(item(frontend.page, "Compute checksum…")).to_have_count(0)
    await item(frontend.page, "Rename…").click()
    dialog = frontend.page.get_by_role("dialog")
    name = dialog.get_by_label("New name")
    await expect(name).to_have_value("inner")
    # What the server refuses is said where it can be changed.
    await name.fill("a/b")
    await dialog.get_by_role("button", name="Start").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("name:")
    await expect(name).to_have_value("a/b")
    await name.fill("outer")
    await dialog.get_by_role("button", name="Start").click()
    renamed = frontend.transfers.get_by_role("listitem", name="Rename: inner")
    await expect(renamed.locator(".jp-BigUpload-state")).to_have_text("Done")
    await expect(frontend.listed("outer")).to_be_visible()
    await expect(frontend.listed("inner")).to_have_count(0)
    await renamed.get_by_role("button", name="Show folder").click()
    await expect(frontend.listed("outer")).to_have_class(re.compile("jp-mod-selected"))


@IN_LAB
async def test_archives_are_looked_into_and_extracted(frontend: Frontend) -> None:
    with zipfile.ZipFile(frontend.folder / "run.zip", "w") as archive:
        archive.writestr("data/a.csv", "1,2")
        archive.writestr("readme.txt", "x" * 2048)
    (frontend.folder / "broken.zip").write_bytes(b"PK no archive")
    await list_again(frontend)
    page = frontend.page

    await frontend.listed("run.zip").click(button="right")
    await item(page, "BigUpload").hover()
    await item(page, "Look into archive").click()
    looked = frontend.transfers.get_by_role("listitem", name="Look into archive: run.zip")
    await expect(looked).to_contain_text("2 entries")
    await looked.get_by_text("What is in it").click()
    await expect(looked.get_by_role("listitem")).to_contain_text(["data/a.csv", "readme.txt2.0 KB"])

    await frontend.listed("broken.zip").click()
    await frontend.listed("run.zip").click(modifiers=["Control"])
    await frontend.listed("run.zip").click(button="right")
    await item(page, "BigUpload").hover()
    await item(page, "Extract…").click()
    await expect(page.get_by_role("dialog")).to_contain_text("Extract: 2 items")
    await page.get_by_role("dialog").get_by_role("button", name="Start").click()
    failed = frontend.transfers.get_by_role("listitem", name="Extract: broken.zip")
    await expect(failed.locator(".jp-BigUpload-notice")).to_contain_text("Compare its checksum")
    extracted = frontend.transfers.get_by_role("listitem", name="Extract: run.zip")
    await expect(extracted).to_contain_text("2 files")
    await expect(frontend.listed("run")).to_be_visible()
    assert (frontend.folder / "run" / "data" / "a.csv").read_text() == "1,2"
    assert not (frontend.folder / "broken").exists()
    await expect(page.locator(".jp-BigUpload-status")).to_have_text("1 operation failed")


@IN_LAB
async def test_a_link_is_asked_for_where_files_are_added(frontend: Frontend) -> None:
    page = frontend.page
    await page.wait_for_function(_KNOWS)
    await page.get_by_role("button", name="More ways to add files").click()
    await item(page, "Fetch from link…").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text(f"Fetch from link to “{frontend.folder.name}”")
    # The page and this server are on one computer: nothing is fetched from there.
    address = f"{frontend.server.url}files/run%207.bin".replace("http:", "https:")
    await fill(dialog, {"Link": address, "Checksum": "none"})
    await dialog.get_by_role("button", name="Start").click()
    await expect(dialog.get_by_role("alert")).to_be_visible()
    await dialog.get_by_label("Checksum").fill("")
    await dialog.get_by_role("button", name="Start").click()
    refused = frontend.transfers.get_by_role(
        "listitem", name=f"Fetch from link: run 7.bin in {frontend.folder.name}"
    )
    await expect(refused.locator(".jp-BigUpload-notice")).to_contain_text("Use another link")


@pytest.fixture
def origin(tmp_path: Path) -> Iterator[str]:
    """A site with one file, as a link."""
    write_payload(tmp_path / "run 7.bin", MIB)
    handler = functools.partial(SimpleHTTPRequestHandler, directory=tmp_path)
    with ThreadingHTTPServer((ORIGIN, 0), handler) as site:
        thread = threading.Thread(target=site.serve_forever)
        thread.start()
        yield f"http://{ORIGIN}:{site.server_port}/run%207.bin"
        site.shutdown()
        thread.join()


@IN_LAB
async def test_a_link_becomes_a_file(frontend: Frontend, origin: str, tmp_path: Path) -> None:
    page = frontend.page
    await page.wait_for_function(_KNOWS)
    await page.get_by_role("button", name="More ways to add files").click()
    await item(page, "Fetch from link…").click()
    dialog = page.get_by_role("dialog")
    checksum = hashlib.sha256((tmp_path / "run 7.bin").read_bytes()).hexdigest()
    await fill(dialog, {"Link": origin, "Checksum": f"sha256:{checksum}"})
    await dialog.get_by_role("button", name="Start").click()
    row = frontend.transfers.get_by_role("listitem", name=re.compile("Fetch from link: run 7.bin"))
    await expect(row.get_by_role("button", name="Show file")).to_be_visible()
    await expect(frontend.listed("run 7.bin")).to_be_visible()
    assert digest(frontend.folder / "run 7.bin") == digest(tmp_path / "run 7.bin")


@IN_LAB
@OWN_TAB
async def test_what_is_not_installed_says_what_to_install(frontend: Frontend) -> None:
    page = frontend.page

    async def without(route: Route) -> None:
        answer = await route.fetch()
        kinds = (await answer.json())["kinds"]
        await route.fulfill(json={"kinds": [{**kind, "missing": "'some[extra]'"} for kind in kinds]})

    await page.route("**/api/bigupload/operations/kinds*", without)
    (frontend.folder / "a.zip").write_bytes(b"PK")
    await frontend.reload()
    await page.wait_for_function(_KNOWS.replace("checksum…", "checksum (not installed)"))
    await page.evaluate("window.jupyterapp.commands.execute('filebrowser:refresh')")
    await frontend.listed("a.zip").click(button="right")
    await item(page, "BigUpload").hover()
    await item(page, "Extract (not installed)").click()
    await expect(page.get_by_role("dialog")).to_contain_text("pip install 'some[extra]'")
