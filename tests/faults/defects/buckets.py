"""What a server may do wrong with uploads into buckets."""

from __future__ import annotations

from collections.abc import AsyncIterator
from unittest.mock import patch

from jupyter_bigupload.digests import Digest, SupportsUpdate
from jupyter_bigupload.stores.base import Handle
from jupyter_bigupload.stores.bucket import BucketStore
from jupyter_bigupload.stores.bucket import store as bucket
from jupyter_bigupload.stores.bucket.multipart import Multipart
from jupyter_bigupload.stores.bucket.part_sender import PartSender
from jupyter_bigupload.stores.bucket.upload import BucketUpload
from jupyter_bigupload.testing.store_inputs import digest_of, pieces
from jupyter_bigupload.uploads.lifecycle import Event
from jupyter_bigupload.uploads.model import Upload
from jupyter_bigupload.uploads.parts import Parts
from jupyter_bigupload.uploads.removal.removal import Removal
from jupyter_bigupload.uploads.repository import UploadRepository

from .bytes_of_chunks import flipped, whole

_remove = Removal.remove


def lose_a_part() -> None:
    """Acknowledge the first part of an upload, once, without sending it to the store."""
    patch.object(bucket, "PartSender", _LosingSender).start()


def lose_a_part_unnoticed() -> None:
    """Lose it, and make the object of the others."""

    async def limit_to_store(self: UploadRepository, upload: Upload) -> Upload:
        del self
        return upload

    lose_a_part()
    patch.object(UploadRepository, "limit_to_store", limit_to_store).start()
    patch.object(bucket, "require_parts", lambda found, planned: None).start()
    _know_no_digest_of_the_object()


def send_other_bytes() -> None:
    """Send parts to the store that have a wrong bit, as if that were what had come."""
    patch.object(bucket, "PartSender", _FlippingSender).start()
    _know_no_digest_of_the_object()


def leave_what_was_cancelled() -> None:
    """Remove uploads that are given up from the spool, and not from the store."""

    async def discard(self: BucketStore, handle: Handle) -> None:
        await self._upload(handle).spool.remove()

    patch.object(BucketStore, "discard", discard).start()


def leave_what_was_swept() -> None:
    """Do so with those alone that nobody came back to."""

    async def remove(self: Removal, upload: Upload, event: Event, at: float) -> None:
        if event is Event.EXPIRE:
            leave_what_was_cancelled()
        await _remove(self, upload, event, at)

    patch.object(Removal, "remove", remove).start()


class _LosingSender(PartSender):
    def __init__(self, multipart: Multipart) -> None:
        super().__init__(multipart)
        self._lost: set[str] = set()

    async def send(
        self,
        upload: BucketUpload,
        number: int,
        body: AsyncIterator[bytes],
        digest: Digest,
        hasher: SupportsUpdate | None = None,
    ) -> None:
        if number > 1 or upload.tag in self._lost:
            await super().send(upload, number, body, digest, hasher)
            return
        # Once: a client would send it for ever.
        self._lost.add(upload.tag)
        await whole(body, hasher)


class _FlippingSender(PartSender):
    async def send(
        self,
        upload: BucketUpload,
        number: int,
        body: AsyncIterator[bytes],
        digest: Digest,
        hasher: SupportsUpdate | None = None,
    ) -> None:
        data = flipped(await whole(body, hasher))
        await super().send(upload, number, pieces(data), digest_of(data, digest.algorithm))


def _know_no_digest_of_the_object() -> None:
    """Keep the store from holding the object against what the chunks had."""
    patch.object(Parts, "digest", lambda self: None).start()
