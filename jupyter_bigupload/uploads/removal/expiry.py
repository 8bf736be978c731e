"""When an upload's time is over, and what goes then."""

from __future__ import annotations

from collections.abc import Sequence

from ..claims import Claims
from ..lifecycle import OVER, State
from ..model import Limits, Upload
from ..overview import Overview
from ..records.index import Entry
from .removal import Removal


class Expiry:
    """Removes uploads that are forgotten, and records of those that are long done."""

    def __init__(self, claims: Claims, limits: Limits, overview: Overview, removal: Removal) -> None:
        self._repository = claims.repository
        self._locks = claims.locks
        self._clock = claims.clock
        self._limits = limits
        self._overview = overview
        self._removal = removal

    def expires(self, upload: Upload | Entry) -> float | None:
        """Return when `upload` is swept, seconds since 1970; None for never."""
        if upload.state is State.DONE:
            return upload.updated + self._limits.keep_done
        return upload.updated + self._limits.expire_after if self._limits.expire_after else None

    def remaining(self, upload: Upload | None = None) -> int | None:
        """Return the whole seconds for which an upload stays if nobody goes on with it; None for ever.

        None for `upload` asks of one that begins now.
        """
        if upload is None:
            return round(self._limits.expire_after) or None
        moment = self.expires(upload)
        return None if moment is None else max(0, int(moment - self._clock()))

    async def due(self) -> Sequence[str]:
        """Return the ids of the uploads that `expire` may have to remove."""
        return await self._overview.due(lambda entry: entry.state in OVER or self._is_past(entry))

    async def expire(self, upload_id: str) -> bool:
        """Remove an upload that is forgotten or has a damaged record, or the record of one that is long done.

        Returns
        -------
        bool
            Whether its time had come, and it is gone.

        Raises
        ------
        Locked
            When it is live.
        """
        if not await self._is_over(upload_id):
            return False  # without a lock: a chunk that comes at this moment is not kept out by a look
        async with self._locks.whole(upload_id):
            if not await self._is_over(upload_id):
                return False
            if await self._removal.clear_damaged(upload_id):
                return True
            return await self._removal.expire(await self._repository.load_any(upload_id), self._clock())

    async def _is_over(self, upload_id: str) -> bool:
        if await self._repository.is_damaged(upload_id):
            return True
        upload = await self._repository.load_any(upload_id)
        return upload.state in OVER or self._is_past(upload)

    def _is_past(self, upload: Upload | Entry) -> bool:
        moment = self.expires(upload)
        return moment is not None and moment <= self._clock()
