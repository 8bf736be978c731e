"""Files that a store copies itself, so that their bytes don't come here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from ..digests import Digest
from .base import Handle, Store
from .reading import FileState


@dataclass(frozen=True)
class Original:
    """A file that is copied.

    Parameters
    ----------
    store : Store
        That it is in.
    path : str
        From that store's root.
    state : FileState
        The one that is copied, and no other.
    """

    store: Store
    path: str
    state: FileState


class Copying(Protocol):
    """A store's way to copy. Every method may raise what those of `RangeReading` and `Store` may.

    Each raises `Unsupported` where the store turns out not to do it, and `Changed` when the file that is
    copied is not what it was.
    """

    @property
    def whole(self) -> int:
        """Bytes of the largest file that is copied in one step; larger ones are copied by parts."""
        ...

    def reaches(self, source: Store) -> bool:
        """Return whether files of `source` can be copied, with the same credentials."""
        ...

    async def copy_file(self, original: Original, to: str, *, only_if_free: bool) -> FileState:
        """Copy a file to `to`; return the state of the copy.

        It appears whole, and is held against the original by all that the store knows of both.

        Raises
        ------
        Exists
            When something is there, and `only_if_free`.
        DigestMismatch
            When the copy is not the same.
        """
        ...

    async def copy_part(self, original: Original, handle: Handle, start: int, end: int) -> Digest:
        """Copy `[start, end)`, a whole part, into an unfinished file; return what stands for its bytes.

        That is a digest where the store says one, else its own name for them, as a digest named `etag`.
        """
        ...


@runtime_checkable
class CopyingItself(Store, Protocol):
    """A store that can copy files."""

    @property
    def copying(self) -> Copying:
        """Its way to do it."""
        ...
