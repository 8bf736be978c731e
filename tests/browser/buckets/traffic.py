"""What a page sends to whom: how many bytes, and which parts straight to a bucket."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Page, Request, Response

from ..chunks import Chunk, Listener, TransferLog

_ABOUT_A_PART = re.compile(r"/api/bigupload/uploads/([^/]+)/(sign|parts)$")


class Traffic(Listener):
    """Weighs the bodies of all requests of a page, whether they reached their end or not."""

    def __init__(self, page: Page) -> None:
        self._requests: list[Request] = []
        super().__init__(page, requestfinished=self._ended, requestfailed=self._ended)

    async def bodies_to(self, url: str) -> list[int]:
        """Return the bytes of each body that went to the origin of `url`."""
        origin = _origin(url)
        sizes = [await _weight(request) for request in self._requests if _origin(request.url) == origin]
        return [size for size in sizes if size > 0]

    def paths_to(self, url: str, path: str) -> list[str]:
        """Return the URLs with just this path to which bodies went, at the origin of `url`."""
        origin = _origin(url)
        urls = [request.url for request in self._requests if _origin(request.url) == origin]
        return [one for one in urls if urlsplit(one).path == path]

    def _ended(self, request: Request) -> None:
        if request.method not in {"GET", "HEAD", "OPTIONS"}:
            self._requests.append(request)


async def _weight(request: Request) -> int:
    """Return the bytes of a body as the network saw them: of a file, nothing else tells."""
    headers = await request.all_headers()
    return int(headers.get("content-length", "0"))


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


class PartLog(TransferLog):
    """The parts that a page has signed to send them straight to a bucket; on their way until confirmed."""

    def __init__(self, page: Page) -> None:
        self.signed: list[Chunk] = []
        self.confirmed: list[Chunk] = []
        self.repeated: list[Chunk] = []
        """Signed again although the server had confirmed all or part of it."""
        super().__init__(page)

    @property
    def begun_and_not_done(self) -> bool:
        """Whether some parts are confirmed and others are on their way."""
        return bool(self.confirmed) and len(self.signed) > len(self.confirmed)

    def _begun(self, request: Request) -> None:
        verb, part = _part(request)
        if part is not None or request.method == "PUT":
            self._in_flight[request] = part
        if part is None or verb != "sign":
            return
        if any(part.overlaps(known) for known in self.confirmed):
            self.repeated.append(part)
        self.signed.append(part)

    def _answered(self, response: Response) -> None:
        verb, part = _part(response.request)
        if part is not None and verb == "parts" and response.ok:
            self.confirmed.append(part)


def _part(request: Request) -> tuple[str, Chunk | None]:
    found = _ABOUT_A_PART.search(urlsplit(request.url).path)
    if found is None:
        return "", None
    body: Any = request.post_data_json
    return found[2], Chunk(found[1], body["start"], body["end"])
