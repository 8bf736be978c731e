"""JupyterLab and Notebook's tree as a person sees and uses them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from playwright.async_api import Dialog, Error, Locator, Page, expect

from tests.support.server import RunningServer

from .chunks import ChunkLog
from .network import UploadLimit
from .patience import until

#: Go to a folder in a page that is as good as new; return whether it is.
_GO_TO = """async path => {
  const {jupyterapp} = window;
  if (!jupyterapp || document.querySelector('.jp-BigUpload-panel, .jp-Dialog, .lm-Menu, .Toastify__toast')) {
    return false;
  }
  await jupyterapp.commands.execute('filebrowser:go-to-path', {path});
  return true;
}"""

#: Cancel what is under way, take all off the panel, and the panel off the page; return how many rows stay.
_CLEAR = """async () => {
  const {jupyterapp, _JUPYTERLAB} = window;
  const extension = (await _JUPYTERLAB['jupyter-bigupload'].get('./extension'))();
  const {ITransfers, IOperations, IDestinations} = extension;
  const transfers = await jupyterapp.resolveRequiredService(ITransfers);
  await Promise.all(transfers.transfers.map(({key}) => transfers.cancel(key)));
  transfers.clearFinished();
  await (await jupyterapp.resolveRequiredService(IOperations)).clearFinished();
  (await jupyterapp.resolveRequiredService(IDestinations)).choose('home', '');
  [...jupyterapp.shell.widgets('down')].forEach(widget => widget.close());
  return transfers.transfers.length;
}"""

_WATCH_PROGRESS = """() => {
  window.progressSeen = [];
  window.progressWatch?.disconnect();
  const look = bar => window.progressSeen.push([bar.getAttribute('aria-label'), bar.ariaValueNow]);
  window.progressWatch = new MutationObserver(changes => {
    for (const {target, type, addedNodes} of changes) {
      if (type === 'attributes') {
        look(target);
      }
      for (const node of addedNodes) {
        node.querySelectorAll?.('[role=progressbar]').forEach(look);
      }
    }
  });
  window.progressWatch.observe(
    document.body, {subtree: true, childList: true, attributeFilter: ['aria-valuenow']}
  );
}"""

_START_SECONDS = 60

#: Seconds after which what waits for the server has looked for it again.
LONGEST_PAUSE = 10

_OF_UPLOADS = re.compile(r"/api/(bigupload/uploads|upload_handlers)(/|\?|$)")
_UPLOAD_SECONDS = 60


class Frontend:
    """One of the two applications in one browser tab.

    Parameters
    ----------
    path : str
        Where the application is on the server: `lab` or `tree`.
    folder : str
        The folder that is open at first, from the server's root.
    """

    def __init__(self, page: Page, server: RunningServer, path: str, folder: str) -> None:
        self.page = page
        self.server = server
        self.path = path
        self.folder = server.root / folder
        self.chunks = ChunkLog(page)
        self.upload_limit = UploadLimit(page)
        self._folder = folder

    @property
    def is_lab(self) -> bool:
        return self.path == "lab"

    # Coming and going

    async def open(self) -> None:
        """Open the folder: in the application where the tab has it already, and shows nothing else.

        Else log in by the token in the address, as the link does that a server prints when it starts. The tab
        comes to the front, as for a person: behind others it is slow, and Chromium lists no folder for it.
        """
        await self.page.bring_to_front()
        if not await self.page.evaluate(_GO_TO, self._folder):
            start = "lab/tree" if self.is_lab else "tree"
            await self.page.goto(f"{self.server.url}{start}/{quote(self._folder)}?token={self.server.token}")
        await self.wait_until_ready()

    async def leave(self) -> None:
        """Make the tab as good as new for whoever opens something in it next, or else close it."""
        self.chunks.stop()
        left = 1
        with suppress(Error):  # the test has closed it, or it is not what it was
            await self.upload_limit.end()
            await self.page.keyboard.press("Escape")  # closes a menu
            left = await self.page.evaluate(_CLEAR)
        if left > 0:
            await self.page.close()

    async def wait_until_ready(self) -> None:
        await expect(self.upload_button).to_be_visible(timeout=_START_SECONDS * 1000)
        await expect(self.listing).to_be_visible(timeout=_START_SECONDS * 1000)

    async def reload(self) -> None:
        """Reload, although the page asks not to."""

        async def accept(dialog: Dialog) -> None:
            await dialog.accept()

        self.page.on("dialog", accept)
        await self.page.reload()
        self.page.remove_listener("dialog", accept)
        await self.wait_until_ready()

    # Time

    async def take_the_clock(self) -> None:
        """From now on the page's clock is ours, which `let_pass` moves; it goes on by itself besides."""
        await self.page.clock.install()

    async def let_pass(self, seconds: float) -> None:
        """Let time pass for the page alone, in which nothing that it does not do by its clock may happen."""
        await self.page.clock.fast_forward(round(seconds * 1000))

    async def stop_the_clock(self) -> None:
        """Have the page's clock, which is ours already, stand still."""
        now: int = await self.page.evaluate("Date.now()")
        await self.page.clock.pause_at(now / 1000 + 1)

    async def tries_again(self, *, times: int) -> None:
        """Let time pass until the page has asked for its uploads so many times more."""
        for _ in range(times):
            async with self.page.expect_request(_OF_UPLOADS, timeout=_START_SECONDS * 1000):
                await self.let_pass(LONGEST_PAUSE)

    # The file browser

    @property
    def upload_button(self) -> Locator:
        return self.page.get_by_role("button", name="BigUpload", exact=True)

    @property
    def listing(self) -> Locator:
        """What the file browser shows of its folder."""
        return self.page.locator(".jp-DirListing-content")

    def listed(self, name: str) -> Locator:
        """The entries of the listing with exactly this name."""
        return self.page.locator(".jp-DirListing-item").filter(
            has=self.page.locator(".jp-DirListing-itemName", has_text=re.compile(f"^{re.escape(name)}$"))
        )

    async def go_into(self, folder: str) -> None:
        """Open a folder that is in the listing."""
        await self.listed(folder).dblclick()
        await expect(self.page.locator(".jp-BreadCrumbs")).to_contain_text(folder)

    async def pick(self, *files: Path) -> None:
        """Press the button, and choose the files in the browser's own dialog."""
        async with self.choosing(self.upload_button) as chosen:
            chosen.extend(files)

    @asynccontextmanager
    async def choosing(self, button: Locator) -> AsyncIterator[list[Path]]:
        """Press a button that asks for files; those are chosen that the block puts in the list."""
        async with self.page.expect_file_chooser() as asked:
            await button.click()
        chooser = await asked.value
        files: list[Path] = []
        yield files
        await chooser.set_files(files)

    # The transfers panel

    @property
    def transfers(self) -> Locator:
        return self.page.get_by_role("list", name="Transfers")

    def row(self, name: str) -> Locator:
        """The transfers of a file to the folder that was open at first."""
        return self.transfers.get_by_role("listitem", name=f"{name} in {self._folder}", exact=True)

    def button(self, verb: str, name: str) -> Locator:
        """The button of a transfer that pauses, resumes, cancels or retries it."""
        return self.row(name).get_by_role("button", name=f"{verb} {name}", exact=True)

    async def expect_state(self, name: str, state: str, *, seconds: float = _UPLOAD_SECONDS) -> None:
        """Wait until the panel says where a transfer stands, in words."""
        await expect(self.row(name).locator(".jp-BigUpload-state")).to_have_text(
            state, timeout=seconds * 1000
        )

    async def show_panel(self) -> None:
        """Bring the panel to the front by the palette, where nothing has been uploaded yet that would."""
        await self.page.keyboard.press("Control+Shift+C")
        await self.page.keyboard.type("Show Transfers")
        await self.page.locator(".lm-CommandPalette-item").first.wait_for()
        await self.page.keyboard.press("Enter")
        await expect(self.page.locator(".jp-BigUpload-panel")).to_be_visible()

    async def close_panel(self) -> None:
        tab = self.page.get_by_role("tab", name="Transfers")
        await tab.locator(".lm-TabBar-tabCloseIcon").click()
        await expect(self.transfers).to_have_count(0)

    async def watch_progress(self) -> None:
        """Note from now on every figure that a progress bar shows."""
        await self.page.evaluate(_WATCH_PROGRESS)

    async def progress_seen(self, name: str) -> list[int]:
        seen: list[tuple[str, str]] = await self.page.evaluate("window.progressSeen")
        return [int(value) for label, value in seen if label == f"Progress of {name}"]

    # The server

    async def unfinished(self) -> list[dict[str, Any]]:
        """The uploads that the server has begun below the folder that was open at first."""
        return [
            upload for upload in await self._all_unfinished() if upload["path"].startswith(f"{self._folder}/")
        ]

    async def expect_nothing_unfinished(self) -> None:
        """Wait until the server has forgotten what was begun here: it removes bytes before their record."""

        async def is_nothing() -> bool:
            return await self.unfinished() == []

        await until(is_nothing, what="nothing that is unfinished")

    async def remove_leftovers(self) -> None:
        """Remove what other tests have left unfinished on the server."""
        for upload in await self._all_unfinished():
            await self.page.context.request.delete(
                f"{self.server.url}api/bigupload/uploads/{upload['id']}",
                headers={"Authorization": f"token {self.server.token}"},
            )

    async def _all_unfinished(self) -> list[dict[str, Any]]:
        answer = await self.page.context.request.get(f"{self.server.url}api/bigupload/uploads")
        uploads: list[dict[str, Any]] = (await answer.json())["uploads"]
        return uploads

    def records(self, upload_id: str) -> list[Path]:
        """What the server has written down of an upload."""
        return list(self.server.data_dir.rglob(f"{upload_id}*"))

    def on_disk(self) -> list[str]:
        """Everything in the folder that was open at first, hidden files too."""
        return sorted(entry.name for entry in self.folder.iterdir())
