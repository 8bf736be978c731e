"""What a bucket does with many files at once (see `ManyFiles`): each is an object, put in one request."""

from __future__ import annotations

import asyncio
import itertools
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence

from ....body_reader import BodyReader
from ....digests import Digest, digest_of
from ....errors import (
    BigUploadError,
    DigestMismatch,
    Exists,
    TooLarge,
    Unsupported,
)
from ....threads import in_bytes_thread
from ...base import OnConflict, Stored
from ...many import Found, KnownFile, Outcome, Removed, SmallFile
from ...numbering import candidates
from ..multipart import Multipart
from ..small_objects import SmallObject
from ..upload import content_type_of
from .lookup import Lookup
from .putting import FOR_ALL, ObjectPutter
from .removal import remove
from .room import Room
from .signing import BucketFileSigner

#: Objects that are put at once, over all batches; and the bytes of them that are in memory.
_AT_ONCE = 32
_IN_MEMORY = 2**26
#: Largest file of a batch: it is in memory as a whole.
_LARGEST = 2**24
#: From so many bytes on a digest is computed in a thread.
_LONG = 2**18
_NO_FOLDERS = "A bucket has no folders, only names: one appears with the first file in it."


class BucketManyFiles:
    """Many files below a prefix.

    Parameters
    ----------
    key_of : Callable
        From a path to its key.
    """

    def __init__(self, multipart: Multipart, key_of: Callable[[str], str]) -> None:
        self._multipart = multipart
        self._key_of = key_of
        self._putter = ObjectPutter(multipart)
        self._room = Room(_AT_ONCE, _IN_MEMORY)
        #: Signs files for clients that put them themselves.
        self.signer = BucketFileSigner(multipart, key_of, self._putter, _LARGEST)

    async def write(
        self, files: Sequence[SmallFile], body: AsyncIterator[bytes]
    ) -> AsyncIterator[Sequence[Outcome]]:
        """Put several at once while more of them come (see `ManyFiles`)."""
        putting: deque[asyncio.Task[Outcome]] = deque()
        trouble = _Trouble()
        reader = BodyReader(body)
        failure: Exception | None = None
        try:
            for file in files:
                putting.append(await self._begin(file, reader, trouble))
                done = [putting.popleft() for _ in itertools.takewhile(asyncio.Task.done, tuple(putting))]
                if done:
                    yield [task.result() for task in done]
            async for _ in body:
                pass
        except Exception as error:  # noqa: BLE001  # whatever ends a body
            failure = error
        except BaseException:
            for task in putting:
                task.cancel()
            await asyncio.gather(*putting, return_exceptions=True)
            raise
        yield await asyncio.gather(*putting)
        if failure is not None:
            raise failure

    async def make_folders(self, paths: Sequence[str]) -> Sequence[Outcome]:
        """Say that there are none."""
        return [Outcome(error=Unsupported(_NO_FOLDERS)) for _ in paths]

    async def find(self, files: Sequence[KnownFile], *, most_read: int) -> Sequence[Found]:
        """List what is there, and look at what may be identical; nothing is read (see `ManyFiles`)."""
        del most_read
        return await Lookup(self._multipart.small, self._key_of, files).find()

    async def remove(
        self, files: Sequence[KnownFile], folders: Sequence[str], *, key: str, most_read: int
    ) -> Removed:
        """Look at each, and remove it as long as it is that; nothing is read (see `ManyFiles`)."""
        del folders, key, most_read
        return await remove(self._multipart.small, self._key_of, files)

    async def _begin(self, file: SmallFile, reader: BodyReader, trouble: _Trouble) -> asyncio.Task[Outcome]:
        """Take the bytes of a file, and return the task that puts it."""
        size = file.target.size or 0
        refused = file.refused
        if size > _LARGEST:
            refused = refused or TooLarge(f"In a batch a file may have {_LARGEST} bytes.", limit=_LARGEST)
        if refused is None:
            await self._room.take(size)
            if trouble.error is not None:
                await self._room.give_back(size)
                refused = trouble.error
        if refused is not None:
            await reader.skip(size)
            return asyncio.ensure_future(_failed(refused))
        try:
            data = await reader.read(size)
        except BaseException:
            await self._room.give_back(size)
            raise
        return asyncio.ensure_future(self._store(file, data, trouble))

    async def _store(self, file: SmallFile, data: bytes, trouble: _Trouble) -> Outcome:
        try:
            outcome = await self._put(file, data)
        except BigUploadError as error:
            if isinstance(error, FOR_ALL):
                trouble.error = error
            return Outcome(error=error)
        else:
            trouble.error = None
            return outcome
        finally:
            await self._room.give_back(len(data))

    async def _put(self, file: SmallFile, data: bytes) -> Outcome:
        wanted = file.digest
        if wanted is not None and await _digest(data, wanted.algorithm) != wanted:
            raise DigestMismatch("The bytes changed on their way; they are not kept. Send them again.")
        own = await _digest(data, self._multipart.checksums[0])
        # MD5, since most stores tell that of an object, whatever they verified.
        stated = [own, *([] if own.algorithm == "md5" else [await _digest(data, "md5")])]
        if wanted is not None and wanted not in stated:
            stated.append(wanted)
        target = file.target
        for path in candidates(target.path, target.on_conflict):
            new = SmallObject(self._key_of(path), len(data), own, target.key, stated, content_type_of(path))
            try:
                await self._putter.put(new, data, only_if_free=target.on_conflict is not OnConflict.REPLACE)
            except Exists:
                there = await self._multipart.small.details(new.key)
                if there is not None and there.size == len(data) and there.has(own):
                    return Outcome(Stored(path, len(data)), identical=True)
                if target.on_conflict is OnConflict.FAIL:
                    size = None if there is None else there.size
                    raise Exists(f"A file named {path!r} exists.", path=path, size=size) from None
            else:
                return Outcome(Stored(path, len(data)))
        raise Exists(f"A file named {target.path!r} exists.", path=target.path)


class _Trouble:
    """Why the store takes nothing at all, as far as a batch has found out."""

    error: BigUploadError | None = None


async def _failed(error: BigUploadError) -> Outcome:
    return Outcome(error=error)


async def _digest(data: bytes, algorithm: str) -> Digest:
    return (
        await in_bytes_thread(digest_of)([data], algorithm)
        if len(data) > _LONG
        else digest_of([data], algorithm)
    )
