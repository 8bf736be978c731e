from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Dialog, Page, expect

from tests.support.forked_server import ForkedServer
from tests.support.server import RunningServer

from .accessibility import require_accessible
from .applications import STEERABLE
from .network import UploadLimit
from .notebooks import WidgetPage, write_notebook
from .patience import until
from .payload import MIB, digest, write_payload

#: Prints the digest of each file that the kernel gets the path of, as soon as it does.
_CELL = """\
import hashlib
from ipywidgets import Output, VBox
from jupyter_bigupload.widget import BigUpload

said = Output()
widget = BigUpload(to="data/")

@said.capture()
def show(file):
    with open(file.path, "rb") as opened:
        print(file.name, hashlib.sha256(opened.read()).hexdigest())

widget.on_upload(show)
VBox([widget, said])
"""


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    """With kernels, and with all that shows widgets."""
    with ForkedServer(app="lab", config=STEERABLE) as running:
        yield running


@pytest.fixture
def notebook(server: RunningServer, request: pytest.FixtureRequest) -> Path:
    """In a folder of the test's own, from the server's root."""
    folder = server.root / "".join(filter(str.isalnum, request.node.name))
    folder.mkdir()
    write_notebook(folder / "up.ipynb", _CELL)
    return folder.relative_to(server.root) / "up.ipynb"


@pytest.fixture(
    params=[
        "lab",
        pytest.param("notebook", marks=pytest.mark.long),
        pytest.param("voila", marks=pytest.mark.long),
    ]
)
def shown(page: Page, server: RunningServer, request: pytest.FixtureRequest) -> WidgetPage:
    return WidgetPage(page, server, request.param)


async def test_the_kernel_gets_the_path_of_what_went_to_disk(
    shown: WidgetPage, server: RunningServer, notebook: Path, tmp_path: Path
) -> None:
    file = write_payload(tmp_path / "events.bin", 30 * 10**6)
    await shown.open(notebook.as_posix())
    await shown.pick(file)
    await shown.expect_state(file.name, "Done")
    arrived = server.root / notebook.parent / "data" / file.name
    assert digest(arrived) == digest(file)
    await shown.expect_output(f"{file.name} {digest(file)}")

    # A name that is taken is decided there, and what a person sees can be used by everybody.
    (tmp_path / "other").mkdir()
    other = write_payload(tmp_path / "other" / file.name, 1_000_000)
    await shown.pick(other)
    await expect(shown.row(file.name).get_by_role("button", name="Keep both")).to_be_visible()
    await require_accessible(shown.page, ".jp-BigUploadWidget")
    await shown.row(file.name).get_by_role("button", name="Keep both").click()
    await shown.expect_output(f"{file.name} {digest(other)}")
    assert digest(arrived) == digest(file)


@pytest.mark.long
async def test_a_reload_shows_what_is_unfinished_and_the_same_file_goes_on(
    page: Page, server: RunningServer, notebook: Path, tmp_path: Path
) -> None:
    file = write_payload(tmp_path / "events.bin", 40 * MIB)
    shown = WidgetPage(page, server, "lab")
    await shown.open(notebook.as_posix())
    await page.evaluate("jupyterapp.commands.execute('docmanager:save').then(() => null)")
    limit = UploadLimit(page)
    await limit.crawl()
    await shown.pick(file)
    await shown.expect_state(file.name, "Uploading")
    records = server.root / notebook.parent / "data"
    await until(lambda: any(records.iterdir()), what="the beginning of the file")

    async def accept(dialog: Dialog) -> None:
        await dialog.accept()

    page.on("dialog", accept)
    await page.reload()
    await limit.lift()
    await shown.expect_state(file.name, "Unfinished")
    async with shown.choosing(shown.action("Resume", file.name)) as chosen:
        chosen.append(file)
    await shown.expect_state(file.name, "Done")
    assert digest(records / file.name) == digest(file)
    await shown.expect_output(f"{file.name} {digest(file)}")
    assert json.loads((server.root / notebook).read_text("utf-8"))["cells"][0]["outputs"]
