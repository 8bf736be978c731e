"""A file as a table: seen while it comes, mended, checked, kept as Parquet and in a database."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest
from playwright.async_api import Locator, Page, expect

from . import IN_LAB, OWN_TAB
from .accessibility import require_accessible
from .frontend import Frontend
from .patience import until
from .test_keyboard import reach
from .test_operations import item

ROWS = 60_000
#: Rows whose number is none.
BAD = {41_234: "broken", 59_001: "n/a"}
_SECONDS = 60_000


def table(change: int = -1) -> str:
    """A CSV of which most is found by itself; in row `change`, if it has that, the text is another."""
    rows = (
        f"{n};{BAD.get(n, f'{n}.5')};{'changed' if n == change else f'row {n}'};0{n % 7}\n"
        for n in range(ROWS)
    )
    return "id;value;text;code\n" + "".join(rows)


def grid(page: Page, name: str) -> Locator:
    return page.get_by_role("grid", name=f"Rows of {name}")


def cell(grid: Locator, row: int, column: int) -> Locator:
    """The cell of a row and a column of the table, both counted from 0, which is in sight."""
    return grid.locator(
        f'[role=row][aria-rowindex="{row + 2}"] [role=gridcell][aria-colindex="{column + 2}"]'
    )


async def view(frontend: Frontend, name: str) -> Locator:
    """Open a file of the folder as a table."""
    await frontend.page.evaluate("window.jupyterapp.commands.execute('filebrowser:refresh')")
    await frontend.listed(name).click(button="right")
    await item(frontend.page, "View as Table").click()
    shown = grid(frontend.page, name)
    await expect(shown).to_be_visible(timeout=_SECONDS)
    return shown


async def close_view(page: Page, name: str) -> None:
    await page.get_by_role("tab", name=name).locator(".lm-TabBar-tabCloseIcon").click()
    await expect(page.get_by_role("tab", name=name)).to_have_count(0)


def dolt(path: Path, query: str) -> Any:
    """What a database answers to doltlite itself, in a process of its own."""
    code = (
        "import doltlite, sqlite3, sys, json\n"
        "print(json.dumps(sqlite3.connect(sys.argv[1]).execute(sys.argv[2]).fetchall()))"
    )
    ran = subprocess.run([sys.executable, "-c", code, str(path), query], capture_output=True, check=True)
    return json.loads(ran.stdout)


# A page that has uploaded something knows the network, and may send a whole file in its first chunk.
@OWN_TAB
async def test_a_file_is_seen_while_it_comes_then_mended_checked_and_kept(
    frontend: Frontend, tmp_path: Path
) -> None:
    page = frontend.page
    path = tmp_path / "numbers.csv"
    path.write_text(table())
    # Which of those that are sent side by side comes first is not said; one of three is the file's beginning.
    async with frontend.upload_limit.after(3):
        await frontend.pick(path)
        await until(lambda: frontend.chunks.is_under_way, what="a first chunk, and others")
        await frontend.row("numbers.csv").get_by_role("button", name="More").click()
        await item(page, "View as Table").click()
        shown = grid(page, "numbers.csv")
        await expect(cell(shown, 0, 2)).to_have_text("row 0", timeout=_SECONDS)
        await expect(page.get_by_text(re.compile("of 1.5 MB have arrived"))).to_be_visible()
    await frontend.upload_limit.lift()
    await frontend.expect_state("numbers.csv", "Done")
    await close_view(page, "numbers.csv")

    shown = await view(frontend, "numbers.csv")
    figures = page.locator(".jp-BigUpload-tableFigures")
    await expect(figures).to_contain_text("60,000 rows", timeout=_SECONDS)
    # Far away, at once.
    await shown.focus()
    await page.keyboard.press("Control+End")
    await expect(cell(shown, ROWS - 1, 2)).to_have_text(f"row {ROWS - 1}", timeout=_SECONDS)

    # The type of a column, and what does not fit it.
    await page.get_by_role("button", name="Change", exact=True).click()
    await page.get_by_role("tab", name="Column").click()
    side = page.get_by_role("complementary", name="How the file is read")
    await side.get_by_role("combobox", name="Column", exact=True).select_option("code")
    await side.get_by_role("combobox", name="Type", exact=True).select_option("int64")
    await expect(cell(shown, ROWS - 1, 3)).to_have_accessible_name(
        re.compile("^Does not fit: “0"), timeout=_SECONDS
    )
    await side.get_by_role("combobox", name="Type", exact=True).select_option("text")
    await side.get_by_role("combobox", name="Column", exact=True).select_option("value")
    await side.get_by_role("combobox", name="Type", exact=True).select_option("float64")
    await page.get_by_role("tab", name="Check").click()
    await side.get_by_role("button", name="Check all rows").click()
    await expect(side).to_contain_text("2 values do not fit", timeout=_SECONDS)
    for row, text in BAD.items():
        await expect(side).to_contain_text(text)
        await expect(side).to_contain_text(f"{row + 2:,}")

    # Parquet of it, beside.
    await page.get_by_role("button", name="Convert…").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Folder", exact=True).fill(frontend.folder.name)
    await dialog.get_by_label("Name", exact=True).fill("kept.parquet")
    await dialog.get_by_role("button", name="Convert").click()
    done = frontend.transfers.get_by_role("listitem", name=re.compile("Convert table: numbers.csv"))
    await expect(done.locator(".jp-BigUpload-state")).to_have_text("Done", timeout=_SECONDS)
    kept = pyarrow.parquet.read_table(frontend.folder / "kept.parquet").to_pydict()
    numbers = [n for n in range(ROWS) if n not in BAD]
    assert kept["id"] == numbers
    assert kept["value"] == [n + 0.5 for n in numbers]
    assert kept["text"] == [f"row {n}" for n in numbers]
    assert kept["code"] == [f"0{n % 7}" for n in numbers]
    aside = (frontend.folder / "kept.parquet.rejects.csv").read_text()
    assert [f"{n + 2}," in aside and text in aside for n, text in BAD.items()] == [True, True]
    await close_view(page, "numbers.csv")


async def import_into(page: Page, frontend: Frontend, database: str, *, there: bool) -> None:
    """Import the table in sight, and wait until what would change is shown."""
    await page.get_by_role("button", name="Import into Dolt…").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Database file").fill(f"{frontend.folder.name}/{database}")
    await dialog.get_by_label("Table", exact=True).fill("people")
    if there:
        await expect(dialog).to_contain_text("The table is there", timeout=_SECONDS)
    await dialog.get_by_role("button", name="Import", exact=True).click()
    await expect(page.get_by_role("grid", name="Changes of people")).to_be_visible(timeout=_SECONDS)


async def commit(page: Page, message: str) -> None:
    await page.get_by_role("button", name="Commit…").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Message").fill(message)
    await dialog.get_by_label("Author").fill("Ada Lovelace")
    await dialog.get_by_label("Email").fill("ada@example.org")
    await dialog.get_by_role("button", name="Commit", exact=True).click()
    await expect(page.get_by_text(re.compile("^The import is commit"))).to_be_visible(timeout=_SECONDS)


@IN_LAB
async def test_a_table_is_imported_twice_and_only_what_changed_is_a_commit(frontend: Frontend) -> None:
    page = frontend.page
    people = {1: ("Ada", 36), 2: ("Grace", 85), 3: ("Emmy", 53)}

    def write(rows: dict[int, tuple[str, int]]) -> None:
        lines = "".join(f"{number},{name},{age}\n" for number, (name, age) in rows.items())
        (frontend.folder / "people.csv").write_text(f"id,name,age\n{lines}")

    write(people)
    await view(frontend, "people.csv")
    await import_into(page, frontend, "lab.db", there=False)
    await expect(page.get_by_role("button", name=re.compile("Added.*3|3.*added", re.I))).to_be_visible()
    database = frontend.folder / "lab.db"
    assert dolt(database, "SELECT count(*) FROM sqlite_master WHERE name = 'people'") == [[0]]
    await commit(page, "first people")
    assert dolt(database, "SELECT * FROM people ORDER BY id") == [[n, *rest] for n, rest in people.items()]
    await close_view(page, "Changes of people")
    await close_view(page, "people.csv")

    write({1: ("Ada", 36), 2: ("Grace", 86), 3: ("Emmy", 53), 4: ("Sofja", 41)})
    await view(frontend, "people.csv")
    await import_into(page, frontend, "lab.db", there=True)
    changes = page.get_by_role("grid", name="Changes of people")
    await expect(changes).to_contain_text("Sofja")
    await expect(changes).to_contain_text("85")
    await expect(changes).to_contain_text("86")
    await expect(changes).not_to_contain_text("Emmy")
    await commit(page, "a birthday")

    assert dolt(database, "SELECT message, committer, email FROM dolt_log LIMIT 2") == [
        ["a birthday", "Ada Lovelace", "ada@example.org"],
        ["first people", "Ada Lovelace", "ada@example.org"],
    ]
    assert dolt(database, "SELECT age FROM people WHERE id = 2") == [[86]]
    assert dolt(database, "PRAGMA integrity_check") == [["ok"]]

    # Back to what was before, by a new commit.
    await page.get_by_role("button", name="View history").click()
    row = page.get_by_role("row").filter(has_text="first people")
    await row.get_by_role("button", name=re.compile("Go back to this")).click()
    await page.get_by_role("dialog").get_by_role("button", name="Go back", exact=True).click()
    commits = page.get_by_role("region", name="Commits")
    back = commits.get_by_role("cell", name=re.compile("^Go back to [0-9a-f]+: first people"))
    await expect(back).to_be_visible(timeout=_SECONDS)
    assert dolt(database, "SELECT age FROM people WHERE id = 2") == [[85]]
    assert dolt(database, "SELECT count(*) FROM people") == [[3]]
    for name in ("lab.db", "Changes of people", "people.csv"):
        await close_view(page, name)


@IN_LAB
async def test_a_table_by_the_keyboard_alone_and_for_screen_readers(frontend: Frontend) -> None:
    page = frontend.page
    (frontend.folder / "few.csv").write_text("id;text\n1;a\n2;b\nx;c\n")
    shown = await view(frontend, "few.csv")
    await require_accessible(page, ".jp-BigUpload-tableView")

    # Enter on the head of a column opens its form; its type is the next but one.
    await shown.focus()
    await page.keyboard.press("Control+Home")
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("Enter")
    side = page.get_by_role("complementary", name="How the file is read")
    kind = side.get_by_role("combobox", name="Type", exact=True)
    await reach(frontend, "Tab", kind)
    await page.keyboard.type("Whole number (int64)")
    await expect(kind).to_have_value("int64")
    await expect(cell(shown, 2, 0)).to_have_accessible_name(re.compile("^Does not fit"), timeout=_SECONDS)
    await require_accessible(page, ".jp-BigUpload-tableView")

    await page.keyboard.press("Escape")
    await expect(side).to_have_count(0)
    await expect(shown).to_be_focused()
    await reach(frontend, "Shift+Tab", page.get_by_role("button", name="Convert…"))
    await page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    folder = dialog.get_by_label("Folder", exact=True)
    await expect(folder).to_be_visible()
    await require_accessible(page, ".jp-Dialog")
    await reach(frontend, "Tab", folder)
    await page.keyboard.press("Control+A")
    await page.keyboard.type(frontend.folder.name)
    await reach(frontend, "Tab", dialog.get_by_role("button", name="Convert"))
    await page.keyboard.press("Enter")
    done = frontend.transfers.get_by_role("listitem", name=re.compile("Convert table: few.csv"))
    await expect(done.locator(".jp-BigUpload-state")).to_have_text("Done", timeout=_SECONDS)
    assert pyarrow.parquet.read_table(frontend.folder / "few.parquet").to_pylist() == [
        {"id": 1, "text": "a"},
        {"id": 2, "text": "b"},
    ]
    await close_view(page, "few.csv")


@pytest.mark.long  # the pages of the other tiers have no notebooks
@IN_LAB
async def test_the_code_that_opens_a_result_goes_into_the_notebook(frontend: Frontend) -> None:
    if not frontend.is_lab:
        pytest.skip("Notebook has notebooks in pages of their own")
    page = frontend.page
    (frontend.folder / "few.csv").write_text("id;text\n1;a\n2;b\n")
    cell_of_one = {"cell_type": "code", "id": "one", "metadata": {}, "source": "1", "outputs": []}
    kernel = {"name": "python3", "display_name": "Python 3"}
    notebook = {"cells": [{**cell_of_one, "execution_count": None}], "metadata": {"kernelspec": kernel}}
    text = json.dumps({**notebook, "nbformat": 4, "nbformat_minor": 5})
    (frontend.folder / "work.ipynb").write_text(text)
    path = f"{frontend.folder.name}/work.ipynb"
    await page.evaluate(
        "path => window.jupyterapp.commands.execute('docmanager:open', {path}).then(() => null)", path
    )
    await expect(page.locator(".jp-Notebook .jp-Cell")).to_have_count(1, timeout=_SECONDS)

    await view(frontend, "few.csv")
    await page.get_by_role("button", name="Code…").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Insert into notebook").first.click()
    await dialog.get_by_role("button", name="Close").click()
    await close_view(page, "few.csv")

    cells = page.locator(".jp-Notebook .jp-Cell")
    await expect(cells).to_have_count(2)
    await expect(cells.nth(1)).to_contain_text("import pandas as pd")
    await expect(cells.nth(1)).to_contain_text("few.csv")
    await page.evaluate(
        "async () => { const {jupyterapp} = window;"
        " await jupyterapp.commands.execute('docmanager:save');"
        " await jupyterapp.commands.execute('application:close'); }"
    )
    await expect(cells).to_have_count(0)
    assert "few.csv" in (frontend.folder / "work.ipynb").read_text()
