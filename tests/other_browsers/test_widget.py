"""The upload widget of a notebook, in every browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.applications import STEERABLE
from tests.browser.notebooks import write_notebook
from tests.browser.payload import digest, write_payload
from tests.support.forked_server import ForkedServer
from tests.support.server import RunningServer

from .driver import Driver, until

pytestmark = [pytest.mark.long, pytest.mark.services]

#: The kernel writes down the path that it was told, beside the file.
_CELL = """\
from pathlib import Path
from jupyter_bigupload.widget import BigUpload

widget = BigUpload(to="data/")
widget.on_upload(lambda file: Path("told.txt").write_text(file.path, "utf-8"))
widget
"""
_RUN = """
const panel = window.jupyterapp?.shell.currentWidget;
if (panel?.context?.path !== arguments[0] || panel.sessionContext.session?.kernel?.status !== 'idle') {
  return false;
}
void jupyterapp.commands.execute('notebook:run-all-cells');
return true;
"""
_ROWS = ".jp-BigUploadWidget-list li"


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    """With kernels, and with all that shows widgets."""
    with ForkedServer(app="lab", config=STEERABLE) as running:
        yield running


def test_a_file_arrives_and_the_kernel_hears_of_it(
    driver: Driver, server: RunningServer, tmp_path: Path
) -> None:
    folder = server.root / type(driver).__name__
    folder.mkdir()
    write_notebook(folder / "up.ipynb", _CELL)
    notebook = f"{folder.name}/up.ipynb"
    driver.open(f"{server.url}lab/tree/{notebook}?token={server.token}")
    until(lambda: driver.run(_RUN, notebook), what="a kernel", seconds=120)

    file = write_payload(tmp_path / "ü 7.bin", 30 * 10**6)
    driver.choose("Upload files…", [file])
    until(lambda: any("Done" in text for text in driver.texts(_ROWS)), what="a file that is done")
    arrived = folder / "data" / file.name
    assert digest(arrived) == digest(file)
    told = folder / "told.txt"
    until(lambda: told.exists() and told.read_text("utf-8") == str(arrived), what="the path in the kernel")
