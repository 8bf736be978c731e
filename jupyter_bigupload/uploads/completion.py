"""The end of an upload: its file gets its name, or stays what it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..errors import (
    CompositeMismatch,
    DigestMismatch,
    DigestMissing,
    Incomplete,
    InconsistentSize,
    LengthMismatch,
    NotFound,
    Refused,
)
from ..stores.base import OnConflict
from .claims import Claim, Claims
from .hooks import CommitHooks
from .lifecycle import Event, State
from .model import Failure, Limits, Upload
from .parts import VerifiedPart

#: Ranges that an answer tells of what is missing: more of them say no more about what to do.
_MOST_RANGES = 1000


class Completion:
    """Completes uploads (see `UploadService.complete`)."""

    def __init__(self, claims: Claims, limits: Limits, hooks: CommitHooks) -> None:
        self._claims = claims
        self._repository = claims.repository
        self._limits = limits
        self._hooks = hooks

    async def complete(
        self,
        upload_id: str,
        on_conflict: OnConflict | None,
        composite: str | None,
        digests: Sequence[VerifiedPart] | None = None,
        size: int | None = None,
    ) -> Upload:
        """Give the file its name, durably, and return the upload as done. Safe to repeat."""
        async with self._claims.whole(upload_id, evict="stalled") as claim:
            upload = claim.upload
            if size is not None and upload.size not in {None, size}:
                raise InconsistentSize(f"This upload has {upload.size} bytes, not {size}.", size=upload.size)
            if upload.state is State.DONE:
                return upload
            upload = await self._drop_lost(claim)
            size = _size(upload, size)
            await self._require_all(claim, upload, size)
            if composite is None or composite != upload.parts.composite():
                upload = await self._drop_wrong(claim, composite, digests)
                await self._require_all(claim, upload, size)
            upload = upload.after(Event.COMPLETE, on_conflict=on_conflict or upload.on_conflict, size=size)
            upload = await self._commit(claim, await claim.save(upload), size)
        await self._hooks.after_commit(upload.saved)
        return upload

    async def _require_all(self, claim: Claim, upload: Upload, size: int) -> None:
        """Return if all `size` bytes are there; else raise Incomplete."""
        missing = upload.received.gaps(size)
        if not missing.ranges:
            return
        if upload.state is State.COMPLETING:
            await claim.save(upload.after(Event.REOPEN))
        raise Incomplete(
            "Not all of the file is there yet.",
            missing=list(missing.ranges[:_MOST_RANGES]),
            missing_bytes=missing.total,
        )

    async def _drop_wrong(
        self, claim: Claim, composite: str | None, digests: Sequence[VerifiedPart] | None
    ) -> Upload:
        """Return the upload without those parts that the client says are not what it sent."""
        upload = claim.upload
        if digests is None:
            if composite is not None:
                raise _mismatch(upload.parts.unconfirmed())
            if upload.parts.unconfirmed():
                raise DigestMissing("Send the composite of all digests, or the digests themselves.")
            return upload
        stated = {(part.start, part.end): part.digest for part in digests}
        wrong = []
        for part in upload.parts:
            digest = stated.get((part.start, part.end))
            if digest is not None and digest.algorithm == part.digest.algorithm:
                if digest != part.digest:
                    wrong.append(part)
            elif not part.confirmed:
                raise DigestMissing(f"Send the {part.digest.algorithm} of bytes {part.start} to {part.end}.")
        if any(part.confirmed for part in wrong) or (composite is not None and not wrong):
            raise _mismatch([])  # what differs was verified when it came: no digest helps any more
        if wrong:
            upload = await claim.save_whole(replace(upload, parts=upload.parts.without(wrong).confirm()))
        return upload

    async def _drop_lost(self, claim: Claim) -> Upload:
        """Return the upload with what its store really holds; what it does not is asked for again."""
        upload = claim.upload
        held = await self._repository.limit_to_store(upload)
        if not upload.parts.parts or not (held.parts.parts or await self._repository.has_bytes(upload)):
            return upload  # there is nothing, or all of it is gone, which the store itself says best
        untouched = await self._repository.watch.untouched(self._repository.store_and_handle(held)[0], held)
        if not untouched or (self._limits.read_back and upload.state is State.RECEIVING):
            held = await self._repository.verify(held)
        if held != upload:
            return await claim.save_whole(held)
        self._repository.watch.forget(upload.id)
        return upload

    async def _commit(self, claim: Claim, upload: Upload, size: int) -> Upload:
        store, handle = self._repository.store_and_handle(upload)
        try:
            await self._hooks.before_commit(upload.saved)
            digest = upload.parts.digest()
            stored = await store.commit(handle, size, upload.on_conflict, digest=digest)
        except (NotFound, LengthMismatch, DigestMismatch, Refused) as error:
            failure = Failure(error.reason, error.message)
            await claim.save(upload.after(Event.FAIL, failure=failure))
            raise
        except BaseException:
            await claim.save(upload.after(Event.REOPEN))
            raise
        upload = upload.after(Event.COMMIT, path=stored.path, updated=self._claims.clock())
        return await claim.save(upload)


def _size(upload: Upload, stated: int | None) -> int:
    """Return the bytes that the file is to have: what was said of them, or what is there."""
    known = upload.size if stated is None else stated
    there = max((part.end for part in upload.parts), default=0)
    if known is not None and there > known:
        raise InconsistentSize(f"{there} bytes of this upload are there: it can't have {known}.", size=there)
    return upload.received.prefix if known is None else known


def _mismatch(unconfirmed: Sequence[VerifiedPart]) -> CompositeMismatch:
    return CompositeMismatch(
        "What is there is not what was sent; upload the file again.",
        unconfirmed=[[part.start, part.end] for part in unconfirmed],
    )
