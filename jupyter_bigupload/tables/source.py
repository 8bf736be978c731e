"""A file with a table in it, or a folder that is one, wherever it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import BinaryIO


@dataclass(frozen=True)
class Source:
    """A file that can be read from any position, again and again.

    Parameters
    ----------
    name : str
        Its own name; its ending says how it is packed and what is in it.
    size : int
        Bytes of it that can be read now.
    state : str
        Tells its bytes from those that it may have later: an etag, or the like.
    open : Callable
        Opens it anew, at its start. What it returns can seek. Where its `fileno` is that of a file on a disk,
        it may be read by others from there, all of it.
    complete : bool
        Whether nothing more comes behind `size`.
    total : int or None
        Bytes that it will have; None where nobody knows, and where it is complete.
    parts : Sequence
        Of a folder that is one table, its files: their paths from the folder on, in order, and they
        themselves. The folder itself can't be opened.
    """

    name: str
    size: int
    state: str
    open: Callable[[], BinaryIO]
    complete: bool = True
    total: int | None = None
    parts: Sequence[tuple[str, Source]] = ()
