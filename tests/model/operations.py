"""What clients may ask of the service, as values that hypothesis can draw and print."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from enum import Enum, auto

from hypothesis import strategies as st

from jupyter_bigupload.digests import Digest, Hasher
from jupyter_bigupload.stores.base import OnConflict

#: Few and short, so that uploads meet.
NAMES = ["a", "b", "b (1)", "folder/a"]
LONGEST = 40


class Arrival(Enum):
    """How the body of a chunk comes, and what its digest says."""

    WHOLE = auto()
    SHORT = auto()
    LONG = auto()
    BREAKS = auto()
    WRONG_BYTES = auto()
    NO_DIGEST = auto()
    SHA256 = auto()
    STALLS = auto()

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
    start: int
    length: int
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

_WHICH = st.integers(0, 4)
CREATE = st.builds(
    Create,
    st.sampled_from(NAMES),
    st.integers(0, LONGEST) | st.none(),
    st.sampled_from(OnConflict),
    st.sampled_from([("xxh3-128", "sha-256"), (), ("crc32c", "sha-256"), ("crc32c",)]),
)
SEND = st.builds(
    Send,
    _WHICH,
    st.integers(0, LONGEST),
    st.integers(0, LONGEST),
    st.just(Arrival.WHOLE) | st.sampled_from(Arrival),
    st.sampled_from([False, False, False, True]),
)
REST = st.builds(SendRest, _WHICH)
COMPLETE = st.builds(Complete, _WHICH, st.none() | st.sampled_from(OnConflict), st.sampled_from(Composite))
ABORT = st.builds(Abort, _WHICH)
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
