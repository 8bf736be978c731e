"""The end of an upload: its file gets its name, or stays what it is."""

from __future__ import annotations

from collections.abc import Callable

from ..errors import CompositeMismatch, DigestMismatch, Incomplete, LengthMismatch, NotFound, Refused
from ..stores.base import OnConflict
from .hooks import CommitHooks
from .lifecycle import Event, State
from .locks import Locks
from .model import Failure, Limits, Upload
from .repository import Ledger

#: Ranges that an answer tells of what is missing: more of them say no more about what to do.
_MOST_RANGES = 1000


class Completion:
    """Completes uploads (see `UploadService.complete`).

    Parameters
    ----------
    clock : Callable
        Seconds since 1970.
    """

    def __init__(
        self,
        *,
        ledger: Ledger,
        locks: Locks,
        limits: Limits,
        hooks: CommitHooks,
        clock: Callable[[], float],
    ) -> None:
        self._ledger = ledger
        self._locks = locks
        self._limits = limits
        self._hooks = hooks
        self._clock = clock

    async def complete(self, upload_id: str, on_conflict: OnConflict | None, composite: str | None) -> Upload:
        """Give the file its name, durably, and return the upload as done. Safe to repeat."""
        async with self._locks.whole(upload_id, evict="stalled"):
            upload = await self._ledger.take(upload_id)
            if upload.state is State.DONE:
                return upload
            upload = await self._drop_lost(upload)
            size = upload.received.prefix if upload.size is None else upload.size
            missing = upload.received.gaps(size)
            if missing.ranges:
                if upload.state is State.COMPLETING:
                    await self._ledger.save(upload.happened(Event.REOPEN))
                raise Incomplete(
                    "Not all of the file is there yet.",
                    missing=list(missing.ranges[:_MOST_RANGES]),
                    missing_bytes=missing.total,
                )
            if composite is not None and composite != upload.parts.composite():
                raise CompositeMismatch("What is there is not what was sent; upload the file again.")
            upload = upload.happened(Event.COMPLETE, on_conflict=on_conflict or upload.on_conflict, size=size)
            upload = await self._commit(await self._ledger.save(upload), size)
        await self._hooks.after_commit(upload)
        return upload

    async def _drop_lost(self, upload: Upload) -> Upload:
        """Return the upload with what its store really holds; what it does not is asked for again."""
        held = await self._ledger.held(upload)
        if not upload.parts.parts or not (held.parts.parts or await self._ledger.has_bytes(upload)):
            return upload  # there is nothing, or all of it is gone, which the store itself says best
        untouched = await self._ledger.watch.untouched(self._ledger.bytes_of(held)[0], held)
        if not untouched or (self._limits.read_back and upload.state is State.RECEIVING):
            held = await self._ledger.verified(held)
        if held != upload:
            return await self._ledger.save_whole(held)
        self._ledger.watch.forget(upload.id)
        return upload

    async def _commit(self, upload: Upload, size: int) -> Upload:
        store, handle = self._ledger.bytes_of(upload)
        try:
            await self._hooks.before_commit(upload)
            digest = upload.parts.digest()
            stored = await store.commit(handle, size, upload.on_conflict, digest=digest)
        except (NotFound, LengthMismatch, DigestMismatch, Refused) as error:
            failure = Failure(error.reason, error.message)
            await self._ledger.save(upload.happened(Event.FAIL, failure=failure))
            raise
        except BaseException:
            await self._ledger.save(upload.happened(Event.REOPEN))
            raise
        upload = upload.happened(Event.COMMIT, path=stored.path, updated=self._clock())
        return await self._ledger.save(upload)
