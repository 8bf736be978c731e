"""Bodies on their way into a store, and their parts into the record."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from ...digests import DEFAULT, Digest, Hasher
from ...errors import DigestMismatch, NotFound
from ...stores.base import Gathering, Part
from ..claims import Claim
from ..model import Limits, Upload
from ..parts import VerifiedPart
from ..repository import UploadRepository
from .blocks import Block, Blocks


class BodyWriter:
    """Writes the bodies of requests that have been admitted."""

    def __init__(self, repository: UploadRepository, limits: Limits) -> None:
        self._repository = repository
        self._limits = limits

    def has_blocks(self, upload: Upload, start: int, end: int | None) -> bool:
        """Return whether the body `[start, end)` is kept block by block.

        One whose length is not known is not: nobody could tell what came of it from the whole file.
        """
        return end is not None and end - start > self.block_size(upload)

    def block_size(self, upload: Upload) -> int:
        """Return the most bytes of a block: as many parts of the store as it holds, where that has any."""
        size = self._limits.block_size
        part = self.part_size(upload)
        return size if part is None else max(part, size - size % part)

    def part_size(self, upload: Upload) -> int | None:
        """Return the bytes of a part of the upload's store, or None when chunks of any size are as good."""
        store = self._repository.stores.get(upload.destination)
        if upload.handle is None or not isinstance(store, Gathering):
            return None
        return store.part_size(upload.handle)

    async def write(
        self,
        claim: Claim,
        start: int,
        end: int | None,
        body: AsyncIterator[bytes],
        digest: Digest | None = None,
    ) -> Upload:
        """Store a body as one part, all or nothing, and return the upload with it.

        Raises
        ------
        NotFound
            When the upload's bytes are gone; so is its record then.
        DigestMismatch
            When the bytes don't have `digest`.
        """
        upload = claim.upload
        store, handle = self._repository.store_and_handle(upload)
        hasher = Hasher(digest.algorithm if digest else upload.digest or DEFAULT)
        with self._repository.watch.writing(upload, lambda: bool(claim.upload.parts.parts)) as writing:
            try:
                part = await store.write_part(
                    handle, start, body, hasher, end=end, digest=digest, observer=writing
                )
            except NotFound:
                await claim.delete_record()
                raise
            if digest is not None and digest != hasher.digest:
                raise DigestMismatch("The bytes changed on their way; they are not kept. Send them again.")
            is_confirmed = digest is not None or upload.digest is None
            entered = VerifiedPart(part.start, part.end, hasher.digest, confirmed=is_confirmed)
            return await claim.append(entered, writing.stamp)

    async def write_blocks(
        self, claim: Claim, start: int, end: int | None, body: AsyncIterator[bytes]
    ) -> Upload:
        """Store a body as one part for each of its blocks, and return the upload with them.

        `end` is None where nobody knows how long the body is. A block is on the disk and in the record before
        the next one has been read. A body that breaks off is kept as far as it came.

        Raises
        ------
        Exception
            As `write` and `body`.
        """
        blocks = Blocks(body, start, end, self.block_size(claim.upload))
        previous: asyncio.Task[None] | None = None
        current: asyncio.Task[None] | None = None
        try:
            while (block := await blocks.next()) is not None:
                current = asyncio.ensure_future(self._write_block(claim, block))
                await _read(block, current)
                if previous is not None:
                    await previous
                previous = current
            if current is not None:
                await current
        except BaseException:
            await _end(previous, current)
            raise
        if blocks.failure is not None:
            raise blocks.failure
        return claim.upload

    async def flush_acknowledged(self, upload: Upload, start: int) -> None:
        """Tell a store that gathers chunks of the bytes around `start`."""
        store, handle = self._repository.store_and_handle(upload)
        if isinstance(store, Gathering):
            around = upload.received.touching(start, start)
            await store.flush_acknowledged(handle, [Part(first, last) for first, last in around])

    async def _write_block(self, claim: Claim, block: Block) -> None:
        upload = await self.write(claim, block.start, block.end, aiter(block))
        await self.flush_acknowledged(upload, block.start)


async def _read(block: Block, writing: asyncio.Task[None]) -> None:
    """Return when a block was read whole; raise what keeps it from being written."""
    read = asyncio.ensure_future(block.read.wait())
    try:
        await asyncio.wait([read, writing], return_when=asyncio.FIRST_COMPLETED)
    finally:
        read.cancel()
    if writing.done():
        writing.result()


async def _end(*tasks: asyncio.Task[None] | None) -> None:
    """End tasks, and return when they have ended."""
    running = {task for task in tasks if task is not None}
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
