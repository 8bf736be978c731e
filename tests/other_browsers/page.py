"""The page as a person uses it, in whatever browser."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import httpx

from tests.faults.kinds import is_chunk
from tests.support.faults import FaultProxy, Plan, Reset, Rule, Stall
from tests.support.server import RunningServer

from .driver import Driver, until

UPLOADS = "api/bigupload/uploads"
_HOUR = 3600.0
_ROW = "[aria-label='Transfers'] > [aria-label='{name} in {folder}']"


class Page:
    """One of the two applications, with a proxy between it and the server.

    Parameters
    ----------
    application : str
        `lab` or `tree`.
    folder : str
        The folder that is open, from the server's root.
    """

    def __init__(
        self, driver: Driver, server: RunningServer, proxy: FaultProxy, application: str, folder: str
    ) -> None:
        self.driver = driver
        self.folder = server.root / folder
        self._server = server
        self._proxy = proxy
        self._start = "lab/tree" if application == "lab" else "tree"

    def open(self) -> None:
        """Open the application by the link that a server prints when it starts."""
        self.go_on()
        self.driver.open(f"{self._proxy.url}{self._start}/{self.folder.name}?token={self._server.token}")
        crumbs = ".jp-BreadCrumbs"
        until(lambda: self.folder.name in "".join(self.driver.texts(crumbs)), what="the folder")

    def upload(self, *files: Path) -> None:
        """Press the button, and choose files."""
        self.driver.choose("BigUpload", files)

    def press(self, verb: str, name: str) -> None:
        """Pause, resume or cancel a transfer."""
        self.driver.press(f"{verb} {name}")

    def expect(self, name: str, words: str) -> None:
        """Wait until the row of a file says this."""
        row = _ROW.format(name=name, folder=self.folder.name)
        seen: list[str] = []

        def look() -> bool:
            seen[:] = self.driver.texts(row)
            return any(words in text for text in seen)

        until(look, what=f"{words} ({seen})")

    # The network

    def hold_back(self) -> None:
        """Let one chunk through, and hold all that come after it."""
        self._proxy.plan = Plan([Rule(Stall(_HOUR, at=0), is_chunk, skip=1)])

    def cut(self) -> None:
        """Reset everything that is on its way, and whatever is sent from now on."""
        self._proxy.plan = Plan([Rule(Reset(), at_all, 1.0)])
        self._proxy.disconnect()

    def go_on(self) -> None:
        """Let everything through, and end what is held back."""
        self._proxy.plan = Plan()
        self._proxy.disconnect()

    def chunks(self) -> list[tuple[int, int]]:
        """Return the bytes `[start, end)` of every chunk that was sent, in order."""
        ranges = [request.headers["content-range"] for request in self._proxy.requests if is_chunk(request)]
        return [_parsed(content_range) for content_range in ranges]

    # The server

    def unfinished(self) -> list[dict[str, Any]]:
        """Return what the server has begun, past the proxy."""
        headers = {"Authorization": f"token {self._server.token}"}
        answer = httpx.get(f"{self._server.url}{UPLOADS}", headers=headers, trust_env=False)
        uploads: Iterable[dict[str, Any]] = answer.raise_for_status().json()["uploads"]
        return [upload for upload in uploads if upload["path"].startswith(f"{self.folder.name}/")]

    def on_disk(self) -> list[str]:
        """Return the names of everything in the folder, hidden files too."""
        return sorted(path.name for path in self.folder.iterdir())


def at_all(_: object) -> bool:
    """Whether a rule strikes: always."""
    return True


def _parsed(content_range: str) -> tuple[int, int]:
    start, _, end = content_range.removeprefix("bytes ").partition("/")[0].partition("-")
    return int(start), int(end) + 1
