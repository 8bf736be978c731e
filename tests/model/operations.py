"""What clients may ask of the service, as values that hypothesis can draw and print."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from enum import Enum, auto

from hypothesis import strategies as st

from jupyter_bigupload.digests import Digest, Hasher
from jupyter_bigupload.stores.base import OnConflict

from .places import Anywhere, Near, Place

#: At the start, where an upload begins.
_FIRST = Anywhere(0, 0)
#: Few and short, so that uploads meet.
NAMES = ["a", "b", "b (1)", "folder/a"]
LONGEST = 40


class Arrival(Enum):
    """How the body of a chunk comes, and what is said of it."""

    WHOLE = auto()
    SHORT = auto()
    LONG = auto()
    BREAKS = auto()
    WRONG_BYTES = auto()
    NO_DIGEST = auto()
    SHA256 = auto()
    STALLS = auto()
    OTHER_SIZE = auto()

    @property
    def unmeasured(self) -> Arrival:
        """The same for a body without a length, of which no number of bytes is wrong."""
        return Arrival.WHOLE if self in {Arrival.SHORT, Arrival.LONG} else self


class Composite(Enum):
    """Which composite a client names when it completes."""

    NONE = auto()
    RIGHT = auto()
    WRONG = auto()


@dataclass(frozen=True)
class Create:
    """`size` None for a body without a length; `digests` as offered."""

    name: str
    size: int | None
    on_conflict: OnConflict
    digests: tuple[str, ...]


@dataclass(frozen=True)
class Send:
    """A chunk of the upload number `which`."""

    which: int
    place: Place = _FIRST
    arrival: Arrival = Arrival.WHOLE
    in_order: bool = False


@dataclass(frozen=True)
class SendRest:
    """Everything that is missing of the upload number `which`, from its first gap."""

    which: int


@dataclass(frozen=True)
class Complete:
    """Ask for the name of the upload number `which`."""

    which: int
    on_conflict: OnConflict | None = None
    composite: Composite = Composite.NONE


@dataclass(frozen=True)
class Abort:
    """Give the upload number `which` up."""

    which: int


@dataclass(frozen=True)
class Sweep:
    """Let go what nobody came back to."""


Operation = Create | Send | SendRest | Complete | Abort | Sweep

WHICH = st.integers(0, 31)
_SHIFT = st.sampled_from([0, 0, 1, -1])
#: Mostly where chunks meet.
_PLACE = st.one_of(
    st.builds(Near, st.integers(0, 7), st.sampled_from([1, 1, 0, 2, 3]), _SHIFT, _SHIFT),
    st.builds(Near, st.integers(0, 7), st.just(1), _SHIFT, _SHIFT),
    st.builds(Anywhere, st.integers(0, LONGEST), st.integers(0, LONGEST)),
)
CREATE = st.builds(
    Create,
    st.sampled_from(["a", *NAMES]),
    st.one_of(st.integers(2, 9), st.integers(2, 9), st.integers(0, LONGEST), st.none()),
    st.sampled_from(OnConflict),
    st.sampled_from([("xxh3-128", "sha-256"), (), ("crc32c", "sha-256"), ("crc32c",)]),
)
SEND = st.builds(
    Send,
    WHICH,
    _PLACE,
    st.just(Arrival.WHOLE) | st.sampled_from(Arrival),
    st.sampled_from([False, False, False, True]),
)
REST = st.builds(SendRest, WHICH)
COMPLETE = st.builds(
    Complete,
    WHICH,
    st.none() | st.sampled_from(OnConflict),
    st.sampled_from([Composite.RIGHT, Composite.NONE, Composite.RIGHT, Composite.WRONG]),
)
ABORT = st.builds(Abort, WHICH)
ANY = st.one_of(SEND, REST, COMPLETE, COMPLETE, CREATE, SEND, ABORT, st.just(Sweep()))


@dataclass(eq=False)
class Body:
    """The body of a chunk: two pieces, and what may happen in between."""

    data: bytes
    arrival: Arrival
    stalled: bool = False
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _breaks: bool = False

    async def pieces(self) -> AsyncIterator[bytes]:
        """Yield what the client sends."""
        sent = self.data
        if self.arrival is Arrival.SHORT:
            sent = sent[:-1]
        elif self.arrival is Arrival.LONG:
            sent += b"!"
        elif self.arrival is Arrival.WRONG_BYTES:
            sent = bytes(byte ^ 0x80 for byte in sent)
        half = len(sent) // 2
        yield sent[:half]
        await asyncio.sleep(0)
        if self.arrival is Arrival.BREAKS:
            raise ConnectionResetError
        if self.arrival is Arrival.STALLS:
            self.stalled = True
            try:
                await self._wake.wait()
            finally:
                self.stalled = False
            if self._breaks:
                raise ConnectionResetError
        yield sent[half:]

    @property
    def sent(self) -> int:
        """Bytes that come, unless the client falls silent for good."""
        return len(self.data) // 2 if self.arrival is Arrival.BREAKS else len(self.data)

    @property
    def went_on(self) -> bool:
        """Whether its silence was ended by the client."""
        return self._wake.is_set()

    def sound(self, agreed: str | None) -> bool:
        """Return whether the chunk can have been recorded although nobody knows how it ended."""
        return self.arrival in {Arrival.WHOLE, Arrival.SHA256} or (
            self.arrival is Arrival.NO_DIGEST and agreed is None
        )

    def digest(self, agreed: str | None) -> Digest | None:
        """Return what the client says that its bytes have."""
        if self.arrival is Arrival.NO_DIGEST:
            return None
        forced = {Arrival.SHA256: "sha-256", Arrival.WRONG_BYTES: agreed or "xxh3-128"}
        algorithm = forced.get(self.arrival, agreed)
        if algorithm is None:
            return None
        hasher = Hasher(algorithm)
        hasher.update(self.data)
        return hasher.digest

    def go_on(self, *, breaks: bool) -> None:
        """End the silence."""
        self.stalled = False
        self._breaks = breaks
        self._wake.set()
