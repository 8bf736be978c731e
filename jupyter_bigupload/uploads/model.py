"""The values that the service works with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..stores.base import Handle, OnConflict
from .hooks import Saved
from .lifecycle import Event, State, next_state
from .parts import Parts
from .ranges import RangeSet

#: What the ids begin with of uploads that the server itself sends: no client goes on with them.
SERVER_SENT = "op-"


@dataclass(frozen=True)
class NewUpload:
    """What a client says when it starts an upload.

    Parameters
    ----------
    path : str
        Path of the file from the destination's root, with `/`.
    size : int or None
        Bytes; None when the client can't know before the last one (a body without a length).
    last_modified : int or None
        The file's own modification time as the client reports it, milliseconds since 1970.
    digests : Sequence[str]
        Algorithms of digests that the client can compute, the preferred one first.
    metadata : Mapping[str, str]
        What the protocol in which it comes wants kept with it.
    """

    path: str
    size: int | None
    destination: str = "home"
    last_modified: int | None = None
    on_conflict: OnConflict = OnConflict.FAIL
    digests: Sequence[str] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Failure:
    """Why an upload failed: a reason of the error tree and its sentence."""

    reason: str
    message: str


@dataclass(frozen=True)
class Upload:
    """An upload at one moment, as its record holds it.

    Parameters
    ----------
    handle : Handle or None
        The store's own key to the bytes; None until the store has begun.
    digest : str or None
        Algorithm of the digests that chunks must bring; None when none was agreed on.
    parts : Parts
        The chunks that were acknowledged.
    created, updated : float
        Seconds since 1970.
    owner : str
        The server process that wrote the record last. Another one first limits `parts` to what the store has.
    boot : str
        The machine's run in which it did. In another one, the bytes are held against their digests.
    stamp : str or None
        What the store's `Stamp` was when the last part was entered; None when somebody else may have written
        to the bytes since an earlier one.
    metadata : Mapping[str, str]
        What the protocol in which it comes wants kept with it.
    """

    id: str
    destination: str
    path: str
    size: int | None
    last_modified: int | None
    on_conflict: OnConflict
    created: float
    updated: float
    digest: str | None = None
    owner: str = ""
    boot: str = ""
    state: State = State.RECEIVING
    parts: Parts = field(default_factory=Parts)
    handle: Handle | None = None
    failure: Failure | None = None
    stamp: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)

    @property
    def received(self) -> RangeSet:
        """Bytes that were acknowledged."""
        return self.parts.received

    @property
    def name(self) -> str:
        """The file's name without its folder."""
        return self.path.rpartition("/")[2]

    @property
    def saved(self) -> Saved:
        """What hooks are told of it."""
        return Saved(self.destination, self.path, self.size, self.last_modified)

    def is_of(self, new: NewUpload) -> bool:
        """Return whether it is of the same file for the same place."""
        return (self.destination, self.path, self.size, self.last_modified) == (
            new.destination,
            new.path,
            new.size,
            new.last_modified,
        )

    def require_receiving(self) -> None:
        """Return if chunks are taken.

        Raises
        ------
        NotReceiving
            When they are not, or no longer.
        """
        next_state(self.state, Event.RECEIVE)

    def after(self, event: Event, **changes: object) -> Upload:
        """Return the upload after `event`, with `changes` to its other fields.

        Raises
        ------
        NotReceiving
            When `event` can't happen now.
        """
        return replace(self, state=next_state(self.state, event), **changes)  # type: ignore[arg-type]  # fields are checked by replace()


@dataclass(frozen=True)
class Limits:
    """What an administrator allows, and what the server asks of its clients.

    Parameters
    ----------
    max_upload_size : int
        Largest file, bytes; 0 for no limit.
    max_unfinished_size : int
        Most bytes of all unfinished uploads together, as their clients announced them; 0 for no limit.
    chunk_size : int
        Largest chunk that clients should send, bytes.
    block_size : int
        Bytes of a longer body after which what came is kept, whatever becomes of the rest.
    parallel : int
        Most chunks of one upload in flight that clients may have; ours has as many as bring more.
    expire_after : float
        Seconds after which an upload that nobody goes on with is given up; 0 for never.
    keep_done : float
        Seconds for which a finished upload still answers, for a client whose answer was lost.
    read_back : bool
        Whether every file is read again, and held against the digests, before it gets its name.
    """

    max_upload_size: int = 0
    max_unfinished_size: int = 0
    chunk_size: int = 64 * 2**20
    block_size: int = 64 * 2**20
    parallel: int = 32
    expire_after: float = 7 * 24 * 3600.0
    keep_done: float = 3600.0
    read_back: bool = False
