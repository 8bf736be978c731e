"""Many small files in one body: each is an upload of its own, without a record.

What a record is for, to go on later with what is there, costs more than to send such a file again. So nothing
is kept of one that is not done; what a server leaves behind that dies is found by the name of its partial.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Callable, Sequence

from ...errors import BigUploadError, LengthMismatch, Unsupported
from ...stores.base import Target
from ...stores.many import Batching, Found, KnownFile, ManyFiles, Outcome, Removed, SmallFile
from ...threads import Turns, in_thread
from ..hooks import CommitHooks, Saved
from ..model import Limits
from ..quota import Quota, too_large
from ..repository import UploadRepository
from .model import BatchFile, BatchOutcomes, Refusals

#: Bytes of files that are there which one request reads at most.
MOST_READ = 2**28


class Batches:
    """Stores, finds and removes files that come together.

    Parameters
    ----------
    clock : Callable
        Seconds since 1970.
    """

    def __init__(
        self,
        repository: UploadRepository,
        limits: Limits,
        hooks: CommitHooks,
        quota: Quota,
        clock: Callable[[], float],
    ) -> None:
        self._repository = repository
        self._limits = limits
        self._hooks = hooks
        self._quota = quota
        self._clock = clock

    async def write(
        self,
        destination: str,
        folders: Sequence[str],
        files: Sequence[BatchFile],
        refusals: Refusals,
        body: AsyncIterator[bytes],
        *,
        batch: str | None = None,
    ) -> BatchOutcomes:
        """Make `folders`, store `files`, whose bytes come in `body` one behind the other.

        Parameters
        ----------
        refusals : Refusals
            Of the folders, then of the files.
        batch : str or None
            What the keys of its files begin with, for whoever has to find what this leaves when the process
            dies: never the same twice. None for anything.

        Raises
        ------
        Unsupported
            When the destination takes no batches.
        QuotaExceeded
            When all that is unfinished would be over its limit.
        LengthMismatch, Exception
            When `body` ends early or late, or as it raises; the files that came whole before are there.
        """
        many = self._many(destination)
        async with self._quota.room_without_record(sum(file.size for file in files)):
            made = await self._make_folders(destination, many, folders, refusals[: len(folders)])
            small = await self.described(destination, files, refusals[len(folders) :], batch)
            outcomes: list[Outcome] = []
            async for some in many.write(small, exactly(body, sum(file.size for file in files))):
                await self.announce(destination, files[len(outcomes) :][: len(some)], some)
                outcomes += some
        return BatchOutcomes(made, outcomes)

    async def find(self, destination: str, files: Sequence[KnownFile]) -> Sequence[Found]:
        """Return what has the names of `files` (see `ManyFiles.find`).

        Raises
        ------
        Unsupported
            When the destination takes no batches.
        """
        return await self._many(destination).find(files, most_read=MOST_READ)

    async def remove(self, destination: str, files: Sequence[KnownFile], folders: Sequence[str]) -> Removed:
        """Remove files that are as they were sent, and folders that are empty (see `ManyFiles.remove`).

        Raises
        ------
        Unsupported
            When the destination takes no batches.
        """
        many = self._many(destination)
        key = await self._repository.key(secrets.token_hex(8), self._clock())
        removed = await many.remove(files, folders, key=key, most_read=MOST_READ)
        turns = Turns()
        for index in removed.files:
            await self._hooks.after_removal(destination, files[index].path)
            if turns.due:
                await turns.give()
        return removed

    async def announce(
        self, destination: str, files: Sequence[BatchFile], outcomes: Sequence[Outcome]
    ) -> None:
        """Tell others of those of `files` that are there now, and were not before."""
        turns = Turns()
        for file, outcome in zip(files, outcomes, strict=True):
            if outcome.stored is not None and not outcome.identical:
                path = outcome.stored.path
                await self._hooks.after_commit(Saved(destination, path, file.size, file.last_modified))
            if turns.due:
                await turns.give()

    def _many(self, destination: str) -> ManyFiles:
        store = self._repository.store(destination)
        if not isinstance(store, Batching):
            raise Unsupported("This destination takes each file in a request of its own.")
        return store.many

    def _new_id(self) -> str:
        return f"{secrets.token_hex(8)}-{int(self._clock() * 1000):x}"

    async def _make_folders(
        self, destination: str, many: ManyFiles, folders: Sequence[str], refusals: Refusals
    ) -> Sequence[Outcome]:
        refused = list(refusals)
        turns = Turns()
        for index, path in enumerate(folders):
            if refused[index] is None:
                refused[index] = await self._refusal_of_hooks(Saved(destination, path))
            if turns.due:
                await turns.give()
        wanted = [path for path, error in zip(folders, refused, strict=True) if error is None]
        made = iter(await many.make_folders(wanted)) if wanted else iter(())
        outcomes = [next(made) if error is None else Outcome(error=error) for error in refused]
        for outcome in outcomes:
            if outcome.stored is not None and not outcome.identical:
                await self._hooks.after_commit(Saved(destination, outcome.stored.path))
            if turns.due:
                await turns.give()
        return outcomes

    async def described(
        self, destination: str, files: Sequence[BatchFile], refusals: Refusals, batch: str | None = None
    ) -> Sequence[SmallFile]:
        """Return each file as the store is asked for it, those refused that a limit or a hook keeps out."""
        if self._hooks.looks_before(destination):
            refused = list(refusals)
            turns = Turns()
            for index, file in enumerate(files):
                if refused[index] is None:
                    saved = Saved(destination, file.path, file.size, file.last_modified)
                    refused[index] = await self._refusal_of_hooks(saved)
                if turns.due:
                    await turns.give()
            refusals = refused
        tag = await self._repository.records.tag(make=True)
        return await in_thread(self._as_small)(files, refusals, batch or self._new_id(), tag or "")

    def _as_small(
        self, files: Sequence[BatchFile], refusals: Refusals, batch: str, tag: str
    ) -> Sequence[SmallFile]:
        return [
            SmallFile(
                Target(f"{batch}-{number:x}-{tag}", file.path, file.size, file.on_conflict),
                file.digest,
                refused or too_large(file.size, self._limits),
            )
            for number, (file, refused) in enumerate(zip(files, refusals, strict=True))
        ]

    async def _refusal_of_hooks(self, saved: Saved) -> BigUploadError | None:
        try:
            await self._hooks.before_commit(saved)
        except BigUploadError as error:
            return error
        return None


async def exactly(body: AsyncIterator[bytes], length: int) -> AsyncIterator[bytes]:
    """Pass on `length` bytes of `body`.

    Raises
    ------
    LengthMismatch
        When it has fewer, or more, after those that it has.
    """
    left = length
    async for piece in body:
        yield piece[:left] if left < len(piece) else piece
        left -= len(piece)
        if left < 0:
            raise LengthMismatch("The body is longer than its manifest.")
    if left:
        raise LengthMismatch("The body is shorter than its manifest.")
