"""What the benchmark needs of a contender."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from playwright.sync_api import Page

from ..browser import Span
from ..payload import Payload
from ..servers import Server


class Contender(Protocol):
    """One way to bring a file from the browser to the server."""

    @property
    def key(self) -> str:
        """For the command line."""

    @property
    def title(self) -> str:
        """For the tables."""

    def serve(self, folder: Path) -> AbstractContextManager[Server]:
        """Start a fresh server, which puts what is uploaded into `folder`."""

    def open(self, page: Page, server: Server) -> None:
        """Bring the page to where a file can be chosen."""

    def upload(self, page: Page, payload: Payload, *, timeout: float) -> Span:
        """Choose the file, and wait until the contender says that it is there, at most `timeout` seconds."""

    def landed(self, server: Server, payload: Payload) -> Path | None:
        """Return the file as it arrived; None for a contender that keeps nothing."""
