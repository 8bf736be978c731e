"""The upload service: the few verbs that every protocol is translated into.

It keeps nothing in memory but locks: the record on disk is the state, so that a restart, or a second server
on the same home folder, changes nothing.
"""

from __future__ import annotations

import contextlib
import hashlib
import secrets
import time
from collections.abc import AsyncIterator, Callable
from typing import Protocol

from ..errors import (
    Incomplete,
    LengthMismatch,
    Locked,
    NotFound,
    OffsetMismatch,
    RangeOverlap,
    Refused,
    TooLarge,
)
from ..stores.base import OnConflict
from .chunk import check_range, checked
from .ledger import Ledger
from .lifecycle import Event, State, after
from .locks import Locks
from .model import Failure, Limits, NewUpload, Upload


class CommitHooks(Protocol):
    """What else happens around the moment when a file gets its name."""

    async def before_commit(self, upload: Upload) -> None:
        """Look at the upload before the file has its name.

        Raises
        ------
        Refused
            To keep the file from appearing.
        """
        ...

    async def after_commit(self, upload: Upload) -> None:
        """Tell others that the file is there; `upload.path` is the path that it really got."""
        ...


class UploadService:
    """Create, write, status, complete, abort, expire.

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
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.limits = limits
        self._ledger = ledger
        self._locks = locks
        self._hooks = hooks
        self._clock = clock

    async def create(self, new: NewUpload, *, upload_id: str | None = None) -> Upload:
        """Start an upload.

        Parameters
        ----------
        upload_id : str, optional
            An id of the caller's choice instead of a random one.

        Raises
        ------
        TooLarge
            When the file is over the limit.
        Locked
            When `upload_id` is taken.
        BigUploadError
            When the store doesn't accept the target (see `Store.begin`).
        """
        self._check_size(new.size)
        now = self._clock()
        upload = Upload(
            id=upload_id or secrets.token_hex(16),
            destination=new.destination,
            path=new.path,
            size=new.size,
            last_modified=new.last_modified,
            on_conflict=new.on_conflict,
            created=now,
            updated=now,
        )
        async with self._locks.whole(upload.id):
            if upload_id is not None:
                with contextlib.suppress(NotFound):
                    await self._ledger.read(upload_id)
                    raise Locked("Someone else has just started this upload.")
            return await self._ledger.begin(upload)

    async def write(
        self,
        upload_id: str,
        *,
        start: int,
        end: int | None,
        total: int | None,
        body: AsyncIterator[bytes],
        in_order: bool = False,
    ) -> Upload:
        """Store a chunk: all of it, or nothing.

        Parameters
        ----------
        start, end : int
            The chunk's bytes, `[start, end)`; `end` None for a body that ends the file, wherever that is.
        total : int or None
            The file's size as the client states it with the chunk.
        in_order : bool
            Take the chunk only if it starts where the bytes so far end, and never acknowledge it twice: for
            protocols in which one name may have two senders.

        Raises
        ------
        NotFound, NotReceiving, OffsetMismatch, RangeOverlap, LengthMismatch, Malformed, Locked
            As docs/wire.md says.
        """
        async with self._locks.range(upload_id, start, end) as lease:
            async with self._locks.record(upload_id):
                upload = await self._ledger.take(upload_id)
            after(upload.state, Event.RECEIVE)
            check_range(upload, start, end, total)
            if in_order and start != upload.received.prefix:
                raise OffsetMismatch(
                    f"The next byte to send is {upload.received.prefix}, not {start}.",
                    offset=upload.received.prefix,
                )
            limit = self.limits.max_upload_size if upload.size is None else 0
            exact = checked(body, end and end - start, limit, lease)
            if end is not None and upload.received.covers(start, end):
                # Sent again because the answer was lost: what is there was acknowledged, and stays.
                async for _ in exact:
                    pass
                return upload
            if upload.received.overlaps(start, end if end is not None else start + 1):
                raise RangeOverlap("Part of this chunk is there already.", received=list(upload.received))
            return await self._store_chunk(upload, start, exact)

    async def status(self, upload_id: str) -> Upload:
        """Return the upload.

        Raises
        ------
        NotFound
            When there is none, or no longer.
        """
        return await self._ledger.read(upload_id)

    async def unfinished(self) -> list[Upload]:
        """Return every upload that is not done, oldest first."""
        return await self._ledger.unfinished()

    async def complete(self, upload_id: str, on_conflict: OnConflict | None = None) -> Upload:
        """Give the file its name, durably, and return the upload as done. Safe to repeat.

        Parameters
        ----------
        on_conflict : OnConflict, optional
            Decides a conflict anew that arose after the upload was created.

        Raises
        ------
        Incomplete
            When ranges are missing.
        Exists
            When the name is taken; the upload can be completed again with another `on_conflict`.
        Refused
            When a hook did not want the file; the upload has failed.
        """
        async with self._locks.whole(upload_id):
            upload = await self._ledger.take(upload_id)
            if upload.state is State.DONE:
                return upload
            size = upload.received.prefix if upload.size is None else upload.size
            missing = upload.received.gaps(size)
            if missing.ranges:
                raise Incomplete("Not all of the file is there yet.", missing=list(missing))
            upload = upload.happened(Event.COMPLETE, on_conflict=on_conflict or upload.on_conflict, size=size)
            upload = await self._commit(await self._ledger.save(upload), size)
        await self._hooks.after_commit(upload)
        return upload

    async def abort(self, upload_id: str) -> None:
        """Give an upload up: its writers are ended, its bytes and its record removed.

        Raises
        ------
        NotFound
            When there is none, or no longer.
        NotReceiving
            When it is done: then the file is there, and stays.
        """
        await self._ledger.read(upload_id)
        async with self._locks.whole(upload_id, evict=True):
            await self._ledger.remove(await self._ledger.read(upload_id), Event.ABORT)

    async def forget(self, upload_id: str) -> None:
        """Drop the record of an upload that is done."""
        async with self._locks.whole(upload_id):
            if (await self._ledger.read(upload_id)).state is State.DONE:
                await self._ledger.strike(upload_id)

    async def finished_size(self, destination: str, path: str) -> int | None:
        """Return the bytes of the finished file at `path`, or None when there is none."""
        return await self._ledger.store(destination).size(path)

    async def expire(self, upload_id: str) -> bool:
        """Remove an upload that nobody went on with, or the record of one that is long done.

        Returns
        -------
        bool
            Whether its time had come.

        Raises
        ------
        Locked
            When it is live.
        """
        async with self._locks.whole(upload_id):
            upload = await self._ledger.read(upload_id)
            if self.expires(upload) > self._clock():
                return False
            if upload.state is State.DONE:
                await self._ledger.strike(upload_id)
            else:
                await self._ledger.remove(upload, Event.EXPIRE)
        return True

    def expires(self, upload: Upload) -> float:
        """Return when `upload` is swept, seconds since 1970."""
        limits = self.limits
        idle = limits.keep_done if upload.state is State.DONE else limits.expire_after
        return upload.updated + idle

    async def _store_chunk(self, upload: Upload, start: int, body: AsyncIterator[bytes]) -> Upload:
        store = self._ledger.store(upload.destination)
        if upload.handle is None:
            raise NotFound("This upload was never begun; upload the file again.")
        try:
            part = await store.write_part(upload.handle, start, body, hashlib.sha256())
        except NotFound:
            await self._ledger.strike(upload.id)
            raise
        async with self._locks.record(upload.id):
            upload = await self._ledger.read(upload.id)
            upload = upload.happened(
                Event.RECEIVE,
                received=upload.received.add(part.start, part.end),
                updated=self._clock(),
            )
            return await self._ledger.save(upload)

    async def _commit(self, upload: Upload, size: int) -> Upload:
        store = self._ledger.store(upload.destination)
        try:
            if upload.handle is None:
                raise NotFound("This upload was never begun; upload the file again.")
            await self._hooks.before_commit(upload)
            stored = await store.commit(upload.handle, size, upload.on_conflict)
        except (NotFound, LengthMismatch, Refused) as error:
            failure = Failure(error.reason, error.message)
            await self._ledger.save(upload.happened(Event.FAIL, failure=failure))
            raise
        except BaseException:
            await self._ledger.save(upload.happened(Event.REOPEN))
            raise
        upload = upload.happened(Event.COMMIT, path=stored.path, updated=self._clock())
        return await self._ledger.save(upload)

    def _check_size(self, size: int | None) -> None:
        limit = self.limits.max_upload_size
        if limit and size is not None and size > limit:
            raise TooLarge(f"The file has {size} bytes; this server allows {limit}.", limit=limit)
