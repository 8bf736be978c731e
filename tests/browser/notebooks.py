"""A notebook with an upload widget, in JupyterLab, Notebook and Voilà, as a person sees and uses it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Locator, Page, expect

from tests.support.server import RunningServer

#: Where each of them shows a notebook.
_ADDRESSES = {"lab": "lab/tree", "notebook": "notebooks", "voila": "voila/render"}

#: Whether a notebook is in front, among those of an earlier visit, and has its kernel.
_IS_READY = """path => {
  const panel = window.jupyterapp?.shell.currentWidget;
  return panel?.context?.path === path && panel.sessionContext.session?.kernel?.status === 'idle';
}"""

_START_SECONDS = 90


def write_notebook(path: Path, *cells: str) -> None:
    """Write a notebook with cells of code."""
    content = {
        "cells": [
            {
                "cell_type": "code",
                "id": f"cell-{number}",
                "source": source,
                "metadata": {},
                "outputs": [],
                "execution_count": None,
            }
            for number, source in enumerate(cells)
        ],
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    path.write_text(json.dumps(content), "utf-8")


class WidgetPage:
    """One tab with a notebook whose first output is a widget."""

    def __init__(self, page: Page, server: RunningServer, application: str) -> None:
        self.page = page
        self._server = server
        self._application = application

    async def open(self, notebook: str) -> None:
        """Open a notebook, and run it where that does not happen by itself."""
        address = f"{self._server.url}{_ADDRESSES[self._application]}/{notebook}"
        await self.page.goto(f"{address}?token={self._server.token}")
        if self._application != "voila":
            await self.page.wait_for_function(_IS_READY, arg=notebook, timeout=_START_SECONDS * 1000)
            # What the command resolves to can't be brought here.
            await self.page.evaluate("void jupyterapp.commands.execute('notebook:run-all-cells')")
        await expect(self.button).to_be_enabled(timeout=_START_SECONDS * 1000)

    @property
    def widget(self) -> Locator:
        return self.page.get_by_role("group", name="Upload files", exact=True)

    @property
    def button(self) -> Locator:
        return self.widget.get_by_role("button", name="Upload files…", exact=True)

    @asynccontextmanager
    async def choosing(self, button: Locator) -> AsyncIterator[list[Path]]:
        """Press a button that asks for files; those are chosen that the block puts in the list."""
        async with self.page.expect_file_chooser() as asked:
            await button.click()
        files: list[Path] = []
        yield files
        await (await asked.value).set_files(files)

    async def pick(self, *files: Path) -> None:
        async with self.choosing(self.button) as chosen:
            chosen.extend(files)

    def row(self, name: str) -> Locator:
        return self.widget.get_by_role("listitem", name=name, exact=True)

    def action(self, verb: str, name: str) -> Locator:
        return self.row(name).get_by_role("button", name=f"{verb} {name}", exact=True)

    async def expect_state(self, name: str, state: str) -> None:
        shown = self.row(name).locator(".jp-BigUploadWidget-state")
        await expect(shown).to_have_text(state, timeout=60_000)

    async def expect_output(self, text: str) -> None:
        """Wait until the kernel has printed a text."""
        await expect(self.page.get_by_text(text)).to_be_visible(timeout=60_000)
