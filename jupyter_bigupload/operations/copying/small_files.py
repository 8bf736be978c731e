"""Many small files: read into memory some at a time, and written in one go, while the next ones are read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass

from ...digests import Digest, digest_of
from ...errors import BigUploadError
from ...stores.many import Outcome as Stored
from ...threads import in_bytes_thread
from ...uploads import BatchFile, UploadService
from .files import FileCopier
from .tree import Item

#: The largest file that is one of many.
LARGEST = 8 * 2**20
#: Files and bytes of a batch, of which two are in memory.
_FILES, _BYTES = 500, 32 * 2**20
#: Files that are read at once.
_READ_AT_ONCE = 12


@dataclass(frozen=True)
class _Read:
    """A file that was read."""

    item: Item
    data: bytes
    digest: Digest


class SmallFiles:
    """Copies small files whose names are free.

    Parameters
    ----------
    copier : FileCopier
        Knows from where to where.
    batches : Iterator[str]
        What batches are called, each another.
    done : Callable
        Told of each what became of it.
    """

    def __init__(
        self,
        copier: FileCopier,
        uploads: UploadService,
        batches: Iterator[str],
        done: Callable[[Item, Stored], None],
    ) -> None:
        self._source = copier.source
        self._target = copier.target
        self._on_conflict = copier.on_conflict
        self._uploads = uploads
        self._ids = batches
        self._done = done

    async def copy(self, items: Sequence[Item]) -> None:
        """Copy all of them.

        Raises
        ------
        BigUploadError
            What `Batches.write` raises; what becomes of a file alone, `done` is told.
        """
        reading: asyncio.Task[Sequence[_Read]] | None = None
        try:
            for batch in [*_batches(items), None]:
                ready = [] if reading is None else await reading
                reading = None if batch is None else asyncio.ensure_future(self._read(batch))
                if ready:
                    await self._write(ready)
        finally:
            if reading is not None:
                reading.cancel()
                await asyncio.gather(reading, return_exceptions=True)

    async def _read(self, items: Sequence[Item]) -> Sequence[_Read]:
        turns = asyncio.Semaphore(_READ_AT_ONCE)

        async def one(item: Item) -> _Read | None:
            async with turns:
                try:
                    data = await self._source.reading.read_small(item.path, item.state.size, item.state.etag)
                except BigUploadError as error:
                    self._done(item, Stored(error=error))
                    return None
                return _Read(item, data, await in_bytes_thread(digest_of)([data]))

        return [one for one in await asyncio.gather(*map(one, items)) if one is not None]

    async def _write(self, ready: Sequence[_Read]) -> None:
        files = [BatchFile(one.item.to, len(one.data), one.digest, self._on_conflict) for one in ready]
        outcomes = await self._uploads.batches.write(
            self._target.name, [], files, [None] * len(files), _bodies(ready), batch=next(self._ids)
        )
        for one, outcome in zip(ready, outcomes.files, strict=True):
            self._done(one.item, outcome)


async def _bodies(ready: Sequence[_Read]) -> AsyncIterator[bytes]:
    for one in ready:
        if one.data:
            yield one.data


def _batches(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    batch: list[Item] = []
    size = 0
    for item in items:
        if batch and (len(batch) == _FILES or size + item.state.size > _BYTES):
            yield batch
            batch, size = [], 0
        batch.append(item)
        size += item.state.size
    if batch:
        yield batch
