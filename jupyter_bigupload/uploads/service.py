"""The upload service: the few verbs that every protocol is translated into.

It keeps nothing in memory but locks: the record on disk is the state, so that a restart, or a second server
on the same home folder, changes nothing.
"""

from __future__ import annotations

import contextlib
import secrets
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from types import MappingProxyType

from ..digests import Digest, SupportsUpdate, agreed
from ..errors import DigestMissing, Locked, NotFound, OffsetMismatch, Unsupported
from ..stores.base import OnConflict, PartReading
from ..stores.reading import PartialReadable
from ..stores.signing import PartSigner
from .batches import Batches, SignedFiles
from .claims import Claims
from .completion import Completion
from .hooks import CommitHooks
from .lifecycle import Event, State
from .locks import Locks
from .model import Limits, NewUpload, Upload
from .overview import Overview, Page
from .parts import VerifiedPart
from .quota import Quota
from .records.index import Cursor
from .removal.expiry import Expiry
from .removal.finished import FinishedFiles
from .removal.orphans import Orphans
from .removal.removal import Removal
from .repository import UploadRepository
from .verification.checksums import Checksum, Checksums
from .writing.appending import Appending
from .writing.chunk import checked, require_free, require_range
from .writing.concatenation import Concatenation
from .writing.direct import DirectParts
from .writing.writer import BodyWriter


