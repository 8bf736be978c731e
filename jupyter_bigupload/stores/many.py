"""What is asked of a store for many files at once: to write, find and remove them, each with its own outcome.

One that fails harms no other. `testing/store_many_suite.py` is the contract as tests.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol, runtime_checkable

from ..digests import Digest
from ..errors import BigUploadError
from .base import Store, Stored, Target


@dataclass(frozen=True)
class SmallFile:
    """One of many files that come in one body.

    Parameters
    ----------
    target : Target
        Where it goes; its size is known.
    digest : Digest or None
        What the client says that its bytes have.
    refused : BigUploadError or None
        Why it may not be stored; its bytes are dropped then.
    """

    target: Target
    digest: Digest | None
    refused: BigUploadError | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of a small file: it is there, or why it is not.

    Parameters
    ----------
    stored : Stored or None
        Where it is; None when it is not.
    identical : bool
        Whether the very same file was there before, and nothing was written.
    error : BigUploadError or None
        Why it is not there.
    """

    stored: Stored | None = None
    identical: bool = False
    error: BigUploadError | None = None


@dataclass(frozen=True)
class KnownFile:
    """A file as a client knows it.

    Parameters
    ----------
    path : str
        From the store's root, with `/`.
    size : int
        Bytes.
    digest : Digest or None
        What its bytes have.
    """

    path: str
    size: int
    digest: Digest | None = None


class Kind(str, Enum):
    """What has a name: a link is `OTHER`, whatever it leads to."""

    FILE = "file"
    FOLDER = "folder"
    OTHER = "other"


@dataclass(frozen=True)
class Found:
    """What has the name of a file that a client knows.

    Parameters
    ----------
    index : int
        Of the file in what was asked.
    size : int or None
        Bytes; None for what is no file.
    modified : float or None
        Seconds since 1970; None for what is no file.
    identical : bool or None
        Whether it has the digest that was asked for; None when that is not known.
    """

    index: int
    kind: Kind
    size: int | None = None
    modified: float | None = None
    identical: bool | None = None


@dataclass(frozen=True)
class Removed:
    """What became of files that were to be removed.

    Parameters
    ----------
    files : Sequence[int]
        Indices of those that are gone now, and were there before.
    kept : Sequence[tuple[int, BigUploadError]]
        Those that are still there, and why. One that was not there is in neither.
    """

    files: Sequence[int]
    kept: Sequence[tuple[int, BigUploadError]]


class ManyFiles(Protocol):
    """A store's ways with many files. Every method may raise what those of `Store` may."""

    def write(
        self, files: Sequence[SmallFile], body: AsyncIterator[bytes]
    ) -> AsyncIterator[Sequence[Outcome]]:
        """Store the bytes of `files`, which come one behind the other in `body`; folders are made.

        Yields what became of the next ones, in their order, each time that some are durable. None appears
        under its name before it is whole and has its `digest`; one that can't be had harms no other. One that
        is there already, with the size and the digest of the new one, is not written again.
        When `body` raises, so does this, once those that came whole are durable and have been yielded.
        """
        ...

    async def make_folders(self, paths: Sequence[str]) -> Sequence[Outcome]:
        """Make folders, durably, where they are missing, with those on their way."""
        ...

    async def find(self, files: Sequence[KnownFile], *, most_read: int) -> Sequence[Found]:
        """Return what has the names of `files`, in their order, without those whose names are free.

        Parameters
        ----------
        most_read : int
            Bytes of files that are read at most to tell whether they have a digest; of the rest it is not
            told.
        """
        ...

    async def remove(
        self, files: Sequence[KnownFile], folders: Sequence[str], *, key: str, most_read: int
    ) -> Removed:
        """Remove files that have just the size and digest of `files`; then of `folders` those that are empty.

        Parameters
        ----------
        key : str
            Unique to this removal, as `Target.key` is to an upload.
        most_read : int
            Bytes of files that are read at most, but for the first one; the others are kept, as `Checking`.
        """
        ...


@runtime_checkable
class Batching(Store, Protocol):
    """A store that can do with many files at once what it would take long to do with one after another."""

    @property
    def many(self) -> ManyFiles:
        """Its ways with them."""
        ...
