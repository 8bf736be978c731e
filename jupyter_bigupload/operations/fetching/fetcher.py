"""Reading what a link leads to: looked at first, then read in parts, and gone on with after a cut."""

from __future__ import annotations

import random
import ssl
import time
from collections.abc import Callable, Generator, Iterator, Mapping

from ...errors import RemoteChanged, RemoteFailed, RemoteRefused, TooLarge
from .answers import OK, part_of, probed, require_plain
from .body import PIECE, Clock, goes_on, wanted_bytes
from .connecting import Connections, Resolver, look_up
from .following import Answer, follow
from .names import name_of
from .remote import Remote, is_strong
from .rules import Rules
from .sites import known_digest, resolve
from .url import Url, parse_url

#: Seconds to wait before the first try again, and the most ever.
_FIRST_WAIT = 0.5
_LONGEST_WAIT = 60.0
#: What a link that was signed for some minutes is answered with afterwards.
_EXPIRED = frozenset({400, 401, 403, 404, 410})


class Fetcher:
    """Reads files from links, within an administrator's rules. May be used by several threads at once.

    Nothing of the environment is used: no proxy, no `.netrc`, no cookies, no credentials.

    Parameters
    ----------
    rules : Rules
        Where links may lead.
    timeout : float
        Seconds to wait for a connection, for all headers of an answer, and for each next piece of a body.
    most_bytes : int or None
        The longest file that is taken; None for any.
    most_tries : int
        How often in a row something is tried while nothing, or less than a MiB, comes of it.
    resolver : Resolver
        Where names are looked up.
    context : ssl.SSLContext or None
        Which certificates are trusted; None for those of the system.
    clock, sleep : Callable
        Seconds of a clock that only goes forward; how to wait some.
    alive : Callable
        Called before each request and for each piece that comes, wanted or not; whatever it raises is raised.
    """

    def __init__(
        self,
        rules: Rules,
        *,
        timeout: float = 30.0,
        most_bytes: int | None = None,
        most_tries: int = 5,
        resolver: Resolver = look_up,
        context: ssl.SSLContext | None = None,
        clock: Clock = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        alive: Callable[[], None] = lambda: None,
    ) -> None:
        self._rules = rules
        self._timeout = timeout
        self._most_bytes = most_bytes
        self._most_tries = most_tries
        self._clock = clock
        self._sleep = sleep
        self._alive = alive
        self._connections = Connections(
            rules, timeout=timeout, resolver=resolver, context=context, alive=alive
        )

    def look(self, url: str) -> Remote:
        """Return what a link leads to now. Nothing of the file is read, but perhaps its first byte.

        Raises
        ------
        Malformed
            When it is no link.
        AddressRefused
            When the rules don't allow where it leads.
        RemoteRefused, RemoteFailed
            When the site does not give the file, or gave no answer however often it was asked.
        TooLarge
            When it is longer than `most_bytes`.
        """
        link = parse_url(resolve(url))
        given = link if url[:5].lower() == "s3://" else parse_url(url)
        failures = 0
        while True:
            try:
                remote = self._look(given, link)
            except RemoteFailed as error:
                failures += 1
                self._wait(failures, error)
            else:
                self._require_size(remote.size)
                return remote

    def read(self, remote: Remote, start: int = 0, end: int | None = None) -> Generator[bytes, None, None]:
        """Yield the bytes from `start` up to, and without, `end`, in pieces of up to 1 MiB.

        After a cut it goes on by itself from where it was. Without `remote.ranges`, what is before `start` is
        read again, and given to nobody.

        Parameters
        ----------
        remote : Remote
            As `look` gave it, however long ago.
        start : int
            Bytes.
        end : int or None
            Bytes; None for the end of the file.

        Raises
        ------
        ValueError
            When the file has no such part.
        RemoteChanged
            When the link leads to another file now; what was read before is of the old one.
        AddressRefused, RemoteRefused, RemoteFailed, TooLarge
            As `look`.
        """
        if end is None:
            end = remote.size
        if start < 0 or (end is not None and end < start) or (end or 0) > (remote.size or end or 0):
            raise ValueError(f"no part of the file: {start} to {end}")
        return self._read(remote, start, end)

    def close(self) -> None:
        """Close the connections that are kept."""
        self._connections.close()

    def _look(self, given: Url, link: Url) -> Remote:
        answer = self._follow("HEAD", link, {})
        units = {unit.strip().lower() for unit in answer.headers.get("Accept-Ranges", "").split(",")}
        size, ranges = answer.length, units == {"bytes"}
        # Some sites refuse HEAD, answer it without a length or with 0, or give ranges without saying so.
        if answer.response.status != OK or not size or not (ranges or units == {"none"}):
            answer.discard()
            answer = self._follow("GET", link, {"Range": "bytes=0-0"})
            size, ranges = probed(answer)
        answer.discard()
        require_plain(answer)
        etag, modified = answer.headers.get("ETag") or None, answer.headers.get("Last-Modified") or None
        known = (
            known_digest(url, headers) for url, headers in (*answer.passed, (answer.url, answer.headers))
        )
        return Remote(
            link=str(link),
            url=str(answer.url),
            name=name_of(answer.headers.get("Content-Disposition"), given, answer.url),
            size=size,
            etag=etag,
            last_modified=modified,
            ranges=ranges and (is_strong(etag) or modified is not None),
            checksum=next((digest for digest in known if digest is not None), None),
        )

    def _read(self, remote: Remote, start: int, end: int | None) -> Generator[bytes, None, None]:
        position, gained, failures = start, 0, 0
        url = parse_url(remote.url)
        while end is None or position < end:
            try:
                for piece in self._part(remote, url, position, end):
                    position += len(piece)
                    gained += len(piece)
                    self._require_size(position)
                    yield piece
            except RemoteFailed as error:
                failures, gained = (1 if gained >= PIECE else failures + 1), 0
                self._wait(failures, error)
            except RemoteRefused as error:
                if error.details.get("remote_status") not in _EXPIRED or str(url) == remote.link:
                    raise
                url = parse_url(remote.link)
            else:
                return

    def _part(self, remote: Remote, url: Url, start: int, end: int | None) -> Iterator[bytes]:
        """Yield what one request gives. Ends without an error only when that was all that was asked for."""
        headers = {}
        if start or end != remote.size:
            headers["Range"] = f"bytes={start}-{'' if end is None else end - 1}"
            if remote.etag is not None and is_strong(remote.etag):
                headers["If-Range"] = remote.etag
        answer = self._follow("GET", url, headers)
        try:
            part = part_of(remote, answer, start, end)
            yield from wanted_bytes(answer, part, timeout=self._timeout, clock=self._clock, alive=self._alive)
            if not part.whole:
                raise RemoteFailed(f"{answer.url.host} sends less than was asked for.")
            if answer.chunked and end is not None and end == remote.size and goes_on(answer):
                raise RemoteChanged("The file is longer than when it was looked at.")
        finally:
            answer.response.close()

    def _follow(self, method: str, url: Url, headers: Mapping[str, str]) -> Answer:
        return follow(self._connections, method, url, headers, most=self._rules.most_redirects)

    def _wait(self, failures: int, error: RemoteFailed) -> None:
        if failures >= self._most_tries:
            raise error
        asked = error.details.get("retry_after", 0)
        own = _FIRST_WAIT * 2 ** (failures - 1) * random.uniform(1, 1.5)  # noqa: S311 (no secret)
        self._sleep(min(_LONGEST_WAIT, max(own, asked if isinstance(asked, int) else 0)))

    def _require_size(self, size: int | None) -> None:
        if self._most_bytes is not None and size is not None and size > self._most_bytes:
            raise TooLarge(f"The file has more than {self._most_bytes} bytes.", limit=self._most_bytes)
