"""What the upload service asks of a place that bytes can go to.

A store keeps bytes under a handle and, in one atomic step, gives them a name. It knows nothing of uploads,
HTTP or Jupyter. `testing/store_suite.py` is the contract as tests; every store runs it for real.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

#: A store's own key to an unfinished file: plain JSON, since it is kept in the upload's record.
Handle = Mapping[str, str | int]


class OnConflict(str, Enum):
    """What to do when the target's name is taken."""

    FAIL = "fail"
    REPLACE = "replace"
    RENAME = "rename"


@dataclass(frozen=True)
class Capabilities:
    """What a store can do, as data.

    Parameters
    ----------
    min_part, max_part : int
        Smallest (but for the last) and largest part, bytes.
    out_of_order : bool
        Whether parts may come in any order, and several at once.
    """

    min_part: int
    max_part: int
    out_of_order: bool


@dataclass(frozen=True)
class Target:
    """Where a file is to go.

    Parameters
    ----------
    key : str
        Unique to this upload; part of whatever name the unfinished bytes have.
    path : str
        Path from the store's root, with `/`.
    size : int or None
        Bytes; None when not known yet.
    on_conflict : OnConflict
        With `FAIL`, `begin` already refuses a name that is taken.
    """

    key: str
    path: str
    size: int | None
    on_conflict: OnConflict


@dataclass(frozen=True)
class Part:
    """Bytes that the store holds: `[start, end)` of the file."""

    start: int
    end: int


@dataclass(frozen=True)
class Stored:
    """A finished file: its path from the store's root, which `RENAME` may have changed, and its bytes."""

    path: str
    size: int


class Hasher(Protocol):
    """Whatever takes bytes in order: hashlib's objects, xxhash's, and their like."""

    def update(self, data: bytes, /) -> object:
        """Take the next bytes. Called in a thread, and only once at a time."""
        ...


class Store(Protocol):
    """A place that bytes can go to.

    Every method may raise `NoSpace`, `ReadOnly` and `StorageFailed` of the error tree besides what it names.
    """

    @property
    def capabilities(self) -> Capabilities:
        """What this store can do."""
        ...

    async def begin(self, target: Target) -> Handle:
        """Prepare for the bytes of `target`.

        Nothing is visible under the target's name. Safe to repeat for a caller that never got its handle:
        what an earlier try made with the same key is gone then, also when this one fails.

        Raises
        ------
        InvalidName, OutsideRoot, FolderMissing, Exists
            When the target can't be had. `Exists` says the `size` of the file there (None: no file).
        """
        ...

    async def write_part(
        self, handle: Handle, start: int, body: AsyncIterator[bytes], hasher: Hasher
    ) -> Part:
        """Store the bytes of `body` at `start` and return what was stored; `hasher` is fed all of them.

        Memory stays flat: at most two pieces of `body` are held. When `body` raises, or the task is
        cancelled, so does this; what was written by then is no part.

        Raises
        ------
        NotFound
            When the unfinished bytes are gone.
        """
        ...

    async def parts(self, handle: Handle) -> Sequence[Part]:
        """Return the most that the store can hold: what lies outside is lost. Empty when all is gone."""
        ...

    async def digest_part(self, handle: Handle, start: int, end: int, hasher: Hasher) -> None:
        """Feed `hasher` what the store really holds of `[start, end)`, which may be less than that.

        Raises
        ------
        NotFound
            When the unfinished bytes are gone.
        """
        ...

    async def commit(self, handle: Handle, size: int, on_conflict: OnConflict) -> Stored:
        """Give the file its name, in one step and durably. Safe to repeat after it succeeded.

        Raises
        ------
        Exists
            When the name is taken and `on_conflict` is `FAIL`; nothing has changed then.
        NotFound
            When the unfinished bytes are gone.
        LengthMismatch
            When the store does not hold `size` bytes.
        """
        ...

    async def discard(self, handle: Handle) -> None:
        """Remove the unfinished bytes. Safe to repeat."""
        ...

    async def size(self, path: str) -> int | None:
        """Return the bytes of the finished file at `path`, or None when there is none.

        Raises
        ------
        InvalidName, OutsideRoot, FolderMissing
            When `path` can't be looked at.
        """
        ...

    async def digest_file(self, path: str, hasher: Hasher) -> int:
        """Feed `hasher` the finished file at `path`, and return how many bytes that were.

        Raises
        ------
        NotFound
            When there is none.
        InvalidName, OutsideRoot, FolderMissing
            When `path` can't be looked at.
        """
        ...
