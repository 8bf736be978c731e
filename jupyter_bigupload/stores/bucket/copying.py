"""Objects that their store copies itself: in one request, or by parts of a multipart upload."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from ...digests import Digest
from ...errors import (
    BigUploadError,
    Changed,
    DigestMismatch,
    Exists,
    NotFound,
    Unsupported,
)
from ..base import Handle, Store
from ..copying import Original
from ..reading import FileState
from ..retries import retried
from .multipart import Multipart
from .small_objects import ObjectDetails
from .upload import BucketUpload


@dataclass(frozen=True)
class CopySource:
    """An object that is copied, in one state.

    Parameters
    ----------
    bucket : str
        That it is in.
    """

    bucket: str
    key: str
    etag: str


@dataclass(frozen=True)
class PartOfCopy:
    """Bytes `[start, end)` of an object that become part `number` of an upload."""

    key: str
    upload_id: str
    number: int
    start: int
    end: int


class ObjectCopies(Protocol):
    """What a bucket needs of an object store to copy. Each method may raise what `Multipart` does.

    A condition that the source does not meet, and a key that is taken, are both `Exists`.
    """

    #: Bytes of the largest object that is copied in one request.
    whole: int

    @property
    def bucket(self) -> str:
        """The bucket that these copies are in."""
        ...

    def reaches(self, source: ObjectCopies) -> bool:
        """Return whether objects of that bucket can be copied into this one."""
        ...

    async def copy(self, source: CopySource, key: str, *, only_if_free: bool) -> None:
        """Copy a whole object, with all that is said of it."""
        ...

    async def copy_part(self, source: CopySource, part: PartOfCopy) -> Digest:
        """Copy a range of an object as a part of an upload."""
        ...


class BucketCopying:
    """Copies objects into a bucket (see `Copying`).

    Parameters
    ----------
    key_of : Callable
        From a path to its key.
    upload_of : Callable
        From a handle to what it stands for.
    whole : int or None
        Bytes of the largest object that is copied in one request; None for that of its kind.
    """

    def __init__(
        self,
        multipart: Multipart,
        key_of: Callable[[str], str],
        upload_of: Callable[[Handle], BucketUpload],
        whole: int | None = None,
    ) -> None:
        self.multipart = multipart
        self.key_of = key_of
        self._upload_of = upload_of
        #: Bytes of the largest object that is copied in one request.
        self.whole = whole or multipart.copies.whole

    def reaches(self, source: Store) -> bool:
        """Return whether objects of that bucket can be copied into this one."""
        other = getattr(source, "copying", None)
        return isinstance(other, BucketCopying) and self.multipart.copies.reaches(other.multipart.copies)

    async def copy_file(self, original: Original, to: str, *, only_if_free: bool) -> FileState:
        """Copy it on conditions, and look at both afterwards, since not all stores heed these."""
        port, source = _source(original)
        key = self.key_of(to)

        async def copy() -> None:
            await self.multipart.copies.copy(source, key, only_if_free=only_if_free)

        details = self.multipart.small.details
        before, taken = await asyncio.gather(_unchanged(port, source), details(key))
        if taken is not None and only_if_free:
            raise _exists(to, taken)
        try:
            await retried(copy)
        except Exists:
            _, there = await asyncio.gather(_unchanged(port, source), details(key))
            # Also when an earlier try got through, and its answer got lost.
            if there is None or not _surely_same(before, there):
                raise _exists(to, there) from None
        except NotFound:
            await _unchanged(port, source)
            raise
        _, there = await asyncio.gather(_unchanged(port, source), details(key))
        if there is None or not _may_be_same(before, there):
            raise DigestMismatch("The store made another file of it.")
        return FileState(there.size, there.etag, there.modified)

    async def copy_part(self, original: Original, handle: Handle, start: int, end: int) -> Digest:
        """Copy it on the condition that the source is what it was."""
        port, source = _source(original)
        upload = self._upload_of(handle)
        part = PartOfCopy(upload.key, upload.upload_id, upload.plan.number_at(start), start, end)
        try:
            return await retried(lambda: self.multipart.copies.copy_part(source, part))
        except BigUploadError:
            await _unchanged(port, source)
            raise


def _source(original: Original) -> tuple[Multipart, CopySource]:
    copying: BucketCopying | None = getattr(original.store, "copying", None)
    if not isinstance(copying, BucketCopying):
        raise Unsupported("This store copies nothing from there.")
    key = copying.key_of(original.path)
    return copying.multipart, CopySource(copying.multipart.copies.bucket, key, original.state.etag)


async def _unchanged(port: Multipart, source: CopySource) -> ObjectDetails:
    """Return what is known of the source, which is what it was.

    Raises
    ------
    Changed
        When it isn't.
    """
    there = await port.small.details(source.key)
    if there is None or there.etag != source.etag:
        raise Changed("What is copied has changed, or is gone.")
    return there


def _may_be_same(one: ObjectDetails, other: ObjectDetails) -> bool:
    """Return whether nothing that is known of both differs."""
    return one.size == other.size and all(other.has(digest) is not False for digest in one.known)


def _surely_same(one: ObjectDetails, other: ObjectDetails) -> bool:
    return _may_be_same(one, other) and any(other.has(digest) for digest in one.known)


def _exists(path: str, there: ObjectDetails | None) -> Exists:
    return Exists(f"A file named {path!r} exists.", path=path, size=None if there is None else there.size)
