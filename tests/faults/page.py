"""Our engine in a real JupyterLab page, driven by its token as another extension would do it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Page

from .traffic import Traffic

_OVER = frozenset({"done", "failed", "skipped", "cancelled"})
_LOOK_EVERY = 0.1

#: Seconds without any change after which nothing will move by itself.
_STUCK = 2.0
_START_SECONDS = 90

_TAKE_THE_ENGINE = """async () => {
  const extension = (await window._JUPYTERLAB['jupyter-bigupload'].get('./extension'))();
  window.transfers = await window.jupyterapp.resolveRequiredService(extension.ITransfers);
  const input = document.createElement('input');
  Object.assign(input, {type: 'file', multiple: true, id: 'files-to-upload'});
  document.body.append(input);
}"""

_ADD = """folder => {
  const files = [...document.getElementById('files-to-upload').files];
  const sources = files.map(file => ({
    name: file.name,
    size: file.size,
    lastModified: file.lastModified,
    whole: file,
    slice: (start, end) => file.slice(start, end)
  }));
  return window.transfers.add(sources, folder).map(({key}) => key);
}"""

_LOOK = """keys => window.transfers.transfers
  .filter(({key}) => keys.includes(key))
  .map(({key, name, path, state, error, sent}) => ({key, name, path, state, error, sent}))"""

_HURRY = """() => {
  window.transfers.resumeAll();
  window.dispatchEvent(new Event('online'));
}"""


@dataclass(frozen=True)
class Outcome:
    """Where a transfer stands."""

    key: str
    name: str
    path: str
    state: str
    error: dict[str, str] | None
    sent: int

    @property
    def is_over(self) -> bool:
        return self.state in _OVER

    @property
    def reason(self) -> str:
        return self.error["reason"] if self.error else ""


class EnginePage:
    """One tab with JupyterLab in it, whose server must have `LabApp.expose_app_in_browser` set."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.traffic = Traffic(page)

    async def open(self, url: str, token: str, *, own_clock: bool = False) -> None:
        """Open JupyterLab; with a clock of its own, `until_over` can let time pass in it."""
        if own_clock:
            await self.page.clock.install()
        await self.page.goto(f"{url}lab?token={token}", timeout=_START_SECONDS * 1000)
        await self.page.wait_for_function("window.jupyterapp", timeout=_START_SECONDS * 1000)
        await self.page.evaluate("window.jupyterapp.restored")
        await self.page.evaluate(_TAKE_THE_ENGINE)

    async def upload(self, files: Iterable[Path], folder: str = "") -> list[str]:
        """Begin to upload files; return the keys of the transfers."""
        await self.page.locator("#files-to-upload").set_input_files(list(files))
        keys: list[str] = await self.page.evaluate(_ADD, folder)
        return keys

    async def look(self, keys: list[str]) -> list[Outcome]:
        """Where transfers stand now."""
        found: list[dict[str, Any]] = await self.page.evaluate(_LOOK, keys)
        return [Outcome(**one) for one in found]

    async def until_over(
        self,
        keys: list[str],
        *,
        seconds: float,
        hurry_every: float | None = None,
        skip: float | None = None,
    ) -> list[Outcome]:
        """Wait until the transfers have ended one way or another, or the time is up; return where they stand.

        With `hurry_every`, what waits for its next attempt is told now and then that the network is back.
        With `skip`, the page's own clock jumps so many seconds ahead whenever nothing moves.
        """
        deadline = time.monotonic() + seconds
        next_hurry = time.monotonic() + (hurry_every or seconds)
        before: list[Outcome] = []
        moved = time.monotonic()
        while True:
            outcomes = await self.look(keys)
            now = time.monotonic()
            if all(outcome.is_over for outcome in outcomes) or now > deadline:
                return outcomes
            if outcomes != before:
                before, moved = outcomes, now
            elif skip is not None and now - moved > _STUCK:
                await self.page.clock.fast_forward(int(skip * 1000))
                moved = now
            if now >= next_hurry and hurry_every is not None:
                await self.hurry()
                next_hurry = now + hurry_every
            await asyncio.sleep(_LOOK_EVERY)

    async def hurry(self) -> None:
        """Let the page believe that the network is back: what waits is tried now."""
        await self.page.evaluate(_HURRY)

    async def cancel(self, keys: list[str]) -> None:
        """Cancel transfers, and wait until nothing of them is left."""
        for key in keys:
            await self.page.evaluate("key => window.transfers.cancel(key)", key)

    async def clear(self) -> None:
        """Take what is over off the list."""
        await self.page.evaluate("window.transfers.clearFinished()")
