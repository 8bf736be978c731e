"""Real files and folders of a person that are dragged over the page and dropped, by the DevTools protocol."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import CDPSession, FileChooser, Locator, Page

_COPY = 1


class Drag:
    """One drag of some files and folders."""

    def __init__(self, page: Page, *paths: Path) -> None:
        self._page = page
        self._data = {
            "items": [],
            "files": [str(path) for path in paths],
            "dragOperationsMask": _COPY,
        }
        self._cdp: CDPSession | None = None
        self._at = (0.0, 0.0)

    async def over(self, target: Locator, *, y: float | None = None) -> None:
        """Hold it over the middle of a thing, or `y` pixels below its top."""
        box = await target.bounding_box()
        assert box is not None
        self._at = (box["x"] + box["width"] / 2, box["y"] + (box["height"] / 2 if y is None else y))
        if self._cdp is None:
            self._cdp = await self._page.context.new_cdp_session(self._page)
            await self._send("dragEnter")
        await self._send("dragOver")

    async def drop(self) -> None:
        await self._send("drop")
        await self._end()

    async def cancel(self) -> None:
        """End it without a drop; the page is told nothing, so leave what must know before."""
        await self._send("dragCancel")
        await self._end()

    async def _send(self, kind: str) -> None:
        assert self._cdp is not None
        x, y = self._at
        await self._cdp.send("Input.dispatchDragEvent", {"type": kind, "x": x, "y": y, "data": self._data})

    async def _end(self) -> None:
        assert self._cdp is not None
        await self._cdp.detach()
        self._cdp = None


async def choose_folder(chooser: FileChooser, folder: Path) -> None:
    """Choose a folder in the browser's own dialog.

    Playwright would wait for an event of the input, which on a busy machine it now and then does not see.
    """
    page = chooser.page
    await (
        page.bring_to_front()
    )  # in a tab behind others Chromium lists no folder: as if it had been cancelled
    await page.evaluate("element => { window.chooser = element; }", chooser.element)
    cdp = await page.context.new_cdp_session(page)
    found = await cdp.send("Runtime.evaluate", {"expression": "window.chooser"})
    await cdp.send("DOM.setFileInputFiles", {"files": [str(folder)], "objectId": found["result"]["objectId"]})
    await cdp.detach()


async def drop(page: Page, target: Locator, *paths: Path, y: float | None = None) -> None:
    """Drag files and folders onto a thing, and drop them there."""
    drag = Drag(page, *paths)
    await drag.over(target, y=y)
    await drag.drop()
