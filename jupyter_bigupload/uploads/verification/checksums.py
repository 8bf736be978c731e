"""Digests of whole files, for whoever wants to compare them with a file of their own."""

from __future__ import annotations

from dataclasses import dataclass

from ...digests import ALGORITHMS, Digest, Hasher
from ...errors import Checking, Malformed, NotFound
from ...stores.base import PartReading
from ..model import Upload
from ..repository import UploadRepository
from .jobs import Jobs, Meter, StillRunning

#: Seconds that the client of an upload waits for the digest of all that it has sent: less than the minute
#: after which proxies give up. And for how long the digest stays that it has not waited for.
PATIENCE = 45.0
_KEPT = 600.0


@dataclass(frozen=True)
class Checksum:
    """A digest, or how far its computation is.

    Parameters
    ----------
    size : int
        The file's bytes.
    checked : int
        Bytes read so far.
    digest : Digest or None
        None as long as they are not all.
    """

    size: int
    checked: int
    digest: Digest | None


class Checksums:
    """Computes digests in the background.

    Parameters
    ----------
    repository : UploadRepository
        Knows the stores.
    """

    def __init__(self, repository: UploadRepository) -> None:
        self._repository = repository
        self._jobs: Jobs[Checksum] = Jobs()
        self._of_uploads: Jobs[Digest] = Jobs(patience=PATIENCE, kept=_KEPT)

    async def of(self, destination: str, path: str, algorithm: str) -> Checksum:
        """Return the digest of the finished file at `path`, or how far it is by now; then ask again.

        Raises
        ------
        NotFound
            When there is no such file.
        Malformed
            When the algorithm is not known here.
        BigUploadError
            As `Store.digest_file`.
        """
        if algorithm not in ALGORITHMS:
            raise Malformed(f"The algorithm is one of {', '.join(ALGORITHMS)}, not {algorithm!r}.")
        store = self._repository.store(destination)
        size = await store.size(path)
        if size is None:
            raise NotFound("There is no such file.")

        async def compute(meter: Meter) -> Checksum:
            hasher = meter.watch(Hasher(algorithm))
            length = await store.digest_file(path, hasher)
            return Checksum(length, length, hasher.digest)

        try:
            return await self._jobs.result((destination, path, algorithm), compute)
        except StillRunning as running:
            return Checksum(size, running.checked, None)

    async def of_upload(self, upload: Upload, algorithm: str) -> Digest:
        """Return the digest of the bytes that are there of a file which has no name yet.

        Raises
        ------
        Checking
            While it is computed; ask again.
        BigUploadError
            As `PartReading.digest_part`, which its store has to have (see `UploadService.can_read_back`).
        """
        store, handle = self._repository.store_and_handle(upload)
        assert isinstance(store, PartReading)  # noqa: S101  # narrows the type
        size = upload.received.prefix

        async def compute(meter: Meter) -> Digest:
            hasher = meter.watch(Hasher(algorithm))
            await store.digest_part(handle, 0, size, hasher)
            return hasher.digest

        try:
            return await self._of_uploads.result((upload.id, size, algorithm), compute)
        except StillRunning as running:
            message = "The file is held against its digest; ask again."
            raise Checking(message, checked=running.checked, size=size) from None

    async def stop(self) -> None:
        """End all computation."""
        await self._jobs.stop()
        await self._of_uploads.stop()
