"""Unfinished bytes that no record knows of any more: their folder was elsewhere when their upload ended."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from ...errors import BigUploadError, NotFound
from ...stores.base import Orphan, OrphanFinding
from ..model import Limits
from ..records.format import UnreadableRecord
from ..repository import UploadRepository
from .removal import KEPT

log = logging.getLogger(__name__)

_DAY = 24 * 3600.0


class Orphans:
    """Removes orphans, some folders at a time (see `OrphanFinding`).

    Parameters
    ----------
    clock : Callable
        Seconds since 1970.
    """

    def __init__(self, *, repository: UploadRepository, limits: Limits, clock: Callable[[], float]) -> None:
        self._repository = repository
        self._clock = clock
        self._age = max(limits.expire_after, _DAY) if limits.expire_after else KEPT

    async def remove(self) -> None:
        """Remove those that are found this time; a failure keeps no other from going."""
        tag = await self._tag()
        if tag is None:
            return
        for store in self._repository.stores.values():
            if isinstance(store, OrphanFinding):
                found = await store.find_orphans(tag, before=self._clock() - self._age)
                await self._remove(store, tag, found)

    async def _remove(self, store: OrphanFinding, tag: str, found: Sequence[Orphan]) -> None:
        for orphan in found:
            upload_id = orphan.key.removesuffix(tag).rpartition("-")[0]
            try:
                # Without a lock: no other upload ever gets the same key, so what is unknown stays that.
                if await self._is_unknown(store, tag, upload_id, orphan):
                    await store.discard(orphan.handle)
                    log.info("removed %r: no record knows of it any more", orphan.path)
            except BigUploadError as error:
                log.warning("could not remove %r: %s", orphan.path, error)

    async def _is_unknown(self, store: OrphanFinding, tag: str, upload_id: str, orphan: Orphan) -> bool:
        try:
            handle = (await self._repository.records.load(upload_id)).handle
        except UnreadableRecord:
            return False
        except NotFound:
            # Records that are not there because their disk is not, have no tag either.
            return await self._tag() == tag
        # Without a handle, it may be of whatever a dying server had made.
        return handle is not None and not store.is_same(handle, orphan.handle)

    async def _tag(self) -> str | None:
        """Return what the keys of these uploads end with; None as long as there are none."""
        tag = await self._repository.records.tag(make=False)
        return tag and f"-{tag}"
