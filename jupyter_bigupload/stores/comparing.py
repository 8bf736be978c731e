"""What a store knows of the bytes of its files without reading them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from ..digests import Digest
from .base import Store


@runtime_checkable
class KnowingDigests(Store, Protocol):
    """A store that knows the digests of some of its files."""

    async def known_digests(self, path: str, etag: str) -> Sequence[Digest]:
        """Return what is known of the bytes that the file has in this state; empty for nothing.

        Raises
        ------
        Changed
            When the file is not what it was, or gone.
        """
        ...
