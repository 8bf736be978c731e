"""Bytes of a chunk on their way through a server, to be lost or changed there."""

from __future__ import annotations

from collections.abc import AsyncIterator

from jupyter_bigupload.digests import Digest
from jupyter_bigupload.digests import Hasher as DigestHasher
from jupyter_bigupload.stores.base import Hasher


async def whole(body: AsyncIterator[bytes], hasher: Hasher | None = None) -> bytes:
    """Return all of `body`, which `hasher` has seen then."""
    data = bytearray()
    async for piece in body:
        data += piece
        if hasher is not None:
            hasher.update(piece)
    return bytes(data)


async def once(data: bytes) -> AsyncIterator[bytes]:
    """Yield `data` as a body."""
    yield data


def flipped(data: bytes | memoryview) -> bytes:
    """Return `data` with a wrong bit."""
    return bytes([data[0] ^ 1]) + data[1:]


def digest_of(data: bytes, algorithm: str) -> Digest:
    """Return the digest of `data`."""
    hasher = DigestHasher(algorithm)
    hasher.update(data)
    return hasher.digest
