"""What the upload service asks of a place that bytes can go to.

A store keeps bytes under a handle and, in one atomic step, gives them a name. It knows nothing of uploads,
HTTP or Jupyter. `testing/store_suite.py` is the contract as tests; every store runs it for real.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol, runtime_checkable

from ..digests import Digest, SupportsUpdate

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
    checksums : Sequence[str]
        Algorithms of digests (`digests.ALGORITHMS`) that the store itself holds against the bytes, the
        preferred one first; empty when it verifies nothing.
    remote : bool
        Whether it may take long to ask it anything, because it is beyond a network.
    """

    checksums: Sequence[str] = ()
    remote: bool = False


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
    tried : float or None
        When an earlier try with this key was made whose handle was lost, seconds since 1970; None when there
        was none.
    """

    key: str
    path: str
    size: int | None
    on_conflict: OnConflict
    tried: float | None = None


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


@dataclass(frozen=True)
class Stamp:
    """What tells, without reading them, whether unfinished bytes are as they were left.

    Parameters
    ----------
    value : str
        Another one after whatever was written to them, without spaces.
    sparse : bool
        Whether some of the bytes may have no place in the store: they were never written, or were cut off.
    """

    value: str
    sparse: bool


@dataclass(frozen=True)
class Orphan:
    """Unfinished bytes that were found in a store, whether or not anybody knows of them.

    Parameters
    ----------
    key : str
        What their target had (see `Target`).
    path : str
        Where they are, for people.
    """

    key: str
    path: str
    handle: Handle


class WriteObserver(Protocol):
    """Whoever wants to know what a part leaves behind in a store that has stamps (see `Stamping`).

    It is told in the thread that works on the bytes, and asks for the stamp there.
    """

    def before(self, stamp: Callable[[], str]) -> None:
        """Take note of the stamp before the first byte is written."""
        ...

    def after(self, stamp: Callable[[], str]) -> None:
        """Take note of the stamp after the last one, also when the part broke off."""
        ...


class Store(Protocol):
    """A place that bytes can go to, in parts of any size, in any order, and several at once.

    Every method may raise `NoSpace`, `ReadOnly` and `StorageFailed` of the error tree besides what it names,
    and whatever is given a handle `FolderUnavailable`: the unfinished bytes can't be reached now, and may be
    there still.
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
        InvalidName, OutsideRoot, FolderMissing, Exists, TooLarge
            When the target can't be had. `Exists` says the `size` of the file there (None: no file).
        """
        ...

    async def write_part(
        self,
        handle: Handle,
        start: int,
        body: AsyncIterator[bytes],
        hasher: SupportsUpdate,
        *,
        end: int | None = None,
        digest: Digest | None = None,
        observer: WriteObserver | None = None,
    ) -> Part:
        """Store the bytes of `body` at `start` and return what was stored; `hasher` is fed all of them.

        `end` and `digest` are what the client says that they will be, where it does. `observer` is for
        stores with stamps. Memory stays flat: at
        most two pieces of `body` are held. When `body` raises, or the task is cancelled, so does this; what
        was written by then is no part.

        Raises
        ------
        NotFound
            When the unfinished bytes are gone.
        DigestMismatch
            When the store found that the bytes don't have `digest`.
        """
        ...

    async def parts(self, handle: Handle) -> Sequence[Part]:
        """Return the most that the store can hold: what lies outside is lost. Empty when all surely is."""
        ...

    async def commit(
        self, handle: Handle, size: int, on_conflict: OnConflict, *, digest: Digest | None = None
    ) -> Stored:
        """Give the file its name, in one step and durably. Safe to repeat after it succeeded.

        `digest`, of the whole file, is held against what the store made of it, where the store can do that.

        Raises
        ------
        Exists
            When the name is taken and `on_conflict` is `FAIL`; nothing has changed then. `can_rename` is
            false where `RENAME` would be answered the same, because `begin` chose the name for good.
        NotFound
            When the unfinished bytes are gone.
        LengthMismatch
            When the store holds fewer than `size` bytes, or others.
        DigestMismatch
            When they don't have `digest`.
        """
        ...

    async def discard(self, handle: Handle) -> None:
        """Remove the unfinished bytes. Safe to repeat. Once it returns, they are surely gone."""
        ...

    async def size(self, path: str) -> int | None:
        """Return the bytes of the finished file at `path`, or None when there is none.

        Raises
        ------
        InvalidName, OutsideRoot, FolderMissing
            When `path` can't be looked at.
        """
        ...

    async def digest_file(self, path: str, hasher: SupportsUpdate) -> int:
        """Feed `hasher` the finished file at `path`, and return how many bytes that were.

        Raises
        ------
        NotFound
            When there is none.
        InvalidName, OutsideRoot, FolderMissing
            When `path` can't be looked at.
        """
        ...


@runtime_checkable
class PartReading(Store, Protocol):
    """A store whose parts can be read back before they are a file."""

    async def digest_part(self, handle: Handle, start: int, end: int, hasher: SupportsUpdate) -> None:
        """Feed `hasher` what the store really holds of `[start, end)`, which may be less than that.

        Raises
        ------
        NotFound
            When the unfinished bytes are gone.
        """
        ...


@runtime_checkable
class Gathering(Store, Protocol):
    """A store that keeps a file in parts of one size, and gathers smaller chunks until they are one."""

    def part_size(self, handle: Handle) -> int:
        """Return the bytes of a part (but for the last). A chunk that is one needs no gathering."""
        ...

    async def flush_acknowledged(self, handle: Handle, received: Sequence[Part]) -> None:
        """Move parts that are whole to where they belong; they are gathered just as safely until then.

        Safe to repeat.

        Parameters
        ----------
        received : Sequence[Part]
            What was acknowledged by now: the ranges around a chunk that came.
        """
        ...


@runtime_checkable
class Stamping(Protocol):
    """A store to whose unfinished bytes others could write, and that can tell whether they did."""

    async def stamp(self, handle: Handle) -> Stamp:
        """Return what tells that nobody wrote to the bytes since another one was returned.

        Raises
        ------
        NotFound
            When the unfinished bytes are gone.
        """
        ...


@runtime_checkable
class OrphanFinding(Store, Protocol):
    """A store that can find unfinished bytes which no record knows of."""

    async def find_orphans(self, tag: str, *, before: float) -> Sequence[Orphan]:
        """Look through a bounded piece of the store, and go on there when called again.

        Parameters
        ----------
        tag : str
            What the keys end with that are looked for.
        before : float
            When they were last written to, at the latest, seconds since 1970.
        """
        ...

    def is_same(self, one: Handle, other: Handle) -> bool:
        """Return whether both are of the same bytes, wherever these are now."""
        ...
