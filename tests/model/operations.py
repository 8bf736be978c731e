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
    DAMAGED = auto()
    NO_DIGEST = auto()
    SHA256 = auto()
    STALLS = auto()
    OTHER_SIZE = auto()

    @property
    def unmeasured(self) -> Arrival:
        """The same for a body without a length, of which no number of bytes is wrong."""
        return Arrival.WHOLE if self in {Arrival.SHORT, Arrival.LONG, Arrival.DAMAGED} else self


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
    """A chunk of the upload number `which`; `verified` with the digest of its bytes, if one was agreed on."""

    which: int
    place: Place = _FIRST
    arrival: Arrival = Arrival.WHOLE
    in_order: bool = False
    verified: bool = True


@dataclass(frozen=True)
class SendRest:
    """Everything that is missing of the upload number `which`, from its first gap."""

    which: int
    arrival: Arrival = Arrival.WHOLE
    verified: bool = True


@dataclass(frozen=True)
class Complete:
    """Ask for the name of the upload number `which`; with `digests`, state those of what came without."""

    which: int
    on_conflict: OnConflict | None = None
    composite: Composite = Composite.NONE
    digests: bool = False


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
    st.just(Arrival.WHOLE) | st.sampled_from([*Arrival, Arrival.DAMAGED, Arrival.DAMAGED]),
    st.sampled_from([False, False, False, True]),
    st.sampled_from([True, True, False]),
)
REST = st.builds(SendRest, WHICH, st.just(Arrival.WHOLE), st.booleans())
COMPLETE = st.builds(
    Complete,
    WHICH,
    st.none() | st.sampled_from(OnConflict),
    st.sampled_from([Composite.RIGHT, Composite.NONE, Composite.RIGHT, Composite.WRONG]),
    st.booleans(),
)
ABORT = st.builds(Abort, WHICH)
ANY = st.one_of(SEND, REST, COMPLETE, COMPLETE, CREATE, SEND, ABORT, st.just(Sweep()))


@dataclass(eq=False)
class Body:
    """The body of a chunk: two pieces, and what may happen in between."""

    data: bytes
    arrival: Arrival
    verified: bool = True
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
        if self.arrival is Arrival.DAMAGED:
            sent = sent[:half] + bytes([sent[half] ^ 0x80]) + sent[half + 1 :]
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
        """Most bytes of the file that come, or have come so far."""
        if self.arrival is Arrival.BREAKS or self._breaks or self.stalled:
            return len(self.data) // 2
        return len(self.data) - (self.arrival is Arrival.SHORT)

    @property
    def went_on(self) -> bool:
        """Whether its silence was ended by the client."""
        return self._wake.is_set()

    def sound(self, agreed: str | None) -> bool:
        """Return whether the chunk can have been recorded although nobody knows how it ended."""
        if agreed is not None and self.digest(agreed) is None:
            return False
        return self.arrival in {Arrival.WHOLE, Arrival.SHA256, Arrival.NO_DIGEST}

    def digest(self, agreed: str | None) -> Digest | None:
        """Return what the client says that its bytes have."""
        if self.arrival in {Arrival.NO_DIGEST, Arrival.DAMAGED}:
            return None
        forced = {Arrival.SHA256: "sha-256", Arrival.WRONG_BYTES: agreed or "xxh3-128"}
        algorithm = forced.get(self.arrival, agreed if self.verified else None)
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
