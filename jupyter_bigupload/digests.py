"""Digests of bytes, named and written as in `Content-Digest` (RFC 9530): `sha-256=:<base64>:`.

`xxh3-128` is no registered name: it is what our own page offers first, because it costs next to nothing
beside the reading of the bytes. It finds every accident of a network or a disk; it is no protection against
someone who means to forge a file, who would have to be logged in as its owner. `crc64nvme` and `md5` are what
object stores verify by themselves.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import xxhash

try:
    from awscrt import checksums as crt
except ImportError:  # it comes with the extra `s3`
    crt = None


class _Hash(Protocol):
    def update(self, data: bytes, /) -> object: ...
    def digest(self) -> bytes: ...


class _Crc64Nvme:
    """CRC-64/NVME; its value is eight bytes, big-endian, as S3 writes it."""

    def __init__(self) -> None:
        self._crc = 0

    def update(self, data: bytes, /) -> None:
        self._crc = crt.crc64nvme(data, self._crc)

    def digest(self) -> bytes:
        return self._crc.to_bytes(8, "big")


def _md5() -> _Hash:
    return hashlib.md5(usedforsecurity=False)


def _sha1() -> _Hash:
    return hashlib.sha1(usedforsecurity=False)


#: Each algorithm by its name, the preferred one first.
ALGORITHMS: Mapping[str, Callable[[], _Hash]] = {
    "xxh3-128": xxhash.xxh3_128,
    "sha-256": hashlib.sha256,
    "sha-512": hashlib.sha512,
    "sha": _sha1,
    "md5": _md5,
    **({} if crt is None else {"crc64nvme": _Crc64Nvme}),
}
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
            digest = cls(algorithm, base64.b64decode(rest[1:-1], validate=True))
        except binascii.Error:
            raise ValueError(f"not base64: {member!r}") from None
        if str(digest) != member:  # Python 3.10 takes a padding of nothing
            raise ValueError(f"not base64: {member!r}")
        return digest


class SupportsUpdate(Protocol):
    """Whatever takes bytes in order: `Hasher`, hashlib's objects, xxhash's, and their like."""

    def update(self, data: bytes, /) -> object:
        """Take the next bytes. Called in a thread, and only once at a time."""
        ...


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


def digest_of(pieces: Iterable[bytes], algorithm: str = DEFAULT) -> Digest:
    """Return the digest of bytes that are in memory, one piece behind the other."""
    hasher = Hasher(algorithm)
    for piece in pieces:
        hasher.update(piece)
    return hasher.digest


def composite_of(parts: Iterable[tuple[int, int, Digest]]) -> str:
    """Return what stands for all parts of a file: client and server must agree on it.

    It is the SHA-256, in hexadecimal, of a line `<start> <end> <digest>` for each part in order.
    """
    lines = "".join(f"{start} {end} {digest}\n" for start, end, digest in parts)
    return hashlib.sha256(lines.encode("ascii")).hexdigest()


def agreed(offered: Sequence[str], verified: Iterable[str] = ()) -> str | None:
    """Return the algorithm to use with a client that can compute those `offered`, or None.

    Parameters
    ----------
    offered : Sequence[str]
        The client's, the preferred one first.
    verified : Iterable[str]
        Those that the store holds against the bytes itself: any of these is better than all others.
    """
    both = (name for name in verified if name in offered and name in ALGORITHMS)
    return next(both, None) or next((name for name in offered if name in ALGORITHMS), None)


def crc64nvme_of_all(parts: Iterable[tuple[Digest, int]]) -> Digest:
    """Return the CRC-64/NVME of parts that follow one another, from that of each and its bytes."""
    whole = 0
    for digest, length in parts:
        whole = crt.combine_crc64nvme(whole, int.from_bytes(digest.value, "big"), length)
    return Digest("crc64nvme", whole.to_bytes(8, "big"))
