"""The beginning of an upload into a bucket: under which name, and after what an earlier try left."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from dataclasses import replace

from ...errors import BigUploadError, Exists, NotFound, SlowDown, StoreUnreachable
from ..base import OnConflict, Target
from ..numbering import candidates
from ..retries import retried
from .multipart import Multipart
from .part_plan import PartPlan
from .spool import Spool
from .upload import BucketUpload

#: Seconds before another try to begin an upload.
_PAUSES = (0.5, 2.0)
_PASSING = (StoreUnreachable, SlowDown)
#: By how much the time of a beginning may be wrong, seconds: stores tell theirs without fractions.
_ROUNDED = 3.0
#: Seconds from the making of a record until its server has begun the upload, or has died.
_LONGEST = 10 * 60.0


class Beginning:
    """Begins uploads into one bucket.

    Parameters
    ----------
    key_of : Callable
        From a path to its key.
    """

    def __init__(self, multipart: Multipart, key_of: Callable[[str], str]) -> None:
        self._multipart = multipart
        self._key_of = key_of

    async def begin(self, target: Target, plan: PartPlan, spool: Spool) -> BucketUpload:
        """Begin the upload of `target` (see `Store.begin`)."""
        self._key_of(target.path)  # raises for a path that can't be
        await self._abort_earlier(spool)
        path = await self._choose(target)
        named = BucketUpload(path, self._key_of(path), "", target.key, plan, spool)
        beginning = asyncio.ensure_future(self._begin(named))
        try:
            return await asyncio.shield(beginning)
        except asyncio.CancelledError:
            await asyncio.shield(self._undo(beginning))
            raise

    async def _begin(self, named: BucketUpload) -> BucketUpload:
        """Make the folder, begin the upload in the store and keep its id; undo all of that when one fails."""
        async with contextlib.AsyncExitStack() as undoing:
            undoing.push_async_callback(named.spool.remove)
            await named.spool.make()
            upload = replace(named, upload_id=await self._begin_in_store(named))
            undoing.push_async_callback(self._abort, upload)
            await upload.spool.keep_begun(upload.key, upload.upload_id)
            undoing.pop_all()
        return upload

    async def _begin_in_store(self, named: BucketUpload) -> str:
        """Begin in the store, if need be again, and leave no upload whose id got lost on the way."""

        async def begin() -> str:
            since = time.time()
            try:
                return await self._multipart.begin(named.key, tag=named.tag, content_type=named.content_type)
            except _PASSING:
                # Where the store can't be listed either, an upload without parts may stay.
                await self._abort_orphans(named.key, since, time.time())
                raise

        return await retried(begin, on=_PASSING, pauses=_PAUSES)

    async def _undo(self, beginning: asyncio.Task[BucketUpload]) -> None:
        """Abort an upload that no caller gets the handle of."""
        await asyncio.wait([beginning])
        if beginning.exception() is None:
            await self._abort(beginning.result())
            await beginning.result().spool.remove()

    async def _abort(self, upload: BucketUpload) -> None:
        # What can't be aborted now goes by the bucket's own rules; the reason to give up is told instead.
        with contextlib.suppress(BigUploadError):
            await self._multipart.abort(upload.key, upload.upload_id)

    async def _abort_earlier(self, spool: Spool) -> None:
        begun = await spool.begun()
        if begun is not None:
            with contextlib.suppress(NotFound):
                await self._multipart.abort(*begun)
        await spool.remove()

    async def _choose(self, target: Target) -> str:
        """Return the path that the file will have."""
        for path in candidates(target.path, target.on_conflict):
            key = self._key_of(path)
            if target.tried is not None:
                await self._abort_orphans(key, target.tried, target.tried + _LONGEST)
            if target.on_conflict is OnConflict.REPLACE:
                return path
            there = await self._multipart.head(key)
            if there is None:
                return path
            if target.on_conflict is OnConflict.FAIL:
                raise Exists(f"A file named {path!r} exists.", path=path, size=there.size)
        raise Exists(f"A file named {target.path!r} exists.", path=target.path)

    async def _abort_orphans(self, key: str, since: float, until: float) -> None:
        """Abort what was begun then, and whose id got lost: uploads without parts."""
        for found in await self._multipart.unfinished(key):
            if not since - _ROUNDED <= found.initiated <= until + _ROUNDED:
                continue
            with contextlib.suppress(NotFound):
                if not await self._multipart.list_parts(key, found.upload_id):
                    await self._multipart.abort(key, found.upload_id)
