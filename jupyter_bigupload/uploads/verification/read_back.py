"""What a store really holds, against the digests of what was acknowledged."""

from __future__ import annotations

from dataclasses import dataclass

from ...digests import Hasher
from ...errors import Checking, NotFound
from ...stores.base import Handle, PartReading
from ..parts import Parts, VerifiedPart
from .jobs import Jobs, Meter, StillRunning
from .write_watch import stamp_of

#: Seconds for which a result waits for a client that has lost its network.
_KEPT = 3600.0


@dataclass(frozen=True)
class Finding:
    """What came of reading parts back.

    Parameters
    ----------
    damaged : tuple
        Those whose bytes are not what they were.
    stamp : str or None
        The store's stamp of the bytes that were read.
    """

    damaged: tuple[VerifiedPart, ...]
    stamp: str | None


class ReadBack:
    """Reads parts back in the background: 40 GB take longer than a request may.

    What was found holds until `forget`, or until somebody writes to the bytes: no client waits for so long
    that it could be asked to do so again.

    Parameters
    ----------
    patience : float
        Seconds that one request waits.
    """

    def __init__(self, *, patience: float) -> None:
        self._jobs: Jobs[tuple[VerifiedPart, ...]] = Jobs(kept=_KEPT, patience=patience)
        self._found: dict[str, tuple[Parts, Finding]] = {}

    async def check(self, store: PartReading, upload_id: str, handle: Handle, parts: Parts) -> Finding:
        """Return which of `parts` are not what they were.

        Raises
        ------
        Checking
            While they are being read; ask again.
        """
        stamp = await stamp_of(store, handle)
        known = self._found.get(upload_id)
        if known is not None and known[0] == parts and known[1].stamp == stamp:
            return known[1]

        async def read(meter: Meter) -> tuple[VerifiedPart, ...]:
            return tuple([part for part in parts if not await _holds(store, handle, part, meter)])

        try:
            damaged = await self._jobs.result((upload_id, parts.parts, stamp), read)
        except StillRunning as running:
            raise _checking(running.checked, parts) from None
        if await stamp_of(store, handle) != stamp:  # somebody wrote to what had been read
            raise _checking(0, parts)
        finding = Finding(damaged, stamp)
        self._found[upload_id] = (parts, finding)
        return finding

    def forget(self, upload_id: str) -> None:
        """Read the upload's parts anew when they are asked for again."""
        self._found.pop(upload_id, None)

    async def stop(self) -> None:
        """End all reading."""
        await self._jobs.stop()


def _checking(checked: int, parts: Parts) -> Checking:
    return Checking(
        "The server is reading back what it has of this file.", checked=checked, size=parts.received.total
    )


async def _holds(store: PartReading, handle: Handle, part: VerifiedPart, meter: Meter) -> bool:
    hasher = meter.watch(Hasher(part.digest.algorithm))
    try:
        await store.digest_part(handle, part.start, part.end, hasher)
    except NotFound:
        return False
    return hasher.digest == part.digest
