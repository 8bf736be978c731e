"""What one task holds while it changes an upload: a lock, and the record as it is now."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import Future
from dataclasses import replace
from types import MappingProxyType
from typing import Literal

from ..errors import BigUploadError, NotFound
from .locks import Lease, Locks
from .model import Upload
from .parts import VerifiedPart
from .repository import UploadRepository


class Claim:
    """A lock on a range of an upload, or on all of it, and its record: loaded once, and kept up to date."""

    def __init__(self, lease: Lease, repository: UploadRepository, clock: Callable[[], float]) -> None:
        self._lease = lease
        self._repository = repository
        self._clock = clock
        #: Called with the upload each time that a part has been entered.
        self.grown: Callable[[Upload], None] = _nothing

    @property
    def upload(self) -> Upload:
        """The upload as its record has it now, with what other tasks have entered meanwhile.

        Raises
        ------
        NotFound
            When one of them has found out that it is gone.
        """
        upload = self._lease.held.upload
        if upload is None:
            raise NotFound("There is no such upload, or no longer.")
        return upload

    def progress(self) -> None:
        """Say that bytes came (see `Lease`)."""
        self._lease.progress()

    def when_taken_over(self, stop: Callable[[], None]) -> None:
        """Have `stop` called when another connection takes this claim over, instead of cancelling the task.

        The task is to end soon then, and keeps what it has until it does.
        """
        self._lease.stop = stop

    @property
    def taken_over(self) -> BigUploadError | None:
        """Why the claim is to be given up; None as long as it is not."""
        return self._lease.evicted

    async def append(self, part: VerifiedPart, stamp: Callable[[], str | None] = lambda: None) -> Upload:
        """Enter a part, and return the upload with it.

        Parameters
        ----------
        stamp : Callable
            Returns the store's stamp that the part is entered with.

        Raises
        ------
        NotFound, NotReceiving
            When the upload is gone by now, or takes no chunks any more.
        """
        # A caller who is cancelled leaves the work itself alone: what is on the disk is in memory, too.
        upload = await asyncio.shield(self._append(part, stamp))
        self.grown(upload)
        return upload

    async def note(self, size: int | None, metadata: Mapping[str, str] = MappingProxyType({})) -> Upload:
        """Enter what nobody knew before: the file's size, and what a protocol wants kept besides."""
        async with self._lease.held.mutex:
            noted = {**self.upload.metadata, **metadata}
            self._lease.held.upload = await self._repository.save(
                replace(self.upload, size=size, metadata=noted)
            )
            return self.upload

    async def save(self, upload: Upload) -> Upload:
        """Enter what is known of the upload but for its parts. Needs a claim on all of it."""
        self._lease.held.upload = await self._repository.save(upload)
        return self.upload

    async def save_whole(self, upload: Upload) -> Upload:
        """Enter all that is now known of the upload. Needs a claim on all of it."""
        self._lease.held.upload = await self._repository.save_whole(upload)
        return self.upload

    async def delete_record(self) -> None:
        """Remove the record alone; for other tasks, too, the upload is gone from now on."""
        async with self._lease.held.mutex:
            self._lease.held.upload = None
            await self._repository.delete_record(self._lease.upload_id)

    async def _append(self, part: VerifiedPart, stamp: Callable[[], str | None]) -> Upload:
        async with self._lease.held.mutex:
            self.upload.require_receiving()
            grown = await self._repository.records.append(self.upload, part, self._clock(), stamp())
            self._lease.held.upload = grown
            return grown


class Claims:
    """Claims on the uploads of one server root.

    Parameters
    ----------
    clock : Callable
        Seconds since 1970.
    """

    def __init__(self, repository: UploadRepository, locks: Locks, clock: Callable[[], float]) -> None:
        self.repository = repository
        self.locks = locks
        self.clock = clock

    @contextlib.asynccontextmanager
    async def range(
        self, upload_id: str, start: int, end: int | None, *, evict: Literal["stalled", "all"] = "stalled"
    ) -> AsyncIterator[Claim]:
        """Claim `[start, end)` of an upload (`end` None: to wherever it ends; `evict` as `Locks.range`).

        Raises
        ------
        Locked, StorageFailed
            As `Locks.range`.
        NotFound, Checking, FolderUnavailable
            As `UploadRepository.load` and `verify_if_restarted`.
        BigUploadError
            As `UploadRepository.claim`.
        """
        record: Future[Upload] = Future()

        def load() -> None:
            try:
                record.set_result(self.repository.load_now(upload_id))
            except Exception as error:  # noqa: BLE001  # comes out of `result()`, once the lock is ours
                record.set_exception(error)

        async with self.locks.range(upload_id, start, end, evict=evict, then=load) as lease:
            yield await self._claim(lease, record.result() if record.done() else None)

    @contextlib.asynccontextmanager
    async def whole(
        self, upload_id: str, *, evict: Literal["nobody", "stalled", "all"] = "nobody"
    ) -> AsyncIterator[Claim]:
        """Claim all of an upload (see `Locks.whole`; else as `range`)."""
        async with self.locks.whole(upload_id, evict=evict) as lease:
            yield await self._claim(lease)

    async def _claim(self, lease: Lease, record: Upload | None = None) -> Claim:
        held = lease.held
        if held.upload is None:
            record = record or await self.repository.load(lease.upload_id)
            # This may have to wait for bytes that are read back: nobody else waits for the mutex meanwhile.
            verified = await self.repository.verify_if_restarted(record)
            async with held.mutex:
                if held.upload is None:
                    held.upload = await self.repository.claim(verified)
        return Claim(lease, self.repository, self.clock)


def _nothing(_upload: Upload) -> None:
    """Where nobody wants to be told."""
