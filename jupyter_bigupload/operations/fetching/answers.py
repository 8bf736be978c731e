"""What an answer of a site comes to: a part of the file, or an error."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ...errors import BigUploadError, RemoteChanged, RemoteFailed, RemoteRefused
from .following import Answer
from .remote import Remote, parse_content_range

OK, PARTIAL, FAILED, NOT_IN_FILE = 200, 206, 412, 416
#: What may be otherwise when it is asked again: a timeout, too early, too many requests.
_PASSING = frozenset({408, 425, 429})
_SERVER_ERROR, _NOT_IMPLEMENTED, _NO_SUCH_VERSION = 500, 501, 505
_MEANING = {
    401: "does not give the file without a login",
    403: "does not give the file to everyone; perhaps it is not public",
    404: "has no such file",
    410: "has the file no longer",
    451: "may not give the file, for legal reasons",
}


@dataclass(frozen=True)
class Part:
    """What the body of an answer holds.

    Parameters
    ----------
    skip : int
        Bytes at its beginning that are not wanted.
    length : int or None
        Bytes to read after those; None for all that come.
    whole : bool
        Whether that is all that was asked for.
    """

    skip: int
    length: int | None
    whole: bool = True


def part_of(remote: Remote, answer: Answer, start: int, end: int | None) -> Part:
    """Return what an answer to the request for a part holds of it.

    Raises
    ------
    RemoteChanged
        When it is of another file.
    RemoteRefused, RemoteFailed
        When it is no part of the file, or one of which nobody could tell that it belongs to what came before.
    """
    status, host = answer.response.status, answer.url.host
    if status == NOT_IN_FILE:
        return _past_the_end(remote, answer, start, end)
    if status == FAILED:
        raise RemoteChanged("The file was changed since it was looked at.")
    if status not in (OK, PARTIAL):
        raise described(answer)
    require_plain(answer)
    if status == PARTIAL:
        said = parse_content_range(answer.headers.get("Content-Range", ""))
        if said is None or said.start != start or said.end is None or (end is not None and said.end > end):
            raise RemoteRefused(f"{host} sends another part of the file than was asked for.")
        length = said.end - start
        if answer.length not in (None, length):
            raise RemoteRefused(f"{host} says two lengths of one part of the file.")
        total, wanted = said.total, said.total if end is None else end
        part = Part(0, length, whole=wanted is None or said.end == wanted)
    else:
        total = answer.length
        part = Part(start, None if end is None else end - start)
    same = remote.require_same(answer.headers, total=total)
    if start and not same:
        raise RemoteRefused(
            f"The file can't be gone on with, since {host} says nothing by which one could tell that it is "
            "still the same one."
        )
    if part.length is None and answer.length is None and not answer.chunked:
        raise endless(host)
    return part


def probed(answer: Answer) -> tuple[int | None, bool]:
    """Return the size of the file, and whether there are ranges, by the answer to a GET of its first byte.

    Raises
    ------
    RemoteRefused, RemoteFailed
        When the site does not give the file.
    """
    status = answer.response.status
    said = parse_content_range(answer.headers.get("Content-Range", ""))
    if status == PARTIAL:
        if said is None or said.start != 0 or said.total is None:
            raise RemoteRefused(f"{answer.url.host} sends a part of the file without saying which.")
        return said.total, True
    if status == NOT_IN_FILE and said is not None and said.total == 0:
        return 0, False
    if status != OK:
        raise described(answer)
    if answer.length is None and not answer.chunked:
        raise endless(answer.url.host)
    return answer.length, False


def require_plain(answer: Answer) -> None:
    """Check that the bytes that come are the file's own.

    Raises
    ------
    RemoteRefused
        When they are encoded.
    """
    if answer.coding:
        coding = re.sub(r"[^a-z0-9, -]", "", answer.coding)[:20]
        raise RemoteRefused(
            f"{answer.url.host} sends the file compressed ({coding}) although it was asked not to, so that "
            "nobody could go on after a cut."
        )


def described(answer: Answer) -> BigUploadError:
    """Return the error that the status of an answer stands for."""
    status, host = answer.response.status, answer.url.host
    if status in _PASSING:
        return RemoteFailed(f"{host} asks to come back later ({status}).", **_details(answer))
    if status >= _SERVER_ERROR and status not in (_NOT_IMPLEMENTED, _NO_SUCH_VERSION):
        return RemoteFailed(f"{host} has an error of its own ({status}).", **_details(answer))
    meaning = _MEANING.get(status, "does not give the file")
    return RemoteRefused(f"{host} {meaning} ({status}).", remote_status=status)


def _details(answer: Answer) -> dict[str, int]:
    text = answer.headers.get("Retry-After", "").strip()
    wait = {"retry_after": int(text)} if re.fullmatch(r"[0-9]{1,6}", text, re.ASCII) else {}
    return {"remote_status": answer.response.status, **wait}


def endless(host: str) -> RemoteRefused:
    """Return the error for a body whose end looks like a broken connection."""
    return RemoteRefused(
        f"{host} says neither how long the file is nor where it ends, so that nobody could tell whether "
        "it is whole."
    )


def _past_the_end(remote: Remote, answer: Answer, start: int, end: int | None) -> Part:
    said = parse_content_range(answer.headers.get("Content-Range", ""))
    total = None if said is None else said.total
    remote.require_same(answer.headers, total=total)
    if end is None and total == start:  # its end had come, but not the word that it was the end
        return Part(0, 0)
    raise RemoteRefused(f"{answer.url.host} says that the file has no such part (416).", remote_status=416)
