"""Ours, as a person uses it: the BigUpload button in JupyterLab's file browser."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from pathlib import Path

from playwright.sync_api import Page

from ..browser import FINISH, Span, pick
from ..payload import Payload
from ..servers import Server, jupyter_server
from .lab_page import open_lab

# The upload is over when the server has answered `complete`: then the file has its name, and is on the disk.
_WATCH = f"""() => {{
  new PerformanceObserver(list => {{
    if (list.getEntries().some(entry => new URL(entry.name).pathname.endsWith('/complete'))) {{ {FINISH} }}
  }}).observe({{type: 'resource'}});
}}"""


# Looks at what the two sides agree on when an upload is created; `unverified` takes the page's offer of
# digests out of the request, so that the page computes none and the server has nothing to compare with.
_CREATE = """unverified => {
  const send = window.fetch;
  window.fetch = async (request, ...rest) => {
    if (request.method !== 'POST' || !new URL(request.url).pathname.endsWith('/api/bigupload/uploads')) {
      return send(request, ...rest);
    }
    const { digests, ...others } = await request.clone().json();
    const body = JSON.stringify(unverified ? others : { digests, ...others });
    const answer = await send(new Request(request, { body }), ...rest);
    window.benchmark.digest = (await answer.clone().json()).digest;
    return answer;
  };
}"""


def watch_completion(page: Page) -> None:
    """Have the clock stopped by the answer to `complete`."""
    page.evaluate(_WATCH)


def click_and_pick(page: Page, payload: Payload, *, timeout: float) -> Span:
    """Click the button, choose the file, and see that the panel says that it is done."""
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="BigUpload", exact=True).click()
    span = pick(page, chooser.value.element, payload.path).wait_until_finished(timeout=timeout)
    row = page.get_by_role("list", name="Transfers").get_by_role("listitem", name=payload.name)
    row.get_by_text("Done").wait_for()
    return span


class BigUpload:
    """The contender that all this is about; without `verified`, its page sends no digests."""

    #: Another version of the package, built with its page; None for the one here.
    package: Path | None = None

    def __init__(self, key: str, title: str, *, verified: bool) -> None:
        self.key = key
        self.title = title
        self._verified = verified

    def serve(self, folder: Path) -> AbstractContextManager[Server]:
        """Start JupyterLab."""
        return jupyter_server(folder, package=self.package)

    def open(self, page: Page, server: Server) -> None:
        """Show the file browser."""
        # Playwright answers the picker that every browser has, and not the one that Chromium has besides.
        page.add_init_script("Object.defineProperty(window, 'showOpenFilePicker', {value: undefined})")
        page.add_init_script(f"({_CREATE})({json.dumps(not self._verified)})")
        open_lab(page, server)
        watch_completion(page)

    def upload(self, page: Page, payload: Payload, *, timeout: float) -> Span:
        """Click the button, and choose the file."""
        span = click_and_pick(page, payload, timeout=timeout)
        if (page.evaluate("window.benchmark.digest") is not None) != self._verified:
            raise RuntimeError(f"{self.key} was not what it says")
        return span

    def landed(self, server: Server, payload: Payload) -> Path:
        """Return the file, below its own name."""
        return server.folder / payload.name
