"""The ways of many files into the folder of a Jupyter server."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Locator, Page

from ..browser import Clock, Span, chromium_processes, pick
from ..processes import tree as processes_of
from ..servers import Server, jupyter_server
from .base import Processes, Ready
from .page import LISTING, chromium, drop, open_bigupload, open_jupyters_own
from .trees import Tree, check_folder

# What is on the disk at the end has the same promise as ours: it outlives a power cut.
_TAR = 'tar -C "$1" -c "$2" | tar -C "$3" -x && sync -f "$3"'

_UPLOAD = """
import sys
from jupyter_bigupload.client import Client

with Client(sys.argv[1], sys.argv[2]) as client:
    client.upload(sys.argv[3])
"""


class InLab:
    """The file browser of JupyterLab: ours, or JupyterLab's own without us in its page.

    Parameters
    ----------
    ours : bool
        Whose upload it is.
    dropped : bool
        Whether the folder is dropped on the list; else its files, which are right in it, are picked side by
        side by the button.
    """

    def __init__(self, key: str, title: str, tree: Tree, *, ours: bool, dropped: bool) -> None:
        self.key = key
        self.title = title
        self.tree = tree
        self._ours = ours
        self._dropped = dropped

    @contextmanager
    def prepare(self, scratch: Path) -> Iterator[Ready]:
        """Start JupyterLab and Chromium."""
        with jupyter_server(scratch / "root", button=self._ours) as server, chromium() as page:
            if self._ours:
                open_bigupload(page, server)
            else:
                open_jupyters_own(page, server, self.tree.count)
            landed = server.folder / self.tree.name if self._dropped else server.folder
            yield Ready(
                upload=lambda timeout: self._begin(page).wait_until_finished(timeout=timeout),
                check=lambda: check_folder(landed, self.tree),
                sides=sides_of(server),
            )

    def _begin(self, page: Page) -> Clock:
        if self._dropped:
            return drop(page, page.locator(LISTING), self.tree.path)
        with page.expect_file_chooser() as chooser:
            self._button(page).click()
        return pick(page, chooser.value.element, *self.tree.files)

    def _button(self, page: Page) -> Locator:
        if self._ours:
            return page.get_by_role("button", name="BigUpload", exact=True)
        return page.locator(".jp-FileBrowser [data-jp-item-name=uploader]").get_by_role("button")


class Program:
    """The Python client, in a process of its own."""

    key = "python-client"
    title = "the Python client"

    def __init__(self, tree: Tree) -> None:
        self.tree = tree

    @contextmanager
    def prepare(self, scratch: Path) -> Iterator[Ready]:
        """Start JupyterLab, as for the page."""
        with jupyter_server(scratch / "root") as server:

            def upload(timeout: float) -> Span:
                command = [sys.executable, "-c", _UPLOAD, server.url, str(server.token), str(self.tree.path)]
                start = time.time()
                subprocess.run(command, check=True, timeout=timeout)
                return Span(start, time.time())

            yield Ready(
                upload=upload,
                check=lambda: check_folder(server.folder / self.tree.name, self.tree),
                sides={"server": lambda: processes_of(server.process)},
            )


class Tar:
    """What the disk can do: `tar` reads the folder, another writes it, and its file system is flushed."""

    key = "tar"
    title = "`tar c` into `tar x`, then `sync -f`"

    def __init__(self, tree: Tree) -> None:
        self.tree = tree

    @contextmanager
    def prepare(self, scratch: Path) -> Iterator[Ready]:
        """Make the folder that it goes into."""
        root = scratch / "root"
        root.mkdir()

        def upload(timeout: float) -> Span:
            start = time.time()
            command = ["sh", "-c", _TAR, "tar", str(self.tree.path.parent), self.tree.name, str(root)]
            subprocess.run(command, check=True, timeout=timeout)
            return Span(start, time.time())

        yield Ready(upload=upload, check=lambda: check_folder(root / self.tree.name, self.tree))


def sides_of(server: Server) -> dict[str, Processes]:
    """Return who has work to do when a page uploads to a server."""
    return {"server": lambda: processes_of(server.process), "browser": chromium_processes}
