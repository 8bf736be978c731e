"""Chromium, and the clock that runs inside its page."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import ElementHandle, JSHandle, Page, Playwright

from tests.browser.chromium import FLAGS

_START_CLOCK = """field => {
  const clock = {started: null};
  const start = () => { clock.started = performance.timeOrigin + performance.now(); };
  // Before any listener of the page: they run in the order in which they were added, capturing ones first.
  field.addEventListener('change', start, {capture: true, once: true});
  return clock;
}"""

FINISH = "window.benchmark.finished = performance.timeOrigin + performance.now();"
"""For a contender's script in the page: the upload is over now."""

_POLL_MILLISECONDS = 100


@dataclass(frozen=True)
class Span:
    """Two moments, in seconds since 1970."""

    start: float
    end: float

    @property
    def seconds(self) -> float:
        """How long it took."""
        return self.end - self.start


@contextmanager
def chromium_page(playwright: Playwright) -> Iterator[Page]:
    """Open a page in a Chromium of its own."""
    executable = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if executable is None:
        raise RuntimeError("Chromium is needed: apt-get install chromium")
    browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
    try:
        # Of a proxy that speaks TLS, with a certificate of our own.
        yield browser.new_page(ignore_https_errors=True)
    finally:
        browser.close()


def chromium_processes() -> list[psutil.Process]:
    """Find every process of the one Chromium that this process has started."""
    found = []
    for process in psutil.Process().children(recursive=True):
        try:
            if process.name().startswith("chrom"):
                found.append(process)
        except psutil.NoSuchProcess:
            continue
    return found


def renderer_processes() -> list[psutil.Process]:
    """Find those of them that run pages."""
    found = []
    for process in chromium_processes():
        try:
            if "--type=renderer" in process.cmdline():
                found.append(process)
        except psutil.NoSuchProcess:
            continue
    return found


class Clock:
    """Runs in the page from the moment that it hears of a picked file until its script says `FINISH`."""

    def __init__(self, page: Page, start: JSHandle) -> None:
        self._page = page
        self._start = start

    def wait_until_finished(self, *, timeout: float) -> Span:
        """Wait at most `timeout` seconds."""
        over = self._page.wait_for_function(
            "() => (window.benchmark.finished ?? window.benchmark.error) !== null && window.benchmark",
            polling=_POLL_MILLISECONDS,
            timeout=timeout * 1000,
        )
        result: dict[str, Any] = over.json_value()
        if result["error"] is not None:
            raise RuntimeError(f"the upload failed in the page: {result['error']}")
        started: float = self._start.json_value()["started"]
        return Span(start=started / 1000, end=result["finished"] / 1000)


def pick(page: Page, field: ElementHandle, *files: Path) -> Clock:
    """Choose files (or a folder) in a file field, as a person would."""
    page.evaluate("window.benchmark = {finished: null, error: null}")
    # A field that came with a file chooser lives in a JavaScript world of Playwright's own: what the clock
    # says there has to be asked for through its handle.
    start = field.evaluate_handle(_START_CLOCK)
    field.set_input_files(files)
    return Clock(page, start)
