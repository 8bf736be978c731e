"""Finished files of a store, read from anywhere in them, as long as they stay as they were."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from .base import Store


@dataclass(frozen=True)
class FileState:
    """A finished file, as it was at one moment.

    Parameters
    ----------
    size : int
        Bytes.
    etag : str
        The store's name for this state of it, as the store writes it; another one after every change.
    modified : float
        Seconds since 1970.
    """

    size: int
    etag: str
    modified: float


class RangeReading(Protocol):
    """A store's way to read ranges. Every method may raise `StorageFailed` of the error tree, and more.

    Buckets may also raise what their `list` may: credentials, a store that is not there, or too busy.
    """

    async def head(self, path: str) -> FileState:
        """Return what is at `path` now.

        Raises
        ------
        NotFound
            When there is no such file, or one that can't be read.
        InvalidName, OutsideRoot, FolderMissing
            When `path` can't be looked at.
        """
        ...

    def read(self, path: str, start: int, end: int, etag: str) -> AsyncGenerator[bytes, None]:
        """Yield the bytes `[start, end)` of the file while it has this `etag`.

        Every piece that is yielded is of that state of the file; once it has another, nothing more is.
        Pieces have about a MiB, and few of them are held. Closing the iterator (`contextlib.aclosing`) lets
        go of the file or of the connection.

        Parameters
        ----------
        start, end : int
            Within the file's size. A range of no bytes yields nothing, and looks at nothing.

        Raises
        ------
        Changed
            When the file is not what it was, or gone.
        """
        ...


@runtime_checkable
class Readable(Store, Protocol):
    """A store whose finished files can be read."""

    @property
    def reading(self) -> RangeReading:
        """Its way to read them."""
        ...
