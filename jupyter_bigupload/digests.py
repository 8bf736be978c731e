"""Digests of bytes, named and written as in `Content-Digest` (RFC 9530): `sha-256=:<base64>:`.

`xxh3-128` is no registered name: it is what our own page offers first, because it costs next to nothing
beside the reading of the bytes. It finds every accident of a network or a disk; it is no protection against
someone who means to forge a file, who would have to be logged in as its owner.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

import xxhash


class _Hash(Protocol):
    def update(self, data: bytes, /) -> object: ...
    def digest(self) -> bytes: ...


#: Each algorithm by its name, the preferred one first.
ALGORITHMS: Mapping[str, Callable[[], _Hash]] = {"xxh3-128": xxhash.xxh3_128, "sha-256": hashlib.sha256}
#: What the server computes for itself when no client says otherwise.
DEFAULT = "xxh3-128"


@dataclass(frozen=True)
class Digest:
    """The digest of some bytes; its string is a member of `Content-Digest`."""

    algorithm: str
    value: bytes

    def __str__(self) -> str:
        return f"{self.algorithm}=:{base64.b64encode(self.value).decode()}:"

    @classmethod
    def parse(cls, member: str) -> Digest:
        """Return the digest that `member` is the string of.

        Raises
        ------
        ValueError
            When it isn't written that way; any algorithm will do.
        """
        algorithm, _, rest = member.partition("=")
        if not algorithm or len(rest) < len("::") or rest[0] != ":" or rest[-1] != ":":
            raise ValueError(f"not a digest: {member!r}")
        try:
            return cls(algorithm, base64.b64decode(rest[1:-1], validate=True))
        except binascii.Error:
            raise ValueError(f"not base64: {member!r}") from None


class Hasher:
    """Digests bytes as they come, and counts them.

    Parameters
    ----------
    algorithm : str
        One of `ALGORITHMS`.
    """

    def __init__(self, algorithm: str = DEFAULT) -> None:
        self._algorithm = algorithm
        self._hash = ALGORITHMS[algorithm]()
        #: Bytes so far.
        self.length = 0

    def update(self, data: bytes, /) -> None:
        """Take the next bytes."""
        self._hash.update(data)
        self.length += len(data)

    @property
    def digest(self) -> Digest:
        """The digest of the bytes so far."""
        return Digest(self._algorithm, self._hash.digest())


def agreed(offered: Iterable[str]) -> str | None:
    """Return the first algorithm of a client's list that is known here, or None."""
    return next((name for name in offered if name in ALGORITHMS), None)
