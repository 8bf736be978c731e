"""Reading the body of an answer: in large pieces, but never without a sign of life for long."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from urllib3 import BaseHTTPResponse
from urllib3.exceptions import HTTPError

from ...errors import RemoteFailed
from .answers import Part
from .connecting import failure
from .following import Answer

#: The most that is given at once, bytes.
PIECE = 1024 * 1024
#: Seconds after which less is given, so that whoever reads sees that something comes.
_GATHERING = 1.0
#: Bytes a second below which a connection is as good as dead: someone may keep it so on purpose.
_SLOWEST = 1024

Clock = Callable[[], float]


def wanted_bytes(
    answer: Answer, part: Part, *, timeout: float, clock: Clock, alive: Callable[[], None]
) -> Iterator[bytes]:
    """Yield what is wanted of a body, those bytes too that came before it broke off.

    Parameters
    ----------
    answer : Answer
        With its body unread.
    part : Part
        What of it is wanted.
    timeout : float
        Seconds that it may be behind the least speed of 1 KiB a second.
    clock : Clock
        Seconds of a clock that only goes forward.
    alive : Callable
        Called for each piece that comes, wanted or not.

    Raises
    ------
    RemoteFailed
        When the body broke off, ended before its end, or is next to standing still.
    """
    skip, left, behind = part.skip, part.length, 0.0
    while left != 0:
        began = clock()
        data, error = _gathered(answer.response, min(PIECE, skip or left or PIECE), clock)
        alive()
        behind = max(0.0, behind + clock() - began - len(data) / _SLOWEST)
        if skip:
            skip -= len(data)
        elif data:
            left = None if left is None else left - len(data)
            yield data
        if error is not None:
            raise failure(error, answer.url) from error
        if not data:
            if skip or left is not None:
                raise RemoteFailed(f"{answer.url.host} ended before the end of the file.")
            return
        if behind > timeout:
            raise RemoteFailed(f"{answer.url.host} sends next to nothing.")


def goes_on(answer: Answer) -> bool:
    """Return whether more of a body comes than was wanted of it; waits for the word that it is over."""
    try:
        return bool(answer.response.read1(1))
    except HTTPError:  # nothing more will come
        return False


def _gathered(response: BaseHTTPResponse, most: int, clock: Clock) -> tuple[bytes, HTTPError | None]:
    """Return up to `most` of the next bytes, none of them at the end, and why there can't be more."""
    pieces: list[bytes] = []
    began, length = clock(), 0
    try:
        # At least once, however busy the machine was in between: nothing means the end.
        while data := response.read1(most - length):
            pieces.append(data)
            length += len(data)
            if length >= most or clock() - began >= _GATHERING:
                break
    except HTTPError as error:
        return b"".join(pieces), error
    return b"".join(pieces), None
