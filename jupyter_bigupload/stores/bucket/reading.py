"""Finished objects of a bucket, read by ranges; one that breaks off is asked for again from there on."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Sequence
from typing import Protocol

from ...errors import Changed, FolderMissing, InvalidName, NotFound, SlowDown, StoreUnreachable
from ..reading import FileState, TreeEntry
from .keys import key_of
from .small_objects import ListedObject, SmallObjects

#: Seconds before a range is asked for again that brought nothing; one more failure is told.
_PAUSES = (0.5, 2.0, 5.0)


class ObjectRanges(Protocol):
    """What a bucket needs of an object store to read. Each method may raise what `Multipart` does."""

    async def head(self, key: str) -> FileState:
        """Return what is known of the object.

        Raises
        ------
        NotFound
            When there is none.
        """
        ...

    def read(self, key: str, start: int, end: int, etag: str) -> AsyncGenerator[bytes, None]:
        """Yield the bytes `[start, end)`, at least one, or fewer when the store ends early.

        Raises
        ------
        Changed, NotFound
            When the object has another ETag, or is gone.
        """
        ...


class ReadableObjects(Protocol):
    """An object store that is read."""

    @property
    def ranges(self) -> ObjectRanges:
        """Its objects."""
        ...

    @property
    def small(self) -> SmallObjects:
        """What lists them."""
        ...


class BucketReading:
    """Ranges of objects.

    Parameters
    ----------
    root : str
        What their keys begin with: empty, or ending with `/`.
    """

    def __init__(self, objects: ReadableObjects, root: str) -> None:
        self._ranges = objects.ranges
        self._listing = objects.small
        self._root = root

    async def head(self, path: str) -> FileState:
        """Return what the object is now (see `RangeReading`)."""
        return await self._ranges.head(self._key_of(path))

    async def read(self, path: str, start: int, end: int, etag: str) -> AsyncGenerator[bytes, None]:
        """Ask for the range, and again for what is missing of it (see `RangeReading`)."""
        key = self._key_of(path)
        pauses = iter(_PAUSES)
        while start < end:
            before = start
            try:
                async with contextlib.aclosing(_ahead(self._ranges.read(key, start, end, etag))) as pieces:
                    async for piece in pieces:
                        start += len(piece)
                        yield piece
                failure: Exception = StoreUnreachable("The store ended its answer early.")
            except NotFound:
                raise Changed("The file is gone.") from None
            except (SlowDown, StoreUnreachable) as error:
                failure = error
            if start > before:
                pauses = iter(_PAUSES)
            if start < end:
                pause = next(pauses, None)
                if pause is None:
                    raise failure
                await asyncio.sleep(pause)

    async def read_small(self, path: str, size: int, etag: str) -> bytes:
        """Return all of an object (see `RangeReading`)."""
        async with contextlib.aclosing(self.read(path, 0, size, etag)) as pieces:
            return b"".join([piece async for piece in pieces])

    async def walk(self, path: str, *, hidden: bool) -> AsyncGenerator[Sequence[TreeEntry], None]:
        """List all below the prefix; an empty object that marks a folder is one (see `RangeReading`)."""
        del hidden
        prefix = key_of(self._root, f"{path}/" if path else "")
        page: str | None = None
        found = False
        while True:
            listed, page = await self._listing.list_all(prefix, page)
            # A mark of the root itself is nothing in it.
            entries = [self._entry(one) for one in listed if one.key != self._root]
            if entries:
                found = True
                yield entries
            if page is None:
                break
        if path and not found:
            raise FolderMissing(f"There is no folder {path!r}.")

    def _entry(self, listed: ListedObject) -> TreeEntry:
        path = listed.key.removeprefix(self._root)
        if not path.endswith("/"):
            key_of(self._root, path)
            return TreeEntry(path, FileState(listed.size, listed.etag, listed.modified))
        key_of(self._root, path.removesuffix("/"))
        if listed.size:
            raise InvalidName(f"{path!r} can't be read: it is the name of a folder, and has bytes.")
        return TreeEntry(path, FileState(0, "", listed.modified))

    def _key_of(self, path: str) -> str:
        if not path or path.endswith("/"):
            raise InvalidName("The file has no name.")
        return key_of(self._root, path)


async def _ahead(pieces: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
    """Yield `pieces`, of which the next one comes while whoever asked is at work on one."""

    async def following() -> bytes:
        return await anext(pieces, b"")

    coming = asyncio.ensure_future(following())
    try:
        while piece := await coming:
            coming = asyncio.ensure_future(following())
            yield piece
    finally:
        coming.cancel()
        await asyncio.wait([coming])
        if not coming.cancelled():
            coming.exception()
        await pieces.aclose()
