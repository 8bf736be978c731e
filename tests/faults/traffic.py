"""What a page sends and what it is told, in order: does it send bytes again that it knows to be there?"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Error, Page, Request

_CONTENT_RANGE = re.compile(r"bytes (\d+)-(\d+)/\d+")
_CHUNK = re.compile(r"/api/upload_handlers.*[?&]upload=([0-9a-z-]+)")
_COMPLETE = re.compile(r"/api/bigupload/uploads/([0-9a-z-]+)/complete(?:\?|$)")
#: A creation, or a look at one upload; a look at all tells of none.
_ABOUT_ONE = re.compile(r"/api/bigupload/uploads(?:/[0-9a-z-]+)?(?:\?|$)")


@dataclass(frozen=True)
class _Known:
    """From the moment `at`, the page knows that the server has `[start, end)`."""

    at: int
    upload: str
    start: int
    end: int


class Traffic:
    """Listens to the requests of a page.

    A chunk counts as acknowledged once its good answer has reached the page whole, or an answer about the
    upload has named its bytes.
    """

    def __init__(self, page: Page) -> None:
        self.sent = 0
        self.acknowledged = 0
        self.refused: Counter[str] = Counter()
        """How often a chunk was answered with an error, by its reason."""
        self._moment = 0
        self._chunks: dict[Request, _Known] = {}
        self._known: list[_Known] = []
        self._damaged: list[_Known] = []
        """Of these the page has stated other digests than the server has; nothing else may be sent again."""
        self._paths: dict[str, str] = {}
        """Of the files, by the ids of their uploads."""
        self._reading: set[asyncio.Task[None]] = set()
        page.on("request", self._begun)
        page.on("requestfinished", self._finished)

    async def repeated(self, *, by_file: bool = False) -> list[str]:
        """Return the chunks with bytes that the page knew to be there when it sent them; forget all.

        Parameters
        ----------
        by_file : bool
            Whether a second upload of a file repeats the first, as it does when the first should be there.
        """
        while self._reading:
            await asyncio.wait(self._reading)
        whose = self._paths if by_file else {}
        told: dict[str, list[_Known]] = {}
        for known in self._known:
            told.setdefault(whose.get(known.upload, known.upload), []).append(known)
        found = [
            f"{chunk.upload}: [{chunk.start}, {chunk.end}) again, after [{known.start}, {known.end})"
            for chunk in self._chunks.values()
            for known in told.get(whose.get(chunk.upload, chunk.upload), [])
            if known.at < chunk.at and known.start < chunk.end and chunk.start < known.end
            if not any(
                known.at < bad.at < chunk.at and bad.start < chunk.end and chunk.start < bad.end
                for bad in self._damaged
                if bad.upload == chunk.upload
            )
        ]
        self._damaged.clear()
        self._chunks.clear()
        self._known.clear()
        self._paths.clear()
        return found

    def _begun(self, request: Request) -> None:
        chunk = _CHUNK.search(request.url)
        content_range = _CONTENT_RANGE.fullmatch(request.headers.get("content-range", ""))
        if chunk is None or content_range is None:
            return
        self.sent += 1
        self._moment += 1
        start, end = int(content_range[1]), int(content_range[2]) + 1
        self._chunks[request] = _Known(self._moment, chunk[1], start, end)

    def _finished(self, request: Request) -> None:
        self._moment += 1
        is_about_one = _ABOUT_ONE.search(request.url) is not None and request.method in {"GET", "POST"}
        completed = _COMPLETE.search(request.url) is not None
        if request in self._chunks or is_about_one or completed:
            task = asyncio.ensure_future(self._read(request, self._moment))
            self._reading.add(task)
            task.add_done_callback(self._reading.discard)

    async def _read(self, request: Request, moment: int) -> None:
        response = await request.response()
        chunk = self._chunks.get(request)
        if response is None:
            return
        if chunk is not None and response.ok:
            self.acknowledged += 1
            self._known.append(_Known(moment, chunk.upload, chunk.start, chunk.end))
        try:
            answer: dict[str, Any] = await response.json()
        except (Error, ValueError):
            answer = {}  # a proxy's page, or gone with the tab
        if response.ok:
            if "path" in answer:
                self._paths[answer["id"]] = answer["path"]
            for start, end in answer.get("received", []):
                self._known.append(_Known(moment, answer["id"], start, end))
        elif (completed := _COMPLETE.search(request.url)) is not None:
            if "digests" in (request.post_data_json or {}):
                self._damaged += [
                    _Known(moment, completed[1], start, end) for start, end in answer.get("missing", [])
                ]
            self.refused[str(answer.get("reason", response.status))] += 1
        elif chunk is not None:
            self.refused[str(answer.get("reason", response.status))] += 1
