"""From paths that were chosen to one download: a file as it is, or an archive of all."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import BigUploadError, FolderMissing, NotFound, TooLarge
from ..stores.base import Store
from ..stores.reading import FileState, RangeReading
from .download import Download
from .files import FileDownload, reading_of
from .selections import Selections
from .zips import Archive, Checksums, Member

#: Files of one archive: each takes about 400 bytes of memory.
_MOST_FILES = 10**6
#: Files that are looked at at once.
_HEADS = 16

#: Returns, for each of many paths, why it may not be seen; None where it may.
Refusals = Callable[[Sequence[str]], Awaitable[Sequence[BigUploadError | None]]]


@dataclass(frozen=True)
class Place:
    """A destination that is downloaded from.

    Parameters
    ----------
    name : str
        Of the destination.
    refusals : Refusals
        Files that may not be seen are left out of folders.
    hidden : bool
        Whether hidden files may be seen.
    """

    name: str
    store: Store
    refusals: Refusals
    hidden: bool


class Downloads:
    """Makes downloads.

    Parameters
    ----------
    folder : Path
        Where selections are kept.
    """

    def __init__(self, folder: Path) -> None:
        self.selections = Selections(folder)
        self._checksums = Checksums()

    async def of(self, place: Place, paths: Sequence[str]) -> Download:
        """Return the download of what is at `paths`, of which nothing has been read.

        One file is itself. Folders, and whatever is more than one, are an archive: of each the path from the
        folder that holds all of them is its name there.

        Parameters
        ----------
        paths : Sequence[str]
            At least one. Those of folders may end with `/`; `/` is all that there is.

        Raises
        ------
        NotFound, FolderMissing
            When there is nothing at one of them.
        TooLarge
            When there are too many files for one archive.
        BigUploadError
            As `RangeReading.head` and `walk`.
        """
        reading = reading_of(place.store)
        if len(paths) == 1 and not paths[0].endswith("/"):
            with contextlib.suppress(NotFound):
                return FileDownload(reading, paths[0], await reading.head(paths[0]))
        chosen = _outermost(paths)
        parent = _common_parent(chosen)
        members = await self._members(place, reading, chosen, len(parent) + 1 if parent else 0)
        named = chosen[0] if len(chosen) == 1 else parent
        name = f"{named.rpartition('/')[2] or place.name}.zip"
        return await Archive.of(
            name, members, destination=place.name, reading=reading, checksums=self._checksums
        )

    async def _members(
        self, place: Place, reading: RangeReading, chosen: Sequence[str], cut: int
    ) -> Sequence[Member]:
        members: list[Member] = []
        for path, state in await _heads(reading, chosen):
            if state is not None:
                members.append(Member(path, cut, state))
                continue
            try:
                async with contextlib.aclosing(reading.walk(path, hidden=place.hidden)) as walk:
                    async for entries in walk:
                        refused = await place.refusals([entry.path for entry in entries])
                        members += [
                            Member(entry.path, cut, entry.state)
                            for entry, why in zip(entries, refused, strict=True)
                            if why is None
                        ]
                        if len(members) > _MOST_FILES:
                            raise TooLarge(
                                f"A download has at most {_MOST_FILES} files; choose fewer.",
                                limit=_MOST_FILES,
                            )
            except FolderMissing:
                raise NotFound(f"There is no file or folder {path!r}.") from None
        # The root itself, when it is empty, has no name.
        return [member for member in members if member.name]


async def _heads(reading: RangeReading, paths: Sequence[str]) -> Sequence[tuple[str, FileState | None]]:
    """Return each path, with what is known of the file there; None where there is no file."""
    turns = asyncio.Semaphore(_HEADS)

    async def head(path: str) -> tuple[str, FileState | None]:
        async with turns:
            with contextlib.suppress(NotFound):
                return path, await reading.head(path)
        return path, None

    if len(paths) == 1:  # it is known to be no file
        return [(paths[0], None)]
    return await asyncio.gather(*map(head, paths))


def _outermost(paths: Sequence[str]) -> Sequence[str]:
    """Return the paths without slashes at their ends, each once, and none that is in another."""
    chosen: list[str] = []
    # With its slash, so that a folder is right in front of what is in it.
    for path in sorted({f"{path.rstrip('/')}/" for path in paths}):
        if path == "/":
            return [""]
        if not (chosen and path.startswith(f"{chosen[-1]}/")):
            chosen.append(path[:-1])
    return chosen


def _common_parent(paths: Sequence[str]) -> str:
    """Return the deepest folder that has all of them; empty for the root."""
    parents = [path.split("/")[:-1] for path in paths]
    common: list[str] = []
    for steps in zip(*parents, strict=False):
        if len(set(steps)) > 1:
            break
        common.append(steps[0])
    return "/".join(common)
