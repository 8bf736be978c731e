"""Small files that clients send straight to a store, many at once: signed, and confirmed by what is there."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence

from ...errors import BigUploadError, Unsupported
from ...stores.base import Target
from ...stores.many import Outcome, SmallFile
from ...stores.signing import FileSigner, SignedRequest, SigningFiles
from ..quota import Quota
from ..repository import UploadRepository
from .batches import Batches
from .model import BatchFile, Refusals, SentFile, SignedFile


class SignedFiles:
    """Signs files under the conditions of a batch, and tells what became of them as a batch does.

    Nothing is kept of them but how many bytes may be on their way.

    Parameters
    ----------
    direct : Container[str]
        The names of destinations to which clients may send bytes themselves.
    clock : Callable
        Seconds since 1970.
    """

    def __init__(
        self,
        repository: UploadRepository,
        batches: Batches,
        quota: Quota,
        direct: Container[str],
        clock: Callable[[], float],
    ) -> None:
        self._repository = repository
        self._batches = batches
        self._quota = quota
        self._direct = direct
        self._clock = clock

    async def sign(
        self, destination: str, files: Sequence[BatchFile], refusals: Refusals
    ) -> Sequence[SignedFile | BigUploadError | None]:
        """Return for each file how a client may send it, or why it may not; None where only in a batch.

        Raises
        ------
        Unsupported
            When clients may not send files there themselves.
        QuotaExceeded
            When all that is unfinished would be over its limit.
        """
        signer = self._signer(destination)
        small = await self._batches.described(destination, files, refusals)
        answers = await signer.sign_files(small)
        signed: list[SignedFile | BigUploadError | None] = [
            SignedFile(file.target.key, answer) if isinstance(answer, SignedRequest) else answer
            for file, answer in zip(small, answers, strict=True)
        ]
        sizes = {
            one.id: file.size for one, file in zip(signed, files, strict=True) if isinstance(one, SignedFile)
        }
        until = max((one.request.expires for one in signed if isinstance(one, SignedFile)), default=0.0)
        await self._quota.reserve(sizes, now=self._clock(), until=until)
        return signed

    async def confirm(
        self, destination: str, files: Sequence[SentFile], refusals: Refusals
    ) -> Sequence[Outcome]:
        """Return what became of each file, by what the store has now. Safe to repeat.

        Raises
        ------
        Unsupported
            When clients may not send files there themselves.
        """
        signer = self._signer(destination)
        small = [
            SmallFile(Target(sent.id, file.path, file.size, file.on_conflict), file.digest, refused)
            for sent, refused in zip(files, refusals, strict=True)
            for file in [sent.file]
        ]
        outcomes = await signer.confirm_files(small)
        # Also of those that did not arrive: whoever sends them again has them signed again.
        self._quota.release(sent.id for sent in files)
        await self._batches.announce(destination, [sent.file for sent in files], outcomes)
        return outcomes

    def _signer(self, destination: str) -> FileSigner:
        store = self._repository.store(destination)
        if destination not in self._direct or not isinstance(store, SigningFiles):
            raise Unsupported(f"Files can't be sent to {destination!r} past this server.")
        return store.file_signer
