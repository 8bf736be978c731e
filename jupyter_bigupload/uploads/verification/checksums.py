"""Digests of finished files, for whoever wants to compare them with a file of their own."""

from __future__ import annotations

from dataclasses import dataclass

from ...digests import ALGORITHMS, Digest, Hasher
from ...errors import Malformed, NotFound
from ..repository import UploadRepository
from .jobs import Jobs, Meter, StillRunning


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

    async def stop(self) -> None:
        """End all computation."""
        await self._jobs.stop()
