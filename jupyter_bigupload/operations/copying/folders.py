"""A folder: all files in it, each for itself, and what becomes of those that can't be copied."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import TypeVar

from ...errors import (
    BigUploadError,
    BucketMissing,
    CredentialsExpired,
    CredentialsMissing,
    NoSpace,
    QuotaExceeded,
)
from ...stores.many import Batching, KnownFile
from ...stores.many import Outcome as Stored
from ...tasks import all_of
from ...uploads import UploadService
from .files import FileCopier, has_name_of
from .small_files import LARGEST, SmallFiles
from .totals import Copied, FileTally, Outcome, Totals
from .tree import Item, Tree, refusal

#: Files that are copied at once, where each takes requests of its own; and where these are all there is.
_AT_ONCE, _REQUESTS_AT_ONCE = 4, 12
#: Files whose names are looked for together.
_LOOKED_FOR = 1000
#: What is true of one file is true of all that follow.
_FOR_ALL = (BucketMissing, CredentialsExpired, CredentialsMissing, NoSpace, QuotaExceeded)

T = TypeVar("T")

#: What else is done with a file that is copied, by its path there.
After = Callable[[Item, str], Awaitable[None]]


class FolderCopier:
    """Copies what is in one folder.

    Parameters
    ----------
    copier : FileCopier
        Copies one file.
    key : str
        What batches are called begins with that: unique to this operation.
    in_batches : bool
        Whether the bytes of small files go through this process, several files at a time.
    hidden : bool
        Whether hidden files may be made in the home folder.
    after : After or None
        Called with each file that is there.
    """

    def __init__(
        self,
        copier: FileCopier,
        uploads: UploadService,
        totals: Totals,
        *,
        key: str,
        in_batches: bool,
        hidden: bool,
        after: After | None = None,
    ) -> None:
        self._copier = copier
        self._uploads = uploads
        self._batches = (f"{key}-{number:x}" for number in itertools.count())
        self._totals = totals
        self._in_batches = in_batches
        self._hidden = hidden
        self._after = after

    async def copy(self, tree: Tree) -> None:
        """Copy all files of `tree`; one that can't be copied does not end the rest.

        Raises
        ------
        CopiedInPart
            When some could not be copied.
        BigUploadError
            When no other file could be either.
        """
        items = [item for item in tree.items if self._is_wanted(item)]
        await self._make_folders(tree)
        for start in range(0, len(items), _LOOKED_FOR):
            await self._copy_some(items[start : start + _LOOKED_FOR])
        self._totals.require_all(len(tree.items))

    async def _copy_some(self, items: Sequence[Item]) -> None:
        free = await self._free(items)
        small = [item for item in items if item.to in free and self._is_small(item)]
        if small:
            await self._copy_small(small)
        together = {item.path for item in small}
        alone = [item for item in items if item.path not in together]
        # Of those that are small, or that a store copies, the requests are what takes long.
        is_quick = [not self._in_batches or self._is_small(item) for item in alone]
        for quick, at_once in ((True, _REQUESTS_AT_ONCE), (False, _AT_ONCE)):
            some = [item for item, one in zip(alone, is_quick, strict=True) if one is quick]
            await _in_lanes(at_once, some, lambda item: self._copy(item, is_free=item.to in free))

    async def _copy_small(self, items: Sequence[Item]) -> None:
        stored: list[tuple[Item, str]] = []

        def done(item: Item, outcome: Stored) -> None:
            if outcome.stored is not None:
                path = outcome.stored.path
                found = Outcome.IDENTICAL if outcome.identical else Outcome.COPIED
                self._totals.counts[found if has_name_of(item.to, path) else Outcome.KEPT_BOTH] += 1
                stored.append((item, path))
            else:
                assert outcome.error is not None  # noqa: S101  # one of both is said
                self._fail(item, outcome.error)
            FileTally(self._totals, item.state.size).settle()

        await SmallFiles(self._copier, self._uploads, self._batches, done).copy(items)
        if self._after is not None:
            await _in_lanes(_REQUESTS_AT_ONCE, stored, lambda one: self._finish(*one))

    async def _copy(self, item: Item, *, is_free: bool) -> None:
        found = Copied(Outcome.COPIED, item.to) if is_free else None
        tally = FileTally(self._totals, item.state.size)
        try:
            copied = await self._copier.copy(item.path, item.state, item.to, tally, found)
        except BigUploadError as error:
            self._fail(item, error)
        else:
            self._totals.counts[copied.outcome] += 1
            await self._finish(item, copied.path)
        tally.settle()

    async def _finish(self, item: Item, path: str) -> None:
        if self._after is not None:
            try:
                await self._after(item, path)
            except BigUploadError as error:
                self._fail(item, error)
            self._totals.alive()

    def _fail(self, item: Item, error: BigUploadError) -> None:
        if isinstance(error, _FOR_ALL):
            raise error
        self._totals.failed.append((item.path, error))

    def _is_wanted(self, item: Item) -> bool:
        error = refusal(self._copier.target, item.to, hidden=self._hidden)
        if error is not None:
            self._totals.skipped.append((item.path, error))
            FileTally(self._totals, item.state.size).settle()
        return error is None

    def _is_small(self, item: Item) -> bool:
        return self._in_batches and item.state.size <= LARGEST

    async def _free(self, items: Sequence[Item]) -> set[str]:
        """Return the targets that are free, where many can be looked for at once."""
        store = self._copier.target.store
        if not isinstance(store, Batching):
            return set()
        known = [KnownFile(item.to, item.state.size) for item in items]
        found = await store.many.find(known, most_read=0)
        self._totals.alive()
        return {item.to for item in items} - {known[one.index].path for one in found}

    async def _make_folders(self, tree: Tree) -> None:
        """Make all folders of the home folder: buckets have none."""
        store = self._copier.target.store
        if not self._copier.target.is_home or not isinstance(store, Batching):
            return
        paths = [f"{tree.to}/{folder}".rstrip("/") for folder in tree.all_folders()]
        wanted = [path for path in paths if refusal(self._copier.target, path, hidden=self._hidden) is None]
        for path, outcome in zip(wanted, await store.many.make_folders(wanted), strict=True):
            if outcome.error is not None:
                if path == tree.to:
                    raise outcome.error
                self._totals.failed.append((path, outcome.error))


async def _in_lanes(at_once: int, things: Iterable[T], work: Callable[[T], Awaitable[None]]) -> None:
    """Do `work` with each thing, `at_once` of them at the same time."""
    left = iter(things)

    async def lane() -> None:
        for thing in left:
            await work(thing)
            await asyncio.sleep(0)

    await all_of(lane() for _ in range(at_once))