class UploadService:
    """Create, write, status, complete, abort, expire.

    Parameters
    ----------
    signers : Mapping[str, PartSigner]
        The destinations by name to which clients may send parts, and small files, themselves.
    clock : Callable
        Seconds since 1970.
    """

    def __init__(
        self,
        *,
        repository: UploadRepository,
        locks: Locks,
        limits: Limits,
        hooks: CommitHooks,
        signers: Mapping[str, PartSigner] = MappingProxyType({}),
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.limits = limits
        self._claims = Claims(repository, locks, clock)
        self.direct = DirectParts(self._claims, signers)
        self.orphans = Orphans(repository=repository, limits=limits, clock=clock)
        self._repository = repository
        self._removal = Removal(repository)
        self._locks = locks
        self._clock = clock
        self.finished = FinishedFiles(repository, hooks, clock)
        self._completion = Completion(self._claims, limits, hooks)
        self._overview = Overview(repository)
        self.expiry = Expiry(self._claims, limits, self._overview, self._removal)
        self._quota = Quota(self._overview, limits)
        self.checksums = Checksums(repository)
        self.writer = BodyWriter(repository, limits)
        self.batches = Batches(repository, limits, hooks, self._quota, clock)
        self.appending = Appending(self._claims, self.writer, self._quota)
        self.concatenation = Concatenation(self._claims, self.writer)
        self.signed_files = SignedFiles(repository, self.batches, self._quota, signers, clock)

    async def create(
        self, new: NewUpload, *, upload_id: str | None = None, repeatable: bool = False
    ) -> Upload:
        """Start an upload.

        Parameters
        ----------
        upload_id : str, optional
            An id of the caller's choice instead of a random one.
        repeatable : bool
            Whether to return the upload that has this id already, if it is of the same file and place.

        Raises
        ------
        TooLarge, QuotaExceeded
            When the file is over a limit.
        Locked
            When `upload_id` is taken.
        BigUploadError
            When the store doesn't accept the target (see `Store.begin`).
        """
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
            digest=agreed(new.digests, self._repository.store(new.destination).capabilities.checksums),
            metadata=new.metadata,
        )
        async with self._locks.whole(upload.id):
            if upload_id is not None:
                with contextlib.suppress(NotFound):
                    begun = await self._repository.reconcile(await self._repository.load(upload_id))
                    if repeatable and begun.is_of(new):
                        # A server that died may have left it without a place for its bytes.
                        if begun.handle is not None:
                            return begun
                        return await self._repository.claim(await self._repository.load_verified(upload_id))
                    raise Locked("Someone else has just started this upload.")
            # One that is repeated counts already.
            async with self._quota.room_for(new.size):
                return await self._repository.begin(upload)

    async def write(
        self,
        upload_id: str,
        *,
        start: int,
        end: int | None,
        total: int | None,
        body: AsyncIterator[bytes],
        digest: Digest | None = None,
        in_order: bool = False,
    ) -> Upload:
        """Store a body: a chunk, all of it or nothing; a long one without a digest as far as it comes.

        Parameters
        ----------
        start, end : int
            The body's bytes, `[start, end)`; `end` None for one that ends the file, wherever that is.
        total : int or None
            The file's size as the client states it with the chunk.
        digest : Digest or None
            What the client says that the bytes have, of a known algorithm.
        in_order : bool
            Take the chunk only if it starts where the bytes so far end, and never acknowledge it twice: for
            protocols in which one name may have two senders.

        Raises
        ------
        NotFound, NotReceiving, OffsetMismatch, RangeOverlap, LengthMismatch, Malformed, Locked, Checking,
        DigestMissing, DigestMismatch
            As docs/wire.md says.
        """
        async with self._claims.range(upload_id, start, end) as claim:
            upload = claim.upload
            upload.require_receiving()
            in_blocks = digest is None and self.writer.has_blocks(upload, start, end)
            if upload.digest is not None and digest is None and not in_blocks:
                raise DigestMissing(f"Send the chunk's {upload.digest} in a Content-Digest header.")
            require_range(upload, start, end, total)
            if in_order and start != upload.received.prefix:
                raise OffsetMismatch(
                    f"The next byte to send is {upload.received.prefix}, not {start}.",
                    offset=upload.received.prefix,
                )
            limit = await self._quota.most(upload)
            exact = checked(body, end and end - start, limit, claim)
            if end is not None and upload.received.covers(start, end):
                # Sent again because the answer was lost: what is there was acknowledged, and stays.
                async for _ in exact:
                    pass
            else:
                require_free(upload, start, end)
                if in_blocks and end is not None:
                    return await self.writer.write_blocks(claim, start, end, exact)
                upload = await self.writer.write(claim, start, end, exact, digest)
            # A client that repeats the chunk repeats this too.
            await self.writer.flush_acknowledged(upload, start)
            return upload

    async def status(self, upload_id: str) -> Upload:
        """Return the upload.

        Raises
        ------
        NotFound
            When there is none, or no longer.
        Checking
            While its bytes are read back, because the machine was started anew.
        FolderUnavailable
            When the folder in which it was begun is not where it was.
        """
        upload = await self._repository.load_verified(upload_id)
        await self._repository.require_reachable(upload)
        return upload

    async def unfinished(self, after: Cursor | None = None, limit: int | None = None) -> Page:
        """Return uploads that are not done, the oldest first (see `Overview.unfinished`)."""
        return await self._overview.unfinished(after, limit)

    async def complete(
        self,
        upload_id: str,
        on_conflict: OnConflict | None = None,
        *,
        composite: str | None = None,
        digests: Sequence[VerifiedPart] | None = None,
        size: int | None = None,
    ) -> Upload:
        """Give the file its name, durably, and return the upload as done. Safe to repeat.

        Parameters
        ----------
        on_conflict : OnConflict, optional
            Decides a conflict anew that arose after the upload was created.
        composite : str, optional
            What the client made of its chunks' digests (`Parts.composite`).
        digests : Sequence[VerifiedPart], optional
            What it says of the parts that came without one, should its `composite` differ.
        size : int, optional
            The file's bytes, of an upload that began without them.

        Raises
        ------
        Incomplete
            When ranges are missing, or were no longer what they had been when they were read back, or are
            not what the client says in `digests`: these are dropped.
        DigestMissing
            When the client has not said so of parts that came without a digest, although one was agreed on.
        CompositeMismatch
            When the client's `composite` is not the server's.
        Checking
            While the file is read back; complete it again.
        Exists
            When the name is taken; the upload can be completed again with another `on_conflict`.
        Refused
            When a hook did not want the file; the upload has failed.
        """
        return await self._completion.complete(upload_id, on_conflict, composite, digests, size)

    async def abort(self, upload_id: str) -> None:
        """Give an upload up: its writers are ended, its bytes and its record removed.

        Where the bytes can't be reached now, a sweep removes them later.

        Raises
        ------
        NotFound
            When there is none, or no longer.
        NotReceiving
            When it is done: then the file is there, and stays.
        """
        await self._repository.load(upload_id)
        async with self._locks.whole(upload_id, evict="all"):
            await self._removal.remove(await self._repository.load(upload_id), Event.ABORT, self._clock())

    async def forget(self, upload_id: str) -> None:
        """Drop the record of an upload that is done."""
        async with self._locks.whole(upload_id):
            if (await self._repository.load(upload_id)).state is State.DONE:
                await self._repository.delete_record(upload_id)

    async def forget_if_done(self, upload_id: str) -> None:
        """Drop the record of an upload, if there is one, and it is done."""
        with contextlib.suppress(NotFound):
            await self.forget(upload_id)

    async def finished_size(self, destination: str, path: str) -> int | None:
        """Return the bytes of the finished file at `path`, or None when there is none."""
        return await self._repository.store(destination).size(path)

    def verified_by(self, destination: str) -> Sequence[str]:
        """Return the algorithms of digests that a destination itself holds against the bytes of a part."""
        return self._repository.store(destination).capabilities.checksums

    def can_read_back(self, destination: str) -> bool:
        """Return whether a destination can tell what it holds of an unfinished file."""
        return isinstance(self._repository.store(destination), PartReading)

    async def read_back(self, upload_id: str, start: int, end: int, hasher: SupportsUpdate) -> None:
        """Feed `hasher` what the store really holds of `[start, end)` of an unfinished upload.

        Raises
        ------
        NotFound
            When there is none, or its bytes are gone.
        Unsupported
            When its store can't tell.
        """
        store, handle = self._repository.store_and_handle(await self._repository.load(upload_id))
        if not isinstance(store, PartReading):
            raise Unsupported("What is there of the file can't be read back.")
        await store.digest_part(handle, start, end, hasher)

    async def read_partial(self, upload_id: str, start: int, end: int) -> bytes:
        """Return `[start, end)` of an unfinished upload, or the beginning of that.

        What of it has been received is in `status`; other bytes may be anything.

        Raises
        ------
        NotFound
            When there is none, or its bytes are gone.
        Unsupported
            When its store shows nothing of a file before that is complete, as buckets do.
        """
        store, handle = self._repository.store_and_handle(await self._repository.load(upload_id))
        if not isinstance(store, PartialReadable):
            raise Unsupported("Where it is saved, nothing of a file can be read before all of it has come.")
        return await store.read_partial(handle, start, end)

    async def checksum(self, destination: str, path: str, algorithm: str) -> Checksum:
        """Return the digest of the finished file at `path`, or how far it is (see `Checksums.of`)."""
        return await self.checksums.of(destination, path, algorithm)

    async def stop(self) -> None:
        """End what runs in the background."""
        await self.checksums.stop()
        await self._repository.stop()
