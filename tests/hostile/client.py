"""A client that does as docs/wire.md tells clients to do, whatever happens to the server or its disk."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from typing import Any

import httpx

from tests.faults.wire import UPLOADS, content_digest

#: Seconds for which one file is tried.
_PATIENCE = 120.0
_PAUSE = 0.02


class GivenUp(Exception):
    """The server said that the upload is over; `reason` is its word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Client:
    """Uploads one file to `base_url`.

    Parameters
    ----------
    http : httpx.Client
        Logged in.
    """

    def __init__(self, http: httpx.Client, path: str, data: bytes) -> None:
        self._http = http
        self._until = time.monotonic() + _PATIENCE
        self.path = path
        self.data = data
        self.id = ""
        self.sent = 0

    def create(self) -> None:
        """Create the upload."""
        fields = {"path": self.path, "size": len(self.data), "digests": ["xxh3-128"]}
        self.id = self._ask("POST", UPLOADS, json=fields)["id"]

    def send(self, start: int, end: int) -> None:
        """Send a chunk, as often as it takes."""
        body = self.data[start:end]
        self.sent += len(body)
        headers = {
            "Content-Range": f"bytes {start}-{end - 1}/{len(self.data)}",
            "Content-Digest": content_digest(body, "xxh3-128"),
        }
        try:
            self._ask(
                "POST", "api/upload_handlers", params={"upload": self.id}, content=body, headers=headers
            )
        except GivenUp as given_up:
            if given_up.reason != "range_overlap":  # part of it is there: what is missing is asked for later
                raise

    def complete(self) -> None:
        """Complete the upload, sending again what the server asks for."""
        while True:
            try:
                self._ask("POST", f"{UPLOADS}/{self.id}/complete")
                return
            except _Missing as missing:
                for start, end in missing.ranges:
                    self.send(start, end)

    def abort(self) -> None:
        """Cancel the upload; it may be over already."""
        self._http.delete(f"{UPLOADS}/{self.id}")

    def _ask(self, method: str, url: str, **more: Any) -> dict[str, Any]:
        while True:
            try:
                answer = self._http.request(method, url, **more)
                fields: dict[str, Any] = answer.json() if answer.content else {}
            except (httpx.TransportError, ValueError):
                self._wait("no answer")
                continue
            if answer.is_success:
                return fields
            reason = str(fields.get("reason"))
            if reason == "incomplete":
                raise _Missing([(start, end) for start, end in fields["missing"]])
            if reason == "range_overlap" or not fields.get("retryable"):
                raise GivenUp(reason)
            self._wait(reason)

    def _wait(self, reason: str) -> None:
        if time.monotonic() > self._until:
            raise GivenUp(f"{reason} for {_PATIENCE:.0f} seconds")
        time.sleep(_PAUSE * random.random())  # noqa: S311  # spreads requests


class _Missing(Exception):
    def __init__(self, ranges: Sequence[tuple[int, int]]) -> None:
        super().__init__(ranges)
        self.ranges = ranges
