"""What tests of stores put in, and how they look at what came of it."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from typing import Protocol

from .. import digests
from ..digests import Digest
from ..stores.base import OnConflict, Target

PIECE = 2**16


class StoredFiles(Protocol):
    """A second way to look at what a store holds, which does not go through the store."""

    def names(self) -> set[str]:
        """Return the paths of all finished files."""
        ...

    def leftovers(self) -> set[str]:
        """Return whatever there is besides finished files."""
        ...

    def read(self, path: str) -> bytes:
        """Return a finished file's bytes."""
        ...

    def put(self, path: str, data: bytes) -> None:
        """Make a finished file."""
        ...


async def pieces(data: bytes, *, length: int = PIECE) -> AsyncIterator[bytes]:
    """Yield `data` in pieces of `length` bytes, and let others run in between."""
    for start in range(0, len(data), length):
        await asyncio.sleep(0)
        yield data[start : start + length]


def target(
    path: str = "file.bin", size: int | None = None, on_conflict: OnConflict = OnConflict.FAIL
) -> Target:
    """Return a target with a key of its own."""
    return Target(key=secrets.token_hex(8), path=path, size=size, on_conflict=on_conflict)


def digest_of(data: bytes, algorithm: str) -> Digest:
    """Return the digest of `data`."""
    return digests.digest_of([data], algorithm)
