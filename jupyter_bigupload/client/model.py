"""The values that a person gets: files that are there, how far others are, and where they can go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

#: The destination that every server has.
HOME = "home"


@dataclass(frozen=True)
class Part:
    """A part of an upload: where it is in the file, and what is there of it.

    Parameters
    ----------
    number : int
        From 1 on, as in S3.
    offset, size : int
        Bytes.
    digest : str or None
        What the server has, as a member of `Content-Digest` (RFC 9530); None as long as it has not all of it.
    """

    number: int
    offset: int
    size: int
    digest: str | None

    @property
    def end(self) -> int:
        """Offset after its last byte."""
        return self.offset + self.size


@dataclass(frozen=True)
class Saved:
    """A file, or an empty folder, that is there: whole, verified, and on the disk.

    Parameters
    ----------
    path : str
        From the destination's root; `rename` may have chosen another than was asked for.
    size : int or None
        Bytes; None for a folder.
    identical : bool
        Whether it was there already, with the same bytes, and nothing was written.
    """

    path: str
    destination: str
    size: int | None
    identical: bool = False


@dataclass(frozen=True)
class Progress:
    """How far one file is, and all of them together.

    Parameters
    ----------
    path : str
        Where the file goes, from the destination's root.
    sent, size : int
        Bytes of it that the server has acknowledged, or that are on their way, and that it has; `size` is
        None where nobody knows yet.
    state : str
        `"sending"`, `"completing"`, `"done"` or `"failed"`.
    files_done, files : int
        Files that are over, and all of them.
    bytes_sent, bytes_total : int
        Of all files; what failed counts as sent.
    """

    path: str
    sent: int
    size: int | None
    state: str
    files_done: int
    files: int
    bytes_sent: int
    bytes_total: int


#: What is told of progress; called by several threads, but only by one at a time.
OnProgress = Callable[[Progress], None]


class Readable(Protocol):
    """A file, a pipe, or anything else that has bytes."""

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes, and none only at the end."""
        ...


@dataclass(frozen=True)
class Destination:
    """Where files can go.

    Parameters
    ----------
    kind : str or None
        `"folder"`, `"s3"` or `"azure"`; None where its settings can't be read.
    url : str or None
        The bucket; None for a folder.
    state : str
        What was found last: `"ok"`, `"failed"` or `"unknown"`.
    reason, message : str or None
        Why it failed.
    """

    name: str
    title: str
    kind: str | None
    url: str | None
    state: str
    reason: str | None = None
    message: str | None = None
