"""What has the keys of many files: a list of what is below their folder, a look at what may be identical."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from ....errors import BigUploadError
from ...many import Found, Kind, KnownFile
from ..small_objects import SmallObjects

T = TypeVar("T")

#: So few files are looked at one by one, whatever else may be in their folder.
_FEW = 32
#: Pages of a list that are asked for; files that are not on them are looked at one by one.
_MOST_PAGES = 300
#: Requests at once.
_AT_ONCE = 16
#: Objects that are looked at, in one request, to tell whether they are identical.
_MOST_LOOKS = 2_000


class Lookup:
    """Looks for `files`.

    Parameters
    ----------
    key_of : Callable
        From a path to its key.
    """

    def __init__(
        self, objects: SmallObjects, key_of: Callable[[str], str], files: Sequence[KnownFile]
    ) -> None:
        self._objects = objects
        self._files = files
        self._wanted: dict[str, list[int]] = {}
        for index, file in enumerate(files):
            try:
                self._wanted.setdefault(key_of(file.path), []).append(index)
            except BigUploadError:  # no object could have it
                continue
        self._found: dict[int, Found] = {}

    async def find(self) -> Sequence[Found]:
        """Return what was found, in the order of the files."""
        if len(self._wanted) <= _FEW or not await self._list():
            left = [key for key, indices in self._wanted.items() if indices[0] not in self._found]
            await at_once(self._look(key) for key in left)
        unsure = [key for key, indices in self._wanted.items() if any(map(self._may_be_same, indices))]
        await at_once(self._look(key) for key in unsure[:_MOST_LOOKS])
        return [self._found[index] for index in sorted(self._found)]

    async def _list(self) -> bool:
        """List all that is below the folder that the files have in common; return whether that was all."""
        # What the first and the last have in common have all that are in between.
        pairs = zip(min(self._wanted), max(self._wanted), strict=False)
        common = "".join(one for one, _ in itertools.takewhile(lambda pair: pair[0] == pair[1], pairs))
        prefix = common[: common.rfind("/") + 1]
        page: str | None = None
        for _ in range(_MOST_PAGES):
            objects, page = await self._objects.list_all(prefix, page)
            for one in objects:
                for index in self._wanted.get(one.key, ()):
                    self._found[index] = Found(index, Kind.FILE, one.size, one.modified)
            if page is None:
                return True
        return False

    async def _look(self, key: str) -> None:
        there = await self._objects.details(key)
        for index in self._wanted[key]:
            if there is None:
                self._found.pop(index, None)
                continue
            found = Found(index, Kind.FILE, there.size, there.modified)
            digest = self._files[index].digest
            if digest is not None and there.size == self._files[index].size:
                found = replace(found, identical=there.has(digest))
            self._found[index] = found

    def _may_be_same(self, index: int) -> bool:
        found, file = self._found.get(index), self._files[index]
        return (
            found is not None
            and found.identical is None
            and file.digest is not None
            and found.size == file.size
        )


async def at_once(work: Iterable[Awaitable[T]]) -> list[T]:
    """Return the results of `work`, of which some is done at once, in its order."""
    turns = asyncio.Semaphore(_AT_ONCE)

    async def one(each: Awaitable[T]) -> T:
        async with turns:
            return await each

    return await asyncio.gather(*(one(each) for each in work))
