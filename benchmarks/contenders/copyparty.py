"""copyparty's own page, up2k: the browser digests every chunk, and the server compares."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from playwright.sync_api import Page

from ..browser import FINISH, Span, pick
from ..payload import Payload
from ..servers import Server, copyparty_server

# The page counts a file as `ok` once the server has confirmed every chunk of it, or as `ng` (no good).
_WATCH = f"""() => {{
  const count = card => Number(document.querySelector(`#u2cards a[act=${{card}}] span`).textContent);
  new MutationObserver(() => {{
    if (count('ok') === 1) {{ {FINISH} }}
    if (count('ng') === 1) {{ window.benchmark.error = document.querySelector('#u2tab').innerText; }}
  }}).observe(document.querySelector('#u2cards'), {{childList: true, subtree: true}});
}}"""


class Copyparty:
    """The fastest verified upload from a browser that we know of, besides ours."""

    key = "copyparty"
    title = "copyparty (up2k, verified)"

    def serve(self, folder: Path) -> AbstractContextManager[Server]:
        """Start copyparty."""
        return copyparty_server(folder)

    def open(self, page: Page, server: Server) -> None:
        """Show the uploader, and turn its question after each choice of files off."""
        page.goto(server.url)
        page.locator("#opa_cfg").click()
        page.locator("#ask_up").click()
        page.locator("#opa_up").click()
        page.wait_for_load_state("networkidle")
        page.evaluate(_WATCH)

    def upload(self, page: Page, payload: Payload, *, timeout: float) -> Span:
        """Click the button, say that it is about files and not a folder, and choose the file."""
        page.locator("#u2btn").click()
        with page.expect_file_chooser() as chooser:
            page.get_by_role("link", name="Files", exact=True).click()
        return pick(page, chooser.value.element, payload.path).wait_until_finished(timeout=timeout)

    def landed(self, server: Server, payload: Payload) -> Path:
        """Return the file, below its own name."""
        return server.folder / payload.name
