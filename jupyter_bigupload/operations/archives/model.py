"""What an archive is to its callers, and what each format tells of its entries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

Kind = Literal["file", "folder", "link", "hard link", "other"]


class Progress(Protocol):
    """Is told of progress every MiB or few hundred entries; whatever it raises ends the work."""

    def __call__(self, done: int, total: int | None) -> None:
        """Take note of `done` bytes of output, of `total` where the archive tells."""


def unheard(done: int, total: int | None) -> None:
    """Take no note."""


@dataclass(frozen=True)
class Bounds:
    """How much may come out of an archive, counted by what comes and not by what it claims.

    Attributes
    ----------
    most_files : int
        Files, folders (also those that only paths name) and links together.
    most_bytes : int
        Of all files together.
    most_ratio : float
        Bytes of output for a byte of input, looked at above `ratio_above` bytes of output. Deflate reaches
        1,032, and zeros alone come near that.
    most_depth : int
        Names in a path.
    most_links : int
        Symbolic links, which are kept in memory until the end.
    most_header : int
        Bytes of an extended header of a tar, which are too.
    min_free : int
        Bytes of the disk that are to stay free.
    """

    most_files: int = 1_000_000
    most_bytes: int = 2**40
    most_ratio: float = 250
    ratio_above: int = 256 * 2**20
    most_depth: int = 64
    most_links: int = 10_000
    most_header: int = 2**20
    min_free: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """What an archive says of one of its entries.

    Attributes
    ----------
    path : str
        As it is in the archive, with `/`; not checked.
    size : int or None
        Bytes, None where only extracting tells.
    modified : float or None
        Seconds since 1970.
    mode : int or None
        POSIX permissions, None where the archive has none.
    """

    path: str
    size: int | None
    kind: Kind
    modified: float | None = None
    mode: int | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """An entry and how to get what it holds. `pieces` is good until the next member is asked for.

    Attributes
    ----------
    pieces : Iterator
        Its bytes.
    target : str or None
        Where a link leads; None where `pieces` tell.
    """

    entry: Entry
    pieces: Iterator[bytes | memoryview]
    target: str | None = None


@dataclass(frozen=True)
class Extracted:
    """What was made: `notes` are sentences for people about what they might not expect."""

    files: int
    folders: int
    links: int
    bytes: int
    notes: Sequence[str] = ()
