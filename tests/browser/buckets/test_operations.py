"""What a person does with what is in a bucket, and copies to it and back."""

from __future__ import annotations

import re
import secrets
import zipfile
from pathlib import Path

from playwright.async_api import Locator, expect

from ..payload import MIB, digest, write_payload
from .panel import BucketPanel
from .places import Places
from .test_browser import put

_KNOWS = "window.jupyterapp.commands.label('bigupload:operation', {kind: 'copy'}) === 'Copy…'"


def item(panel: BucketPanel, label: str) -> Locator:
    """The entry of an open menu with exactly this label."""
    return panel.page.locator(".lm-Menu-itemLabel").get_by_text(label, exact=True)


def operation(panel: BucketPanel, label: str) -> Locator:
    """The rows of an operation, wherever it is at work."""
    return panel.frontend.transfers.get_by_role("listitem", name=re.compile(f"^{re.escape(label)}( in .*)?$"))


async def press_start(panel: BucketPanel, **expected: str) -> None:
    """Start what a form is about, once it has what is expected in its fields."""
    dialog = panel.page.get_by_role("dialog")
    for label, value in expected.items():
        field = dialog.get_by_label(label, exact=True)
        chosen = field.locator("option:checked")
        if await field.evaluate("element => element.tagName") == "SELECT":
            await expect(chosen).to_have_text(value)
        else:
            await expect(field).to_have_value(value)
    await dialog.get_by_role("button", name="Start").click()
    await expect(dialog).to_have_count(0)


async def test_copied_to_a_bucket_and_back(panel: BucketPanel, places: Places, tmp_path: Path) -> None:
    frontend, page, place = panel.frontend, panel.page, places.plain
    top = f"copies-{secrets.token_hex(4)}"
    file = write_payload(frontend.folder / "Messung 1 & ü.bin", 12 * MIB)
    await page.wait_for_function(_KNOWS)
    await page.evaluate("window.jupyterapp.commands.execute('filebrowser:refresh')")
    await panel.choose(place)

    # To where the panel is, which the form has at first.
    await page.evaluate(
        "([name, prefix]) => window._JUPYTERLAB['jupyter-bigupload'].get('./extension').then(async make => "
        "(await window.jupyterapp.resolveRequiredService(make().IDestinations)).choose(name, prefix))",
        [place.name, top],
    )
    await frontend.listed(file.name).click(button="right")
    await item(panel, "BigUpload").hover()
    await item(panel, "Copy…").click()
    await press_start(panel, Destination=place.title, Folder=top)
    copied = operation(panel, f"Copy: {file.name}")
    await expect(copied).to_contain_text("1 file copied")
    await expect(copied).to_contain_text(f"Copy to {place.title}/{top}")
    assert place.digest(f"{top}/{file.name}") == digest(file)

    # It is shown in the bucket, from where it is downloaded,
    await copied.get_by_role("button", name="Show file").click()
    more = panel.object(file.name).get_by_role("button", name=f"More for {file.name}")
    await more.click()
    async with page.expect_download() as begun:
        await item(panel, "Download").click()
    await (await begun.value).save_as(tmp_path / "saved")
    assert digest(tmp_path / "saved") == digest(file)

    # renamed there, which the list shows,
    await more.click()
    await item(panel, "Rename…").click()
    await panel.page.get_by_role("dialog").get_by_label("New name").fill("renamed.bin")
    await press_start(panel)
    await expect(operation(panel, f"Rename: {file.name}").locator(".jp-BigUpload-state")).to_have_text("Done")
    await panel.browse()
    await expect(panel.object("renamed.bin")).to_be_visible()
    await expect(panel.object(file.name)).to_have_count(0)

    # and copied back, with the folder that it is in.
    await panel.contents.get_by_role("button", name=place.title).click()
    await panel.object(top).get_by_role("button", name=f"More for {top}").click()
    await item(panel, "Copy…").click()
    await press_start(panel, Destination="Home folder", Folder=frontend.folder.name)
    back = operation(panel, f"Copy: {top}")
    await expect(back).to_contain_text("1 file copied")
    assert digest(frontend.folder / top / "renamed.bin") == digest(file)
    await back.get_by_role("button", name="Show folder").click()
    await expect(frontend.listed(top)).to_be_visible()


async def test_a_folder_of_a_bucket_is_downloaded(panel: BucketPanel, places: Places, tmp_path: Path) -> None:
    place, top = places.plain, f"folder-{secrets.token_hex(4)}"
    put(places, place, f"{top}/a.csv", f"{top}/inner/ü 🎈.csv")
    await panel.choose(place)
    await panel.browse()
    await panel.object(top).get_by_role("button", name=f"More for {top}").click()
    async with panel.page.expect_download() as begun:
        await item(panel, "Download as ZIP").click()
    download = await begun.value
    assert download.suggested_filename == f"{top}.zip"
    await download.save_as(tmp_path / "saved.zip")
    with zipfile.ZipFile(tmp_path / "saved.zip") as archive:
        assert archive.testzip() is None
        assert sorted(archive.namelist()) == [f"{top}/a.csv", f"{top}/inner/ü 🎈.csv"]
