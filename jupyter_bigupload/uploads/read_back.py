"""What a store really holds, against the digests of what was acknowledged."""

from __future__ import annotations

from ..digests import Hasher
from ..errors import Checking, NotFound
from ..stores.base import Handle, Store
from .jobs import Jobs, Meter, StillRunning
from .parts import Parts, VerifiedPart


class ReadBack:
    """Reads parts back in the background: 40 GB take longer than a request may."""

    def __init__(self) -> None:
        self._jobs: Jobs[tuple[VerifiedPart, ...]] = Jobs()

    async def damaged(
        self, store: Store, upload_id: str, handle: Handle, parts: Parts
    ) -> tuple[VerifiedPart, ...]:
        """Return those of `parts` whose bytes are not what they were.

        Raises
        ------
        Checking
            While they are being read; ask again.
        """

        async def read(meter: Meter) -> tuple[VerifiedPart, ...]:
            return tuple([part for part in parts if not await _holds(store, handle, part, meter)])

        try:
            return await self._jobs.result((upload_id, parts.parts), read)
        except StillRunning as running:
            raise Checking(
                "The server is reading back what it has of this file.",
                checked=running.checked,
                size=parts.received.total,
            ) from None

    async def stop(self) -> None:
        """End all reading."""
        await self._jobs.stop()


async def _holds(store: Store, handle: Handle, part: VerifiedPart, meter: Meter) -> bool:
    hasher = meter.watch(Hasher(part.digest.algorithm))
    try:
        await store.digest_part(handle, part.start, part.end, hasher)
    except NotFound:
        return False
    return hasher.digest == part.digest
