"""What a store really holds, against the digests of what was acknowledged."""

from __future__ import annotations

from ..digests import Hasher
from ..errors import Checking, NotFound
from ..stores.base import Handle, Store
from .jobs import Jobs, Meter, StillRunning
from .parts import Parts, VerifiedPart

#: Seconds for which a result waits for a client that has lost its network.
_KEPT = 3600.0


class ReadBack:
    """Reads parts back in the background: 40 GB take longer than a request may.

    What was found holds until `forget`: no client waits for so long that it could be asked to do so again.

    Parameters
    ----------
    patience : float
        Seconds that one request waits.
    """

    def __init__(self, *, patience: float) -> None:
        self._jobs: Jobs[tuple[VerifiedPart, ...]] = Jobs(kept=_KEPT, patience=patience)
        self._found: dict[str, tuple[Parts, tuple[VerifiedPart, ...]]] = {}

    async def damaged(
        self, store: Store, upload_id: str, handle: Handle, parts: Parts
    ) -> tuple[VerifiedPart, ...]:
        """Return those of `parts` whose bytes are not what they were.

        Raises
        ------
        Checking
            While they are being read; ask again.
        """
        known = self._found.get(upload_id)
        if known is not None and known[0] == parts:
            return known[1]

        async def read(meter: Meter) -> tuple[VerifiedPart, ...]:
            return tuple([part for part in parts if not await _holds(store, handle, part, meter)])

        try:
            damaged = await self._jobs.result((upload_id, parts.parts), read)
        except StillRunning as running:
            raise Checking(
                "The server is reading back what it has of this file.",
                checked=running.checked,
                size=parts.received.total,
            ) from None
        self._found[upload_id] = (parts, damaged)
        return damaged

    def forget(self, upload_id: str) -> None:
        """Read the upload's parts anew when they are asked for again."""
        self._found.pop(upload_id, None)

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
