"""Requests whose redirects are followed, each one checked as if a person had given it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from urllib3 import BaseHTTPResponse

from ...errors import AddressRefused, RemoteRefused
from .connecting import Connections
from .sites import in_region
from .url import Url

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
#: Bytes of a body that nobody wants, up to which reading it costs less than another connection.
_SHORT = 4096
_COUNT = re.compile(r"[0-9]{1,18}", re.ASCII)


@dataclass(frozen=True)
class Answer:
    """The answer at the end of all redirects, its body unread.

    Parameters
    ----------
    url : Url
        Who answered.
    response : BaseHTTPResponse
        As urllib3 gives it.
    passed : tuple[tuple[Url, Mapping[str, str]], ...]
        Each that redirected on the way, with the headers of its answer.
    """

    url: Url
    response: BaseHTTPResponse
    passed: tuple[tuple[Url, Mapping[str, str]], ...] = ()

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers; of one that came more than once, all values with commas between."""
        return self.response.headers

    @property
    def length(self) -> int | None:
        """The length of the body, bytes, or what it would have been for a HEAD."""
        text = self.headers.get("Content-Length", "").strip()
        return int(text) if _COUNT.fullmatch(text) and not self.chunked else None

    @property
    def chunked(self) -> bool:
        """Whether the body tells by itself where it ends."""
        return self.headers.get("Transfer-Encoding", "").strip().lower() == "chunked"

    @property
    def coding(self) -> str:
        """How the bytes were encoded for the way, such as `gzip`; empty if they are the file's own."""
        content = self.headers.get("Content-Encoding", "").strip().lower()
        transfer = self.headers.get("Transfer-Encoding", "").strip().lower()
        return content.removeprefix("identity") or transfer.removeprefix("chunked").removeprefix("identity")

    def discard(self) -> None:
        """Be done with the answer; its connection is kept if little of the body is left."""
        left = self.response.length_remaining  # 0 for a HEAD
        if left is not None and left <= _SHORT:
            self.response.drain_conn()
        self.response.close()


def follow(
    connections: Connections, method: str, url: Url, headers: Mapping[str, str], *, most: int
) -> Answer:
    """Return the answer to a request, after up to `most` redirects.

    No header is sent on that could not be sent to anyone: nobody's credentials, no cookie, no referrer.

    Raises
    ------
    AddressRefused
        When the rules don't allow a link on the way, or one leads from https to http.
    RemoteRefused
        When there are more redirects, or one without a link.
    RemoteFailed, Malformed
        As `Connections.request` and `Url.joined`.
    """
    passed: list[tuple[Url, Mapping[str, str]]] = []
    for _ in range(most + 1):
        answer = Answer(url, connections.request(method, url, headers), tuple(passed))
        if answer.response.status not in _REDIRECTS:
            return answer
        answer.discard()
        passed.append((url, answer.headers))
        following = _next(url, answer.headers)
        if url.scheme == "https" and following.scheme == "http":
            raise AddressRefused(
                f"{url.host} redirects from https to http, which anyone on the way can change."
            )
        url = following
    raise RemoteRefused(f"{url.host} redirects more than {most} times, perhaps in a circle.")


def _next(url: Url, headers: Mapping[str, str]) -> Url:
    location = headers.get("Location")
    if location:
        return url.joined(location)
    region = in_region(url, headers.get("x-amz-bucket-region", ""))
    if region is None:
        raise RemoteRefused(f"{url.host} redirects without saying where to.")
    return region
