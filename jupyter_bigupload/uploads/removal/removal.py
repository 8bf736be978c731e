"""The removal of uploads: first their bytes, then their record, so that nothing is left that is not known."""

from __future__ import annotations

import contextlib
import logging
from dataclasses import replace

from ...errors import BigUploadError, FolderUnavailable
from ...stores.base import OnConflict
from ..lifecycle import OVER, Event, State
from ..model import Upload
from ..parts import Parts
from ..repository import UploadRepository

log = logging.getLogger(__name__)

#: Seconds for which the record of bytes that can't be reached is kept.
KEPT = 30 * 24 * 3600.0


class Removal:
    """Removes what `repository` knows of. Every method needs a lock on the upload."""

    def __init__(self, repository: UploadRepository) -> None:
        self._repository = repository

    async def remove(self, upload: Upload, event: Event, at: float) -> None:
        """Remove the upload's bytes and then its record.

        Where the bytes can't be reached, the upload is over for everybody, and its record stays for their
        sake (see `remove_over`). Where its destination was removed from the settings, the record alone goes.

        Parameters
        ----------
        at : float
            Now, seconds since 1970.

        Raises
        ------
        NotReceiving
            When `event` can't happen now.
        """
        over = upload.after(event, updated=at, parts=Parts(), stamp=None)
        try:
            await self._discard(upload)
        except FolderUnavailable:
            await self._repository.save_whole(over)
        else:
            await self._repository.delete_record(upload.id)

    async def remove_over(self, upload: Upload, *, give_up: bool) -> bool:
        """Remove the bytes of an upload that is over, and then its record.

        Parameters
        ----------
        give_up : bool
            Whether to remove the record although the bytes can't be reached.

        Returns
        -------
        bool
            Whether the record is gone.
        """
        try:
            await self._discard(upload)
        except FolderUnavailable:
            if not give_up:
                return False
            log.warning("what was uploaded of %r stays where its folder went", upload.path)
        await self._repository.delete_record(upload.id)
        return True

    async def expire(self, upload: Upload, at: float) -> bool:
        """Remove an upload whose time has come, or what is left of one that is over.

        Parameters
        ----------
        at : float
            Now, seconds since 1970.

        Returns
        -------
        bool
            Whether it is gone.
        """
        if upload.state in OVER:
            return await self.remove_over(upload, give_up=upload.updated + KEPT <= at)
        if upload.state is State.DONE:
            await self._repository.delete_record(upload.id)
        else:
            await self.remove(upload, Event.EXPIRE, at)
        return True

    async def clear_damaged(self, upload_id: str) -> bool:
        """Remove the record if it is damaged, and the bytes where its log tells of them.

        Returns
        -------
        bool
            Whether it was.
        """
        repository = self._repository
        if not await repository.is_damaged(upload_id):
            return False
        begun = await repository.records.begun(upload_id)
        if begun is not None:
            destination, handle = begun
            if destination in repository.stores:
                with contextlib.suppress(FolderUnavailable):  # then they are found as an orphan's one day
                    await repository.store(destination).discard(handle)
        await repository.delete_record(upload_id)
        return True

    async def _discard(self, upload: Upload) -> None:
        repository = self._repository
        if upload.destination not in repository.stores:
            log.warning("what was uploaded of %r stays in %r: unknown now", upload.path, upload.destination)
            return
        store = repository.store(upload.destination)
        handle = upload.handle
        if handle is None:
            # A server died between record and `begin`, which is safe to repeat and tells what it had made.
            target = await repository.target(upload)
            try:
                handle = await store.begin(
                    replace(target, on_conflict=OnConflict.RENAME, size=0, tried=upload.created)
                )
            except BigUploadError:
                return  # where nothing can be begun, nothing was
        await store.discard(handle)
