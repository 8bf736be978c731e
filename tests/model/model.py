"""What a client knows of its uploads: plain values, without disks, locks or records."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Collection
from dataclasses import dataclass, field

import xxhash

from jupyter_bigupload.stores.base import OnConflict

Range = tuple[int, int]


@dataclass(eq=False)
class ModelUpload:
    """An upload as its client sees it.

    Parameters
    ----------
    data : bytes
        The file; its length is not announced where `size` is None.
    acknowledged : set
        Chunks for which a 2xx came.
    in_doubt : set
        Chunks that may be there or not: they were under way when a server died, or the record was damaged.
    spoiled : set
        Offsets of bytes that changed on the disk while the machine was off.
    rotten : set
        Offsets of bytes that others changed on it while it was on, where nobody looks before the end.
    state : str
        `receiving`, `done`, `failed` (the file can't be had any more) or `gone`.
    completing : bool
        Whether a server died while it gave the file its name, so that it may have it, or not.
    vanished : bool
        Whether someone removed the unfinished bytes.
    may_be_gone : bool
        Whether it may have been removed since it was last looked at.
    traceable : bool
        Whether its bytes can be found even when its record is damaged: nothing of its log is.
    silent : set
        Blocks for which nobody has stated a digest, although one was agreed on.
    unconfirmed : set
        Parts for which, as the server says, nobody has yet.
    changed : set
        Offsets of bytes that may have come as others, without a digest.
    damaged : set
        Parts in which they have.
    policies : set
        What may be decided about a conflict: several when a server died in between.
    algorithms : dict
        How the digest of each recorded part was made.
    """

    id: str
    name: str
    size: int | None
    data: bytes
    policies: set[OnConflict]
    digest: str | None
    updated: int
    acknowledged: set[Range] = field(default_factory=set)
    in_doubt: set[Range] = field(default_factory=set)
    spoiled: set[int] = field(default_factory=set)
    rotten: set[int] = field(default_factory=set)
    state: str = "receiving"
    completing: bool = False
    vanished: bool = False
    may_be_gone: bool = False
    traceable: bool = True
    silent: set[Range] = field(default_factory=set)
    unconfirmed: set[Range] = field(default_factory=set)
    changed: set[int] = field(default_factory=set)
    damaged: set[Range] = field(default_factory=set)
    done_as: str | None = None
    algorithms: dict[Range, str] = field(default_factory=dict)

    @property
    def received(self) -> set[int]:
        """Offsets of the bytes that were acknowledged."""
        return offsets(self.acknowledged)

    @property
    def prefix(self) -> int:
        """How many bytes are there without a gap."""
        received = self.received
        return next(at for at in range(len(received) + 1) if at not in received)

    @property
    def missing(self) -> set[int]:
        """Offsets of the bytes that have to come before the file is complete."""
        return set() if self.size is None else set(range(self.size)) - self.received

    @property
    def final(self) -> bytes:
        """What the file must hold once it is there; of unannounced bytes, those that came."""
        return self.data if self.size is not None or self.acknowledged else b""

    @property
    def unannounced_and_empty(self) -> bool:
        """Whether nobody could say that it is complete: such an upload ends with its only body."""
        return self.size is None and not self.sound()

    @property
    def composite(self) -> str:
        """What the client makes of the digests of its chunks."""
        lines = [
            f"{start} {end} {self.member((start, end), self.algorithms[start, end])}\n"
            for start, end in sorted(self.algorithms)
        ]
        return hashlib.sha256("".join(lines).encode()).hexdigest()

    def member(self, chunk: Range, algorithm: str, changed: Collection[int] = ()) -> str:
        """Return the digest of a chunk as `Content-Digest` has it, should these bytes of it have changed."""
        assert algorithm in {"sha-256", "xxh3-128"}
        data = bytes(self.data[at] ^ (0x80 if at in changed else 0) for at in range(*chunk))
        hasher = hashlib.sha256(data) if algorithm == "sha-256" else xxhash.xxh3_128(data)
        return f"{algorithm}=:{base64.b64encode(hasher.digest()).decode()}:"

    def decide(self, on_conflict: OnConflict | None) -> None:
        """Take in what was decided about a conflict when it was completed."""
        if on_conflict is not None:
            self.policies = {on_conflict}

    def sound(self) -> set[Range]:
        """Return the acknowledged chunks whose bytes are what they were."""
        return {part for part in self.acknowledged if not offsets({part}) & (self.spoiled | self.rotten)}

    def first_gap(self) -> Range | None:
        """Return the chunk that fills the first gap."""
        if self.size is None:
            return None if self.acknowledged else (0, len(self.data))
        missing = self.missing
        if not missing:
            return None
        start = min(missing)
        return start, next(at for at in range(start, self.size + 1) if at not in missing)


def offsets(ranges: set[Range]) -> set[int]:
    """Return every number in `ranges`."""
    return {at for start, end in ranges for at in range(start, end)}


def content(number: int, size: int) -> bytes:
    """Return the bytes of upload `number`, which differ from those of the others."""
    return hashlib.shake_256(str(number).encode()).digest(size)
