"""A bucket: files in an object store's multipart uploads, whichever kind of store it is (`multipart.py`).

A chunk that is just one part goes straight on to the store, which verifies it. All others are gathered in
files (`spool.py`) until they are parts.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path
from weakref import WeakValueDictionary

from ...digests import Digest, SupportsUpdate
from ...errors import Changed, Exists, InvalidName, LengthMismatch, Malformed, NotFound, TooLarge
from ..base import Capabilities, Handle, OnConflict, Part, Stored, Target, WriteObserver
from ..signing import FileSigner, SignedRequest
from .beginning import Beginning
from .copying import BucketCopying
from .keys import key_of
from .many import BucketManyFiles
from .multipart import Multipart, RemoteObject
from .part_plan import PartPlan, fitting_part_size
from .part_sender import PartSender
from .reading import BucketReading
from .removing import BucketRemoving
from .spool import Spool
from .upload import BucketUpload, lengths_of, require_parts


class BucketStore:
    """A bucket below a prefix, as a `Store`, a `PartSigner` and `SigningFiles`.

    Parameters
    ----------
    multipart : Multipart
        The object store.
    prefix : str
        Without a slash at either end; empty for all of the bucket.
    spool : Path
        Folder in which chunks that are no whole parts are gathered; made when it is needed.
    part_size : int or None
        Bytes of a part; None to plan by the size of the file.
    max_parts, max_size : int or None
        Most parts of an object, and its most bytes, where the store takes other than its kind does.
    max_copy : int or None
        Bytes of the largest object that the store copies in one request, where that is not as usual.
    min_free_space : int
        Bytes that stay free on the disk of `spool`.
    """

    def __init__(
        self,
        multipart: Multipart,
        *,
        prefix: str,
        spool: Path,
        part_size: int | None = None,
        max_parts: int | None = None,
        max_size: int | None = None,
        max_copy: int | None = None,
        min_free_space: int = 0,
    ) -> None:
        self._multipart = multipart
        self._root = f"{prefix}/" if prefix else ""
        self._spool = spool
        self._part_size = part_size
        self._min_free_space = min_free_space
        self._beginning = Beginning(multipart, self._key)
        self._sender = PartSender(multipart)
        #: Its ways with many files at once (see `Batching`).
        self.many = BucketManyFiles(multipart, self._key)
        #: Its way to read finished objects (see `Readable`).
        self.reading = BucketReading(multipart, self._root)
        #: Its way to have the store copy them (see `CopyingItself`).
        self.copying = BucketCopying(multipart, self._key, self._upload, max_copy)
        #: Its way to remove them (see `Removable`).
        self.removing = BucketRemoving(multipart, self._root, self._key)
        # Some stores check that a key is free, and take it later: of two at once, both may get it.
        self._naming: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._limits = replace(
            multipart.limits,
            max_parts=max_parts or multipart.limits.max_parts,
            max_size=max_size or multipart.limits.max_size,
        )
        self.capabilities = Capabilities(checksums=multipart.checksums, remote=True)

    async def begin(self, target: Target) -> Handle:
        """Begin a multipart upload (see `Store`)."""
        part_size = fitting_part_size(target.size, self._limits, self._part_size)
        plan = PartPlan(part_size, target.size)
        upload = await self._beginning.begin(target, plan, self._spool_of(target.key, plan))
        handle: dict[str, str | int] = {
            "key": upload.tag,
            "path": upload.path,
            "upload_id": upload.upload_id,
            "part_size": part_size,
        }
        return handle if target.size is None else {**handle, "size": target.size}

    def part_size(self, handle: Handle) -> int:
        """Return the bytes of the upload's parts (see `Gathering`)."""
        return int(handle["part_size"])

    async def write_part(
        self,
        handle: Handle,
        start: int,
        body: AsyncIterator[bytes],
        hasher: SupportsUpdate,
        *,
        end: int | None = None,
        digest: Digest | None = None,
        observer: WriteObserver | None = None,
    ) -> Part:
        """Send a whole part straight on; gather any other chunk (see `Store`)."""
        upload = self._upload(handle)
        number = None if end is None else upload.plan.whole_part(start, end)
        if number is None or digest is None or digest.algorithm not in self._multipart.checksums:
            body = _limited(body, self._largest(upload.plan) - start)
            return Part(start, await upload.spool.write(start, body, hasher))
        await upload.spool.require_present()
        await self._sender.send(upload, number, body, digest, hasher)
        await upload.spool.drop(number)  # what an earlier try may have left
        return Part(start, upload.plan.end(number))

    async def flush_acknowledged(self, handle: Handle, received: Sequence[Part]) -> None:
        """Send the parts that are whole by now (see `Gathering`)."""
        upload = self._upload(handle)
        whole = [number for number in await upload.spool.lengths() if upload.whole(number, received)]
        if whole:
            there = await self._multipart.list_parts(upload.key, upload.upload_id)
            await self._sender.send_spooled(upload, whole, lengths_of(there))

    async def parts(self, handle: Handle) -> Sequence[Part]:
        """Return what the object store has, and what is gathered here (see `Store`)."""
        upload = self._upload(handle)
        plan = upload.plan
        try:
            spooled = await upload.spool.lengths()
            sent = lengths_of(await self._multipart.list_parts(upload.key, upload.upload_id))
        except NotFound:
            return []
        held = sorted({**spooled, **sent}.items())
        return [Part(start, start + length) for number, length in held for start in [plan.start(number)]]

    async def commit(
        self, handle: Handle, size: int, on_conflict: OnConflict, *, digest: Digest | None = None
    ) -> Stored:
        """Send what is still here, and make the object of all parts (see `Store`)."""
        upload = self._upload({**handle, "size": size})
        only_if_free = on_conflict is not OnConflict.REPLACE
        try:
            await self._complete(upload, digest, only_if_free=only_if_free)
        except (Exists, NotFound):
            # Also when an earlier try got through, and its answer got lost.
            there = await self._multipart.head(upload.key)
            if there is None or there.tag != upload.tag:
                await upload.spool.require_present()
                raise _not_ours(upload, there if only_if_free else None) from None
            if there.size != size:
                raise LengthMismatch(f"The object has {there.size} bytes instead of {size}.") from None
        await upload.spool.remove()
        return Stored(upload.path, size)

    async def discard(self, handle: Handle) -> None:
        """Abort the multipart upload (see `Store`)."""
        upload = self._upload(handle)
        with contextlib.suppress(NotFound):
            await self._multipart.abort(upload.key, upload.upload_id)
        await upload.spool.remove()

    async def size(self, path: str) -> int | None:
        """Return the bytes of the object at `path` (see `Store`)."""
        there = await self._multipart.head(self._key(path))
        return None if there is None else there.size

    async def digest_file(self, path: str, hasher: SupportsUpdate) -> int:
        """Read the object at `path` (see `Store`)."""
        return await self._multipart.digest_object(self._key(path), hasher)

    async def known_digests(self, path: str, etag: str) -> Sequence[Digest]:
        """Look at the object, which has digests of its own (see `KnowingDigests`)."""
        there = await self._multipart.small.details(self._key(path))
        if there is None or there.etag != etag:
            raise Changed("The object has changed.")
        return there.known

    def require_part(self, handle: Handle, start: int, end: int) -> None:
        """Check that `[start, end)` is a whole part of the upload (see `PartSigner`)."""
        _part_number(self._upload(handle), start, end)

    async def sign_part(self, handle: Handle, start: int, end: int, digest: Digest | None) -> SignedRequest:
        """Sign the sending of a whole part (see `PartSigner`)."""
        upload = self._upload(handle)
        number = _part_number(upload, start, end)
        await upload.spool.require_present()
        return await self._multipart.sign(upload.key, upload.upload_id, number, end - start, digest)

    async def sign_probe(self) -> SignedRequest:
        """Sign the sending of a part that no upload wants (see `PartSigner`)."""
        return await self._multipart.sign_probe()

    @property
    def file_signer(self) -> FileSigner:
        """Who lets others put objects (see `SigningFiles`)."""
        return self.many.signer

    def _key(self, path: str) -> str:
        if not path or path.endswith("/"):
            raise InvalidName("The file has no name.")
        return key_of(self._root, path)

    def _largest(self, plan: PartPlan) -> int:
        """Return the most bytes that the file can have; one whose size was known fitted when it began."""
        if plan.size is not None:
            return plan.size
        return min(plan.part_size * self._limits.max_parts, self._limits.max_size)

    def _spool_of(self, tag: str, plan: PartPlan) -> Spool:
        return Spool(self._spool / tag, plan, self._min_free_space)

    def _upload(self, handle: Handle) -> BucketUpload:
        path, tag = str(handle["path"]), str(handle["key"])
        plan = PartPlan(int(handle["part_size"]), int(handle["size"]) if "size" in handle else None)
        upload_id = str(handle["upload_id"])
        return BucketUpload(path, self._key(path), upload_id, tag, plan, self._spool_of(tag, plan))

    async def _complete(self, upload: BucketUpload, digest: Digest | None, *, only_if_free: bool) -> None:
        planned = upload.plan.lengths()
        spooled = await upload.spool.lengths()
        parts = await self._multipart.list_parts(upload.key, upload.upload_id)
        # What the store has whole is not sent again, whatever is still in the spool.
        require_parts({**spooled, **lengths_of(parts)}, planned)
        if spooled:
            await self._sender.send_spooled(upload, spooled, lengths_of(parts))
            parts = await self._multipart.list_parts(upload.key, upload.upload_id)
        require_parts(lengths_of(parts), planned)
        async with self._naming.setdefault(upload.key, asyncio.Lock()):
            await self._multipart.complete(
                upload.key,
                upload.upload_id,
                parts,
                only_if_free=only_if_free,
                tag=upload.tag,
                content_type=upload.content_type,
                digest=digest,
            )


def _part_number(upload: BucketUpload, start: int, end: int) -> int:
    number = upload.plan.whole_part(start, end)
    if number is None:
        size = upload.plan.part_size
        raise Malformed(f"[{start}, {end}) is no part of this upload; parts have {size} bytes.")
    return number


def _not_ours(upload: BucketUpload, there: RemoteObject | None) -> Exists | NotFound:
    """Return the error for an upload that can't be completed, with what is `there` instead."""
    if there is None:
        return NotFound("The upload is no longer there.")
    message = f"A file named {upload.path!r} exists."
    return Exists(message, path=upload.path, size=there.size, can_rename=False)


async def _limited(body: AsyncIterator[bytes], most: int) -> AsyncIterator[bytes]:
    """Yield `body`, as long as it is no more than `most` bytes."""
    async for piece in body:
        most -= len(piece)
        if most < 0:
            raise TooLarge("This is more than the file, or a file of this store, can hold.")
        yield piece
