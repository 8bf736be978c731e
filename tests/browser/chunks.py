"""What a page sends: every chunk, by its Content-Range, and what the server said to it."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from playwright.async_api import Page, Request, Response

_CONTENT_RANGE = re.compile(r"bytes (\d+)-(\d+)/\d+")


@dataclass(frozen=True)
class Chunk:
    """Bytes `[start, end)` of the upload at `url`."""

    url: str
    start: int
    end: int

    def overlaps(self, other: Chunk) -> bool:
        return self.url == other.url and self.start < other.end and other.start < self.end


class Listener:
    """Hears what happens in a page until it stops.

    Parameters
    ----------
    handlers : Callable
        What is called for which of Playwright's events.
    """

    def __init__(self, page: Page, **handlers: Callable[[Any], None]) -> None:
        self._page = cast("Any", page)  # its type knows each event by itself
        self._handlers = handlers
        for event, handler in handlers.items():
            self._page.on(event, handler)

    def stop(self) -> None:
        for event, handler in self._handlers.items():
            self._page.remove_listener(event, handler)


class TransferLog(Listener, ABC):
    """What a page sends piece by piece, over all its reloads."""

    def __init__(self, page: Page) -> None:
        self._in_flight: dict[Request, Chunk | None] = {}
        super().__init__(
            page,
            request=self._begun,
            response=self._answered,
            requestfinished=self._ended,
            requestfailed=self._ended,
        )

    @property
    def idle(self) -> bool:
        """Whether nothing is on its way."""
        return not self._in_flight

    @abstractmethod
    def _begun(self, request: Request) -> None:
        """Enter a request that counts in `_in_flight`."""

    @abstractmethod
    def _answered(self, response: Response) -> None:
        """Take in an answer."""

    def _ended(self, request: Request) -> None:
        self._in_flight.pop(request, None)


class ChunkLog(TransferLog):
    """The chunks that a page sends."""

    def __init__(self, page: Page) -> None:
        self.sent: list[Chunk] = []
        self.acknowledged: list[Chunk] = []
        self.repeated: list[Chunk] = []
        """Sent although all or part of it had been acknowledged."""
        super().__init__(page)

    def take_over(self, earlier: ChunkLog) -> None:
        """Go on with what another page has sent, of which nothing may be sent again either."""
        self.sent += earlier.sent
        self.acknowledged += earlier.acknowledged

    @property
    def is_under_way(self) -> bool:
        """Whether some chunks are there and others are on their way."""
        return bool(self.acknowledged) and not self.idle

    def acknowledge(self, received: list[list[int]]) -> None:
        """Take in what the server says it has of the one upload, though its answer may never have come."""
        (url,) = {chunk.url for chunk in self.sent}
        self.acknowledged += [Chunk(url, start, end) for start, end in received]

    def _begun(self, request: Request) -> None:
        found = _CONTENT_RANGE.fullmatch(request.headers.get("content-range", ""))
        if found is None:
            return
        chunk = Chunk(request.url, int(found[1]), int(found[2]) + 1)
        if any(chunk.overlaps(known) for known in self.acknowledged):
            self.repeated.append(chunk)
        self.sent.append(chunk)
        self._in_flight[request] = chunk

    def _answered(self, response: Response) -> None:
        chunk = self._in_flight.get(response.request)
        if chunk is not None and response.ok:
            self.acknowledged.append(chunk)
