"""Files and folders that are dropped on the page, and those that are chosen with Jupyter's own button."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import FileChooser, Locator, expect

from . import IN_BOTH, IN_LAB
from .drops import Drag, choose_folder, drop
from .frontend import Frontend
from .patience import until
from .payload import write_payload


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A folder with what folders have."""
    top = tmp_path / "Ünïcode & 100 % #1"
    (top / "deep" / "er").mkdir(parents=True)
    (top / "empty").mkdir()
    write_payload(top / "a.txt", 10)
    write_payload(top / "deep" / "er" / "b c.bin", 50_000)
    write_payload(top / "deep" / "nothing", 0)
    return top


def label(frontend: Frontend) -> Locator:
    """What is said while something is held over the page."""
    return frontend.page.locator(".jp-BigUpload-dropLabel")


def names(folder: Path) -> set[str]:
    """All files and folders below a folder, hidden ones too."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


async def arrives(tree: Path, folder: Path) -> None:
    """Wait until a folder and all that is in it are in another one, and nothing else is in it."""
    there = folder / tree.name
    await until(
        lambda: there.exists() and names(there) == names(tree), seconds=30, what=f"{tree.name} in {folder}"
    )
    for path in tree.rglob("*"):
        arrived = there / path.relative_to(tree)
        assert arrived.is_dir() if path.is_dir() else arrived.read_bytes() == path.read_bytes(), path


async def show(frontend: Frontend, *folders: str) -> None:
    """Have folders in the list."""
    for name in folders:
        (frontend.folder / name).mkdir()
    await frontend.page.get_by_role("button", name="Refresh").first.click()
    for name in folders:
        await expect(frontend.listed(name)).to_be_visible()


@IN_BOTH
async def test_a_folder_on_the_list(frontend: Frontend, tree: Path) -> None:
    await drop(frontend.page, frontend.listing, tree)
    await arrives(tree, frontend.folder)
    await expect(frontend.listed(tree.name)).to_be_visible()
    assert frontend.on_disk() == [tree.name]


@IN_BOTH
async def test_the_target_is_shown_and_on_a_folder_it_is_that_folder(frontend: Frontend, tree: Path) -> None:
    file = write_payload(tree.parent / "beside.bin", 1_000_000)
    await show(frontend, "run-7")
    drag = Drag(frontend.page, tree, file)
    await drag.over(frontend.listing)
    await expect(label(frontend)).to_contain_text("Drop to upload to “test_drops-")
    await expect(frontend.page.locator(".jp-mod-native-drop")).to_have_count(0)
    await drag.over(frontend.page.get_by_role("menubar").first)
    await expect(label(frontend)).to_have_count(0)
    await drag.over(frontend.listed("run-7"))
    await expect(label(frontend)).to_have_text("Drop to upload to “run-7”")
    await drag.drop()
    await expect(label(frontend)).to_have_count(0)
    await arrives(tree, frontend.folder / "run-7")
    there = frontend.folder / "run-7" / file.name
    await until(there.exists, seconds=30, what="the file beside it")
    assert there.read_bytes() == file.read_bytes()
    assert frontend.on_disk() == ["run-7"]


@IN_LAB
async def test_two_folders_on_the_panel_are_two_transfers(frontend: Frontend, tree: Path) -> None:
    other = tree.parent / "empty one"
    other.mkdir()
    await frontend.show_panel()
    await drop(frontend.page, frontend.page.locator(".jp-BigUpload-panel"), tree, other)
    await arrives(tree, frontend.folder)
    await arrives(other, frontend.folder)
    await expect(frontend.row(tree.name)).to_have_count(1)
    await expect(frontend.row(other.name)).to_have_count(1)


# The button

_KNOWS_LINKS = (
    "window.jupyterapp.commands.label('bigupload:operation', {kind: 'fetch'}) === 'Fetch from link…'"
)


@IN_BOTH
async def test_the_menu_by_keyboard_uploads_a_folder(frontend: Frontend, tree: Path) -> None:
    page = frontend.page
    # From now on: Chromium cancels a dialog that comes right after it was told to leave dialogs to the test.
    choosers: asyncio.Queue[FileChooser] = asyncio.Queue()
    page.on("filechooser", choosers.put_nowait)
    button = page.get_by_role("button", name="More ways to add files")
    menu = page.locator(".jp-BigUpload-menu")
    items = menu.get_by_role("menuitem")
    # What the server can do is known a little later than the rest of the page.
    await page.wait_for_function(_KNOWS_LINKS)
    # The pointer first: no key leads to a button of Notebook's toolbar; JupyterLab's remembers the last one.
    await button.click()
    await expect(items).to_have_count(3)
    await expect(menu.locator(".lm-mod-active")).to_have_count(0)
    await page.keyboard.press("Escape")
    for key in ("Enter", "Space", "ArrowDown"):
        await page.keyboard.press(key)
        await expect(items).to_have_text(["Upload files…", "Upload folder…", "Fetch from link…"])
        await expect(menu.locator(".lm-mod-active")).to_have_text("Upload files…")
        expanded = page.locator(".jp-ToolbarButtonComponent[aria-haspopup=menu][aria-expanded=true]")
        await expect(expanded).to_have_count(1)
        await page.keyboard.press("Escape")
        await expect(menu).to_have_count(0)
        await expect(button).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await expect(items).to_have_count(3)
    await page.keyboard.press("ArrowDown")
    await expect(menu.locator(".lm-mod-active")).to_have_text("Upload folder…")
    await page.keyboard.press("Enter")
    await choose_folder(await asyncio.wait_for(choosers.get(), 60), tree)
    # The browser gives the files of a folder, and no folder that is empty.
    (tree / "empty").rmdir()
    await arrives(tree, frontend.folder)
