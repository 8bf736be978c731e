"""What is asked of all uploads at once; none of it reads more records than it returns."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..errors import FolderUnavailable
from .model import SERVER_SENT, Upload
from .records.index import Cursor, Entry
from .repository import UploadRepository


@dataclass(frozen=True)
class Page:
    """Some of the unfinished uploads, oldest first.

    Parameters
    ----------
    next : Cursor or None
        After which the next page begins; None on the last one.
    """

    uploads: Sequence[Upload]
    next: Cursor | None


class Overview:
    """All uploads of one server root.

    Parameters
    ----------
    repository : UploadRepository
        Knows the stores and the records.
    """

    def __init__(self, repository: UploadRepository) -> None:
        self._repository = repository
        self._records = repository.records

    async def unfinished(self, after: Cursor | None = None, limit: int | None = None) -> Page:
        """Return clients' uploads that are not done: all, or at most `limit` after a place in the list.

        One that is there all the time is on just one of the pages, whatever comes and goes meanwhile. Of what
        is in a remote store, or in a folder that is not there now, they have what was recorded: a list never
        waits for a network.
        """
        entries = [
            each
            for each in await self._records.entries(after)
            if each.is_unfinished and not each.cursor.id.startswith(SERVER_SENT)
        ]
        wanted = entries[:limit]
        recorded = await self._records.load_all([each.cursor.id for each in wanted])
        uploads = await asyncio.gather(*(self._reconciled(upload) for upload in recorded))
        return Page(
            [upload for upload in uploads if Entry.of(upload).is_unfinished],
            wanted[-1].cursor if len(wanted) < len(entries) else None,
        )

    async def unfinished_bytes(self) -> int:
        """Return the bytes of all uploads that are not done, as their clients announced them."""
        return await self._records.unfinished_bytes()

    async def due(self, is_over: Callable[[Entry], bool]) -> Sequence[str]:
        """Return the ids of the uploads that are over going by the index, and of all that can't be read."""
        over = [entry.cursor.id for entry in await self._records.entries() if is_over(entry)]
        return [*over, *await self._records.unreadable()]

    async def _reconciled(self, upload: Upload) -> Upload:
        if self._repository.local_store(upload.destination) is not None:
            with contextlib.suppress(FolderUnavailable):
                return await self._repository.reconcile(upload)
        return upload
