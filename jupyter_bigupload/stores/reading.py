"""Finished files of a store, read from anywhere in them, as long as they stay as they were."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from .base import Handle, Store


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """A file in a folder, however deep, or a folder in it that has none.

    Parameters
    ----------
    path : str
        From the store's root; that of a folder ends with `/`.
    state : FileState
        As it was when it was looked at. A folder has no bytes, and an empty `etag`.
    """

    path: str
    state: FileState


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

    async def read_small(self, path: str, size: int, etag: str) -> bytes:
        """Return all of a file of that `size`, which fits into memory; it does as `read` does."""
        ...

    def walk(self, path: str, *, hidden: bool) -> AsyncGenerator[Sequence[TreeEntry], None]:
        """Yield all that is in the folder at `path`, some at a time, in an order that stays the same.

        No link in it is followed, and none is yielded; nor are unfinished uploads, pipes and the like.

        Parameters
        ----------
        path : str
            Without a slash at its end; empty for the store's root.
        hidden : bool
            Whether to yield hidden files of a disk, and what is in hidden folders. A bucket has none.

        Raises
        ------
        FolderMissing
            When there is no such folder.
        AccessDenied, InvalidName
            When something in it can't be read, or has a name that no `path` can be: nothing is left out.
        InvalidName, OutsideRoot
            When `path` can't be looked at.
        """
        ...


@runtime_checkable
class PartialReadable(Store, Protocol):
    """A store that shows what has come of a file which is not complete."""

    async def read_partial(self, handle: Handle, start: int, end: int) -> bytes:
        """Return the bytes `[start, end)`, or as many of them as there are. The caller knows which came.

        Raises
        ------
        NotFound
            When they are gone.
        FolderUnavailable, StorageFailed
            When they can't be read.
        """
        ...


@runtime_checkable
class Readable(Store, Protocol):
    """A store whose finished files can be read."""

    @property
    def reading(self) -> RangeReading:
        """Its way to read them."""
        ...
