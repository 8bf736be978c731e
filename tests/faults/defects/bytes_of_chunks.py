"""Bytes of a chunk on their way through a server, to be lost or changed there."""

from __future__ import annotations

from collections.abc import AsyncIterator

from jupyter_bigupload.digests import SupportsUpdate


async def whole(body: AsyncIterator[bytes], hasher: SupportsUpdate | None = None) -> bytes:
    """Return all of `body`, which `hasher` has seen then."""
    data = bytearray()
    async for piece in body:
        data += piece
        if hasher is not None:
            hasher.update(piece)
    return bytes(data)


def flipped(data: bytes | memoryview) -> bytes:
    """Return `data` with a wrong bit."""
    return bytes([data[0] ^ 1]) + data[1:]
