"""What is done in a page that takes many files: a folder is dropped, and the end is waited for."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from playwright.sync_api import Locator, Page, sync_playwright

from ..browser import FINISH, Clock, chromium_page
from ..contenders.lab_page import open_lab
from ..processes import on_core
from ..servers import Server

LISTING = ".jp-FileBrowser .jp-DirListing-content"

_COPY = 1
"""The one thing that may be done with what is dragged, as the DevTools protocol says it."""

_START_CLOCK = """() => {
  window.benchmark = {finished: null, error: null};
  const clock = {started: null};
  // Before any listener of the page, which are further down.
  window.addEventListener('drop', () => {
    clock.started = performance.timeOrigin + performance.now();
  }, {capture: true, once: true});
  return clock;
}"""

# The panel's list is what a person waits for. Nothing of it is there before the first upload.
_WATCH_ROWS = f"""() => {{
  const ends = ['failed', 'cancelled', 'skipped', 'conflict', 'unfinished'];
  window.statesSeen = {{}};
  const timer = setInterval(() => {{
    const rows = [...document.querySelectorAll('[role=list][aria-label=Transfers] li.jp-BigUpload-row')];
    for (const row of rows) {{
      window.statesSeen[row.dataset.state] ??= performance.timeOrigin + performance.now();
      if (ends.includes(row.dataset.state)) {{
        window.benchmark.error = row.innerText;
        clearInterval(timer);
      }}
    }}
    if (rows.length > 0 && rows.every(row => row.dataset.state === 'done')) {{
      {FINISH}
      clearInterval(timer);
    }}
  }}, 20);
}}"""

# Each promise of its model's `upload` is kept when the server has answered that the file is saved.
_COUNT_JUPYTERS_OWN = f"""count => {{
  if (window.jupyterapp.hasPlugin('jupyter-bigupload:plugin')) {{
    throw new Error('BigUpload is there');
  }}
  const browser = [...window.jupyterapp.shell.widgets('left')].find(widget => widget.id === 'filebrowser');
  const own = browser.model.upload.bind(browser.model);
  let left = count;
  browser.model.upload = async (...args) => {{
    try {{
      const saved = await own(...args);
      left -= 1;
      if (left === 0) {{ {FINISH} }}
      return saved;
    }} catch (error) {{
      window.benchmark.error = String(error);
      throw error;
    }}
  }};
}}"""

_WITHOUT_PICKERS = """for (const name of ['showOpenFilePicker', 'showDirectoryPicker']) {
  Object.defineProperty(window, name, {value: undefined});
}"""


@contextmanager
def chromium(*, core: int | None = None) -> Iterator[Page]:
    """Open a page in a Chromium of its own, on a core alone or on all."""
    with ExitStack() as stack:
        with on_core(core):
            page = stack.enter_context(chromium_page(stack.enter_context(sync_playwright())))
        # Playwright answers the pickers that every browser has, and not those that Chromium has besides.
        page.add_init_script(_WITHOUT_PICKERS)
        page.on("pageerror", lambda error: print(f"in the page: {error}", file=sys.stderr, flush=True))
        yield page


def open_bigupload(page: Page, server: Server) -> None:
    """Show JupyterLab, and have the clock stopped when all rows of the panel say that they are done."""
    open_lab(page, server)
    page.evaluate(_WATCH_ROWS)


def open_jupyters_own(page: Page, server: Server, count: int) -> None:
    """Show JupyterLab, and have the clock stopped when it has uploaded so many files by itself."""
    open_lab(page, server)
    page.evaluate(_COUNT_JUPYTERS_OWN, count)


def drop(page: Page, target: Locator, path: Path) -> Clock:
    """Drag a folder onto a thing and drop it there: by the DevTools protocol, so that it is a real drop."""
    box = target.bounding_box()
    assert box is not None
    clock = page.evaluate_handle(_START_CLOCK)
    session = page.context.new_cdp_session(page)
    for kind in ("dragEnter", "dragOver", "drop"):
        session.send(
            "Input.dispatchDragEvent",
            {
                "type": kind,
                "x": box["x"] + box["width"] / 2,
                "y": box["y"] + box["height"] / 2,
                "data": {"items": [], "files": [str(path)], "dragOperationsMask": _COPY},
            },
        )
    session.detach()
    return Clock(page, clock)
