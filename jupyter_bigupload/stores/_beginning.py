"""The beginning of an upload into a bucket: under which name, and after what an earlier try left."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import Callable, Iterator

from ..errors import BigUploadError, Exists, NotFound
from ._bucket_upload import BucketUpload
from ._multipart import Multipart
from ._part_plan import PartPlan
from ._placement import numbered
from ._spool import Spool
from .base import OnConflict, Target

#: By how much the store's clock may be behind ours, seconds.
_CLOCKS_DIFFER = 15 * 60.0
#: Names that are tried before a person has to think of another.
_MOST_NAMES = 1000


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
        await self._forget_earlier(spool)
        path = await self._choose(target)
        key = self._key_of(path)
        named = BucketUpload(path, key, "", target.key, plan, spool)
        await spool.make()
        beginning = asyncio.ensure_future(
            self._multipart.begin(key, mark=target.key, content_type=named.content_type)
        )
        try:
            upload_id = await asyncio.shield(beginning)
            await spool.keep_begun(key, upload_id)
        except BaseException:
            await asyncio.shield(self._undo(key, beginning, spool))
            raise
        return BucketUpload(path, key, upload_id, target.key, plan, spool)

    async def _undo(self, key: str, beginning: asyncio.Future[str], spool: Spool) -> None:
        """Leave nothing of an upload whose id nobody is told."""
        await asyncio.wait([beginning])
        if beginning.exception() is None:
            # What can't be aborted now goes by the bucket's own rules; the reason to give up is told instead.
            with contextlib.suppress(BigUploadError):
                await self._multipart.abort(key, beginning.result())
        await spool.remove()

    async def _forget_earlier(self, spool: Spool) -> None:
        begun = await spool.begun()
        if begun is not None:
            with contextlib.suppress(NotFound):
                await self._multipart.abort(*begun)
        await spool.remove()

    async def _choose(self, target: Target) -> str:
        """Return the path that the file will have."""
        for path in _candidates(target):
            key = self._key_of(path)
            if target.tried is not None:
                await self._abort_orphans(key, target.tried)
            if target.on_conflict is OnConflict.REPLACE:
                return path
            there = await self._multipart.look(key)
            if there is None:
                return path
            if target.on_conflict is OnConflict.FAIL:
                raise Exists(f"A file named {path!r} exists.", path=path, size=there.size)
        raise Exists(f"A file named {target.path!r} exists.", path=target.path)

    async def _abort_orphans(self, key: str, tried: float) -> None:
        """Abort what a server may have begun, and then died before it kept the id: uploads without parts."""
        for found in await self._multipart.unfinished(key):
            if found.initiated < tried - _CLOCKS_DIFFER:
                continue
            with contextlib.suppress(NotFound):
                if not await self._multipart.list_parts(key, found.upload_id):
                    await self._multipart.abort(key, found.upload_id)


def _candidates(target: Target) -> Iterator[str]:
    """Yield the paths that the file may get, the wanted one first."""
    if target.on_conflict is not OnConflict.RENAME:
        yield target.path
        return
    folder, slash, name = target.path.rpartition("/")
    for candidate in itertools.islice(numbered(name), _MOST_NAMES):
        yield f"{folder}{slash}{candidate}"
