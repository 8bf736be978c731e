"""Many small files in one body: each is an upload of its own, without a record.

What a record is for, to go on later with what is there, costs more than to send such a file again. So nothing
is kept of one that is not done; what a server leaves behind that dies is found by the name of its partial.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace

from ..digests import Digest
from ..errors import BigUploadError, TooLarge, Unsupported
from ..stores.base import Batching, OnConflict, Outcome, SmallFile, Target
from .hooks import CommitHooks
from .lifecycle import State
from .model import Limits, Upload
from .repository import UploadRepository


@dataclass(frozen=True)
class BatchFile:
    """One file of a batch, as its client describes it.

    Parameters
    ----------
    path : str
        Path of the file from the destination's root, with `/`; missing folders are made.
    size : int
        Bytes.
    digest : Digest or None
        What its bytes have, of a known algorithm.
    refused : BigUploadError or None
        Why it may not be there, as far as that is known before.
    """

    path: str
    size: int
    digest: Digest | None = None
    on_conflict: OnConflict = OnConflict.FAIL
    refused: BigUploadError | None = None


class Batches:
    """Stores files that come together.

    Parameters
    ----------
    clock : Callable
        Seconds since 1970.
    """

    def __init__(
        self, repository: UploadRepository, limits: Limits, hooks: CommitHooks, clock: Callable[[], float]
    ) -> None:
        self._repository = repository
        self._limits = limits
        self._hooks = hooks
        self._clock = clock

    async def write(
        self, destination: str, files: Sequence[BatchFile], body: AsyncIterator[bytes]
    ) -> Sequence[Outcome]:
        """Store `files`, whose bytes come in `body` one behind the other, and return what became of each.

        Raises
        ------
        Unsupported
            When the destination takes no batches.
        Exception
            As `body`; the files that came whole before are there.
        """
        store = self._repository.store(destination)
        if not isinstance(store, Batching):
            raise Unsupported("This destination takes each file in a request of its own.")
        now = self._clock()
        batch = f"{secrets.token_hex(8)}-{int(now * 1000):x}"
        tag = await self._repository.records.tag(make=True)
        uploads = [
            Upload(
                id=f"{batch}-{number:x}",
                destination=destination,
                path=file.path,
                size=file.size,
                last_modified=None,
                on_conflict=file.on_conflict,
                created=now,
                updated=now,
            )
            for number, file in enumerate(files)
        ]
        small = [
            SmallFile(
                Target(f"{upload.id}-{tag}", upload.path, file.size, upload.on_conflict),
                file.digest,
                await self._refusal(upload, file),
            )
            for upload, file in zip(uploads, files, strict=True)
        ]
        outcomes: list[Outcome] = []
        async for some in store.write_files(small, body):
            for outcome in some:
                upload = uploads[len(outcomes)]
                outcomes.append(outcome)
                if outcome.stored is not None and not outcome.identical:
                    done = replace(upload, state=State.DONE, path=outcome.stored.path)
                    await self._hooks.after_commit(done)
        return outcomes

    async def _refusal(self, upload: Upload, file: BatchFile) -> BigUploadError | None:
        """Return why a file may not be there, or None."""
        most = self._limits.max_upload_size
        if file.refused is not None:
            return file.refused
        if most and file.size > most:
            return TooLarge(f"The file has {file.size} bytes; this server allows {most}.", limit=most)
        try:
            await self._hooks.before_commit(upload)
        except BigUploadError as error:
            return error
        return None
