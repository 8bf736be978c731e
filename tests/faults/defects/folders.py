"""What a server may do wrong with uploads into its own folders."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from typing import Any
from unittest.mock import patch

from jupyter_bigupload.digests import Digest, Hasher, SupportsUpdate
from jupyter_bigupload.disk.folders import Folder
from jupyter_bigupload.disk.writing import write_at
from jupyter_bigupload.stores.base import Handle, Part
from jupyter_bigupload.stores.local import LocalStore
from jupyter_bigupload.stores.local import placement as _placement
from jupyter_bigupload.stores.local import store as local
from jupyter_bigupload.testing.store_inputs import digest_of, pieces
from jupyter_bigupload.uploads.model import Upload
from jupyter_bigupload.uploads.service import UploadService

from .bytes_of_chunks import flipped, whole

_parts, _write_part, _write = LocalStore.parts, LocalStore.write_part, UploadService.write


def lose_a_chunk() -> None:
    """Acknowledge the first chunk of every file, and make room for its bytes instead of writing them."""

    def write(fd: int, data: bytes, offset: int) -> None:
        if offset == 0:
            os.posix_fallocate(fd, 0, len(data))
        else:
            write_at(fd, data, offset)

    patch.object(local, "write_at", write).start()


def write_at_the_end() -> None:
    """Acknowledge chunks that are in memory alone until the upload is completed."""
    kept: defaultdict[object, dict[int, bytes]] = defaultdict(dict)

    async def write_part(
        self: LocalStore,
        handle: Handle,
        start: int,
        body: AsyncIterator[bytes],
        hasher: SupportsUpdate,
        **settings: object,
    ) -> Part:
        del self, settings
        data = await whole(body, hasher)
        kept[handle["partial"]][start] = data
        return Part(start, start + len(data))

    async def parts(self: LocalStore, handle: Handle) -> Sequence[Part]:
        for start, data in sorted(kept.pop(handle["partial"], {}).items()):
            await _write_part(self, handle, start, pieces(data), Hasher("sha-256"))
        return await _parts(self, handle)

    patch.object(LocalStore, "write_part", write_part).start()
    patch.object(LocalStore, "parts", parts).start()


def write_other_bytes() -> None:
    """Write chunks with a wrong bit, and digest what had come."""
    patch.object(local, "write_at", lambda fd, data, offset: write_at(fd, flipped(data), offset)).start()


def take_other_bytes() -> None:
    """Digest and write chunks that have a wrong bit, and do not compare that with what the client says."""

    async def write(
        self: UploadService, upload_id: str, *, body: AsyncIterator[bytes], digest: Digest, **settings: Any
    ) -> Upload:
        data = flipped(await whole(body))
        other = digest_of(data, digest.algorithm)
        return await _write(self, upload_id, body=pieces(data), digest=other, **settings)

    patch.object(UploadService, "write", write).start()


def leave_the_partial() -> None:
    """Give a file its name without taking from it the one that it had."""
    patch.object(_placement, "rename_exclusively", Folder.link).start()


def leave_what_was_cancelled() -> None:
    """Remove the records of uploads that are given up, and not their bytes."""

    async def discard(self: LocalStore, handle: Handle) -> None:
        del self, handle

    patch.object(LocalStore, "discard", discard).start()
