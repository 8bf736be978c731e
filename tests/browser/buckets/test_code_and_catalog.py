"""Opening what was uploaded: code to paste, entries of catalogs, and never a secret in the page."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from playwright.async_api import Locator, Response, expect

from ..chunks import Listener
from .panel import BucketPanel
from .places import Place, Places

_ROWS = 1000

#: What somebody does with a catalog, who has the credentials in the environment.
_OPEN = """
import sys, intake
catalog = intake.open_catalog(sys.argv[1])
table = catalog["energies"].read()
print(list(catalog), len(table), table.energy.sum(), sep="\\n")
"""


def table(path: Path) -> Path:
    """Write a CSV file of two columns."""
    path.write_text("run,energy\n" + "".join(f"{row},{row / 8}\n" for row in range(_ROWS)))
    return path


async def details(panel: BucketPanel, file: Path, place: Place) -> Locator:
    """Upload a file, and open the details of its row."""
    await panel.choose(place)
    await panel.frontend.pick(file)
    await panel.expect_state(file, place, "Done")
    await panel.button("Details of", file, place).click()
    return panel.row(file, place)


async def test_code_that_opens_it(panel: BucketPanel, places: Places, tmp_path: Path) -> None:
    file = table(tmp_path / f"{panel.frontend.path} ü.csv")
    row = await details(panel, file, places.plain)
    code = row.get_by_role("tabpanel").locator("code")
    await expect(row.get_by_role("tab", name="pandas")).to_have_attribute("aria-selected", "true")
    await expect(code).to_contain_text(f"{places.plain.url}/{file.name}")
    await expect(code).to_contain_text("pd.read_csv(")
    await expect(code).to_contain_text(places.seaweedfs.endpoint)
    compile(await code.inner_text(), file.name, "exec")

    await row.get_by_role("tab", name="pandas").press("ArrowRight")
    await expect(row.get_by_role("tab", name="Dask")).to_be_focused()
    await expect(code).to_contain_text("dd.read_csv(")
    await panel.page.context.grant_permissions(["clipboard-read"])
    await row.get_by_role("button", name="Copy the code for Dask").click()
    assert await panel.page.evaluate("navigator.clipboard.readText()") == await code.text_content()


async def test_a_catalog_opens_it(panel: BucketPanel, places: Places, tmp_path: Path) -> None:
    for needed in ("intake", "s3fs"):
        pytest.importorskip(needed, reason="pip install 'jupyter_bigupload[opening]'")
    file = table(tmp_path / "energies.csv")
    row = await details(panel, file, places.plain)
    folder = panel.frontend.folder
    await row.get_by_role("button", name="Add to catalog…").click()
    dialog = panel.page.get_by_role("dialog")
    await dialog.get_by_label("Catalog file").fill(f"{folder.name}/runs.yaml")
    await dialog.get_by_label("Description").fill("Energies of all runs")
    await dialog.get_by_role("button", name="Add to catalog", exact=True).click()
    await expect(row).to_contain_text(f"It is in {folder.name}/runs.yaml as “energies”.")

    opened = await asyncio.to_thread(open_catalog, folder / "runs.yaml", places.seaweedfs.environment)
    assert opened == ["['energies']", str(_ROWS), str(sum(range(_ROWS)) / 8)]


def open_catalog(path: Path, credentials: Mapping[str, str]) -> list[str]:
    """Return what a person sees who opens it."""
    opened = subprocess.run(
        [sys.executable, "-c", _OPEN, path],
        env={**os.environ, **credentials},
        capture_output=True,
        text=True,
        check=False,
    )
    assert opened.returncode == 0, opened.stderr
    return opened.stdout.splitlines()


async def test_no_secret_ever_reaches_the_page(panel: BucketPanel, places: Places, tmp_path: Path) -> None:
    answers: list[Response] = []

    def note(answer: Response) -> None:
        answers.append(answer)

    listener = Listener(panel.page, response=note)
    await panel.frontend.reload()
    seen = ""
    for place in (places.direct, places.azure_direct):
        # A name of this application's own: a file that is there already is not sent.
        await details(panel, table(tmp_path / f"{place.name} in {panel.frontend.path}.csv"), place)
        seen += await panel.page.content()
        await panel.browse()
        await expect(panel.objects().first).to_be_visible()
        seen += await panel.page.content()
    listener.stop()
    bodies = [await answer.text() for answer in answers if "/api/" in answer.url and answer.status == 200]
    seen += "".join([*bodies, *(answer.url for answer in answers)])
    assert places.seaweedfs.access_key in seen, "it is in what was signed, and no secret"
    assert "pd.read_csv(" in seen
    for secret in places.secrets:
        assert secret not in seen
        assert secret not in panel.frontend.server.log
