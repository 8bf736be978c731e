"""A browser whose picker hands out files that it can open again on a later visit.

Nothing can drive the native picker. Here it is replaced by one that returns handles of real files in the
origin's own file system (OPFS): a handle is a handle, and IndexedDB keeps it over reloads and restarts.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from playwright.async_api import BrowserContext, Page, Playwright

from tests.support.server import RunningServer

from .chromium import CHROMIUM, FLAGS, WINDOW

_PICKER = """
window.picked = 0;
window.showOpenFilePicker = async () => {
  window.picked += 1;
  const folder = await navigator.storage.getDirectory();
  return Promise.all(window.toPick.map(name => folder.getFileHandle(name)));
};
"""

_STORE = """async ([url, name]) => {
  const folder = await navigator.storage.getDirectory();
  const file = await folder.getFileHandle(name, {create: true});
  const answer = await fetch(url);
  await answer.body.pipeTo(await file.createWritable());
}"""

#: Whether the page has kept a file; the database must be there already, or this would make an empty one.
_KEPT = """async () => {
  const there = await indexedDB.databases();
  if (!there.some(({name}) => name === 'jupyter-bigupload')) {
    return false;
  }
  const ask = request => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const database = await ask(indexedDB.open('jupyter-bigupload'));
  const kept = await ask(database.transaction('files').objectStore('files').count());
  database.close();
  return kept > 0;
}"""

#: What Chromium calls the places where files of the person's computer, handles and settings are.
_STORAGE = "file_systems,indexeddb,local_storage"

_REMOVE = "async name => (await navigator.storage.getDirectory()).removeEntry(name)"


class KeptFiles:
    """A person's browser with its profile, over all its restarts."""

    def __init__(self, playwright: Playwright, server: RunningServer, profile: Path) -> None:
        self._playwright = playwright
        self.server = server
        self._profile = profile
        self._context: BrowserContext | None = None

    async def open_tab(self) -> Page:
        """Return an empty tab, of a browser that is started if need be."""
        if self._context is None:
            self._context = await self._playwright.chromium.launch_persistent_context(
                self._profile, executable_path=CHROMIUM, args=FLAGS, chromium_sandbox=False, viewport=WINDOW
            )
            await self._context.add_init_script(_PICKER)
        return await self._context.new_page()

    async def stop(self) -> None:
        """End the browser with all its tabs, without a word to any of them."""
        if self._context is not None:
            await self._context.close()
            self._context = None

    async def forget(self, page: Page) -> None:
        """Close a tab, and keep nothing of what it has left; but its login, and the code of the page."""
        assert self._context is not None
        cdp = await self._context.new_cdp_session(page)
        await page.goto("about:blank")
        await cdp.send(
            "Storage.clearDataForOrigin",
            {"origin": self.server.url.rstrip("/"), "storageTypes": _STORAGE},
        )
        await page.close()

    async def store(self, page: Page, file: Path) -> None:
        """Put a file on the person's computer, by way of a folder of the server."""
        served = self.server.root / "of-the-person"
        served.mkdir(exist_ok=True)
        (served / file.name).write_bytes(file.read_bytes())
        await page.evaluate(_STORE, [f"{self.server.url}files/of-the-person/{quote(file.name)}", file.name])

    async def wait_until_kept(self, page: Page) -> None:
        """Wait until the page has kept a file for a later visit, which it does while it uploads."""
        await page.wait_for_function(_KEPT, timeout=30_000)

    async def remove(self, page: Page, name: str) -> None:
        """Remove a file from the person's computer."""
        await page.evaluate(_REMOVE, name)

    async def will_pick(self, page: Page, *names: str) -> None:
        """Choose these in the picker from now on."""
        await page.evaluate("names => { window.toPick = names; }", list(names))

    async def times_picked(self, page: Page) -> int:
        """How often the picker was opened since the page was loaded."""
        times: int = await page.evaluate("window.picked")
        return times
