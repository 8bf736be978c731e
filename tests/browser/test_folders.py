"""Folders and many files, as a person sends them and sends them again."""

from __future__ import annotations

import asyncio
import re
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import Error, Locator, Page, Route, expect

from . import IN_LAB, OWN_TAB
from .drops import drop
from .frontend import Frontend
from .patience import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

MANY = 400
BATCHES = "**/api/bigupload/batches?**"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A folder of many small files, a large one, and an empty folder."""
    top = tmp_path / "set"
    for number in range(MANY):
        path = top / f"d{number % 7}" / f"f{number}.bin"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(f"{number} ".encode() * (number % 50))
    (top / "only" / "large").mkdir(parents=True)
    (top / "only" / "large" / "12:00.bin").write_bytes(bytes(range(256)) * 40_000)
    (top / "empty").mkdir()
    return top


def content(folder: Path) -> dict[str, bytes | None]:
    """All that is below a folder: files by their bytes, hidden ones too."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
    }


def times(folder: Path) -> dict[str, int]:
    """When each file below a folder was written."""
    return {str(path): path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def outcome(frontend: Frontend, tree: Path) -> Locator:
    return frontend.row(tree.name).locator(".jp-BigUpload-outcome")


async def send(frontend: Frontend, tree: Path) -> None:
    box = await frontend.listing.bounding_box()
    assert box is not None
    # At its end: a folder that is in the list already would take what is dropped on it.
    await drop(frontend.page, frontend.listing, tree, y=box["height"] - 12)


async def answer(page: Page, button: str, *, choice: str | None = None) -> None:
    dialog = page.get_by_role("dialog")
    if choice is not None:
        await dialog.get_by_role("radio", name=choice).check()
    await dialog.get_by_role("button", name=button, exact=True).click()


@asynccontextmanager
async def held(page: Page, *, after: int) -> AsyncIterator[None]:
    """Let so many batches through, and hold all others as long as the block lasts."""
    let_go = asyncio.Event()
    seen = 0

    async def pass_on(route: Route) -> None:
        nonlocal seen
        seen += 1
        if seen > after:
            await let_go.wait()
        with suppress(Error):  # the page gave it up, or is gone
            await route.continue_()

    await page.route(BATCHES, pass_on)
    try:
        yield
    finally:
        let_go.set()
        with suppress(Error):
            await page.unroute(BATCHES, pass_on)


@IN_LAB
async def test_a_folder_is_one_row_that_opens(frontend: Frontend, tree: Path) -> None:
    await send(frontend, tree)
    await frontend.expect_state(tree.name, "Done")
    assert content(frontend.folder / tree.name) == content(tree)
    await expect(outcome(frontend, tree)).to_have_text("401 new")
    await expect(frontend.transfers.get_by_role("listitem")).to_have_count(1)
    await frontend.button("Files of", tree.name).click()
    drawn = frontend.page.locator(".jp-BigUpload-entry")
    await expect(drawn.first).to_be_visible()
    assert await drawn.count() < 100, "only what is in sight is drawn"
    await expect(frontend.listed(tree.name)).to_be_visible()


@IN_LAB
async def test_sent_again_only_what_changed_is_sent(frontend: Frontend, tree: Path) -> None:
    await send(frontend, tree)
    await frontend.expect_state(tree.name, "Done")
    there = frontend.folder / tree.name
    (there / "not ours").write_bytes(b"stays")
    before = times(there)
    (tree / "d3" / "f3.bin").write_bytes(b"4 4 4 ")
    (tree / "d3" / "new.bin").write_bytes(b"new")
    await frontend.page.get_by_role("button", name="Clear finished").click()

    await send(frontend, tree)
    dialog = frontend.page.get_by_role("dialog")
    await expect(dialog).to_contain_text("401 files are already there")
    await answer(frontend.page, "Upload")
    await frontend.expect_state(tree.name, "Done")
    await expect(outcome(frontend, tree)).to_have_text("1 new · 1 replaced · 400 identical, not sent")
    assert content(there) == {**content(tree), "not ours": b"stays"}
    after = times(there)
    assert {Path(path).name for path in after if before.get(path) != after[path]} == {"f3.bin", "new.bin"}


@IN_LAB
@pytest.mark.parametrize(
    ("choice", "left"),
    [
        pytest.param("Skip existing", b"old", marks=pytest.mark.long),
        ("Keep both", b"old"),
        ("Replace all", None),
    ],
)
async def test_what_is_there_is_what_the_person_wants(
    frontend: Frontend, tree: Path, choice: str, left: bytes | None
) -> None:
    there = frontend.folder / tree.name / "d1"
    there.mkdir(parents=True)
    (there / "f1.bin").write_bytes(b"old")
    await send(frontend, tree)
    await answer(frontend.page, "Upload", choice=choice)
    await frontend.expect_state(tree.name, "Done")
    new = (tree / "d1" / "f1.bin").read_bytes()
    assert (there / "f1.bin").read_bytes() == (new if left is None else left)
    assert (there / "f1 (1).bin").exists() == (choice == "Keep both")
    assert (frontend.folder / tree.name / "d2" / "f2.bin").read_bytes() == (tree / "d2/f2.bin").read_bytes()


@IN_LAB
async def test_nothing_is_sent_when_the_person_wants_none_of_it(frontend: Frontend, tree: Path) -> None:
    there = frontend.folder / tree.name / "d1"
    there.mkdir(parents=True)
    (there / "f1.bin").write_bytes(b"old")
    await send(frontend, tree)
    await answer(frontend.page, "Cancel")
    await frontend.expect_state(tree.name, "Cancelled")
    assert content(frontend.folder / tree.name) == {"d1": None, "d1/f1.bin": b"old"}


@IN_LAB
async def test_what_failed_is_retried(frontend: Frontend, tree: Path) -> None:
    there = frontend.folder / tree.name
    there.mkdir()
    (there / "d1").write_bytes(b"a file where a folder is wanted")
    (there / "empty").mkdir()
    await send(frontend, tree)
    # Nothing has the name of one of its files; those below the file can't be stored.
    await frontend.expect_state(tree.name, "Failed")
    await expect(frontend.row(tree.name)).to_contain_text("files did not arrive")
    (there / "d1").unlink()
    await frontend.page.get_by_role("button", name="Retry failed").click()
    await frontend.expect_state(tree.name, "Done")
    assert content(there) == content(tree)


@IN_LAB
async def test_cancel_asks_about_what_has_arrived(frontend: Frontend, tree: Path) -> None:
    async with held(frontend.page, after=2):
        await send(frontend, tree)
        await until(lambda: len(list(frontend.folder.rglob("*.bin"))) > 0, seconds=30, what="some files")
        await expect(frontend.row(tree.name)).to_contain_text("files ·")
        await until_some_are_acknowledged(frontend, tree)
        await frontend.button("Cancel", tree.name).click()
        await answer(frontend.page, "Cancel and delete")
        await frontend.expect_state(tree.name, "Cancelled")
    await until(lambda: frontend.on_disk() == [], seconds=30, what="all of it to be gone")
    await frontend.expect_nothing_unfinished()


async def until_some_are_acknowledged(frontend: Frontend, tree: Path) -> None:
    await expect(outcome(frontend, tree)).to_have_text(re.compile("^[1-9][0-9]* of"))


@IN_LAB
@OWN_TAB
async def test_after_a_reload_it_goes_on_when_it_is_dropped_again(frontend: Frontend, tree: Path) -> None:
    async with held(frontend.page, after=3):
        await send(frontend, tree)
        await until_some_are_acknowledged(frontend, tree)
        before = times(frontend.folder)
        assert before
        await frontend.reload()
    row = frontend.row(tree.name)
    await expect(row).to_contain_text("Not finished on your last visit.")
    await frontend.expect_state(tree.name, "Unfinished")
    await send(frontend, tree)
    await frontend.expect_state(tree.name, "Done")
    await expect(frontend.page.get_by_role("dialog")).to_have_count(0)
    assert content(frontend.folder / tree.name) == content(tree)
    after = times(frontend.folder)
    assert {path: after[path] for path in before} == before, "what had arrived was not written again"
    await frontend.reload()
    await expect(frontend.row(tree.name)).to_have_count(0)


# In the smaller tiers the engine's tests have it, in TypeScript.
@pytest.mark.long
@IN_LAB
async def test_a_server_that_is_away_is_waited_for(frontend: Frontend, tree: Path) -> None:
    page = frontend.page
    broken = 0

    async def break_some(route: Route) -> None:
        nonlocal broken
        broken += 1
        if broken % 2:
            await route.abort("connectionreset")
        else:
            await route.continue_()

    await page.route(BATCHES, break_some)
    await send(frontend, tree)
    await frontend.expect_state(tree.name, "Done", seconds=120)
    await page.unroute(BATCHES, break_some)
    assert content(frontend.folder / tree.name) == content(tree)


@IN_LAB
async def test_many_files_side_by_side_are_one_row(frontend: Frontend, tmp_path: Path) -> None:
    files = []
    for number in range(100):
        file = tmp_path / f"side {number}.txt"
        file.write_text(f"{number}")
        files.append(file)
    await frontend.pick(*files)
    await frontend.expect_state("100 files", "Done")
    assert frontend.on_disk() == sorted(file.name for file in files)
    await expect(frontend.listed("side 7.txt")).to_be_visible()
    await expect(frontend.page.locator(".jp-BigUpload-total")).to_have_text("100 files done · 190 B")


@IN_LAB
async def test_a_file_that_changes_harms_no_other(frontend: Frontend, tree: Path) -> None:
    async with held(frontend.page, after=0):
        await send(frontend, tree)
        await expect(frontend.row(tree.name)).to_contain_text("of 401 files")
        (tree / "d6" / "f398.bin").write_bytes(b"another, and longer than it was before" * 100)
        (tree / "d0" / "f0.bin").unlink()
    await frontend.expect_state(tree.name, "Failed")
    await expect(frontend.row(tree.name)).to_contain_text("did not arrive")
    await frontend.button("Files of", tree.name).click()
    failed = frontend.page.locator(".jp-BigUpload-entry[data-state=failed]")
    await expect(failed.first).to_contain_text("changed, moved or deleted on your computer")
    names = set(content(frontend.folder / tree.name))
    assert set(content(tree)) - names <= {"d6/f398.bin"}
