"""JupyterLab's own upload button: base64 in JSON, 1 MiB a request."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from playwright.sync_api import Page

from ..browser import FINISH, Span, pick
from ..payload import Payload
from ..servers import Server, jupyter_server
from .lab_page import open_lab

_WATCH = f"""() => {{
  const browser = [...window.jupyterapp.shell.widgets('left')].find(widget => widget.id === 'filebrowser');
  browser.model.uploadChanged.connect((_, change) => {{
    if (change.name === 'finish') {{ {FINISH} }}
    if (change.name === 'failure') {{ window.benchmark.error = String(change.newValue); }}
  }});
}}"""


class JupyterLab:
    """What comes with JupyterLab."""

    key = "jupyterlab"
    title = "JupyterLab's own upload"

    def serve(self, folder: Path) -> AbstractContextManager[Server]:
        """Start JupyterLab without our page, which would take over what the button uploads."""
        return jupyter_server(folder, button=False)

    def open(self, page: Page, server: Server) -> None:
        """Show the file browser."""
        open_lab(page, server)
        page.evaluate(_WATCH)

    def upload(self, page: Page, payload: Payload, *, timeout: float) -> Span:
        """Click the upload button, and choose the file."""
        with page.expect_file_chooser() as chooser:
            page.locator(".jp-FileBrowser [data-jp-item-name=uploader]").get_by_role("button").click()
        clock = pick(page, chooser.value.element, payload.path)
        page.get_by_role("dialog").get_by_role("button", name="Upload").click()  # it warns of large files
        return clock.wait_until_finished(timeout=timeout)

    def landed(self, server: Server, payload: Payload) -> Path:
        """Return the file, below its own name."""
        return server.folder / payload.name
