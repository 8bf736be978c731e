"""What a local store does with many files at once (see `ManyFiles`), in threads."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from ....disk.errors import translated
from ....disk.open_file import finished
from ....errors import BigUploadError
from ....threads import in_bytes_thread, in_thread
from ...base import Stored
from ...many import Found, KnownFile, Outcome, Removed, SmallFile
from .batch import Batch
from .lookup import Lookup
from .needed_folders import NeededFolders
from .removal import Removal
from .shared import Shared

#: Files that are looked for, or folders that are made, before whoever else waits for a thread gets it.
_AT_ONCE = 2_000
#: Files that are read, or removed, before.
_READ_AT_ONCE = 50


class LocalManyFiles:
    """Many files below a folder.

    Parameters
    ----------
    root : Path
        As it really is (`Path.resolve`).
    min_free_space : int
        Bytes of its disk that uploads leave free.
    """

    def __init__(self, root: Path, min_free_space: int = 0) -> None:
        self._root = root
        self._min_free_space = min_free_space
        self._shared = Shared(root)

    async def write(
        self, files: Sequence[SmallFile], body: AsyncIterator[bytes]
    ) -> AsyncIterator[Sequence[Outcome]]:
        """Write them beside their targets, and flush and rename many together (see `ManyFiles`)."""
        batch = Batch(self._root, files, self._min_free_space, self._shared)
        take, finish = in_bytes_thread(batch.take), in_bytes_thread(batch.finish)
        failure: Exception | None = None
        taking: asyncio.Task[Sequence[Outcome]] | None = None
        try:
            async for piece in body:
                taking = asyncio.ensure_future(take(piece))
                yield await finished(taking)
        except Exception as error:  # noqa: BLE001  # whatever ends a body
            failure = error
        except BaseException:
            # Cancelled: a thread may still be at the last piece.
            if taking is not None:
                await asyncio.wait([taking])
            await asyncio.shield(finish())
            raise
        # What came whole before a body broke off is as good as if it had come alone.
        yield await finished(asyncio.ensure_future(finish()))
        if failure is not None:
            raise failure

    async def make_folders(self, paths: Sequence[str]) -> Sequence[Outcome]:
        """Make them, and flush those that they are in (see `ManyFiles`)."""
        outcomes: list[Outcome] = []
        for start in range(0, len(paths), _AT_ONCE):
            outcomes += await in_thread(self._make_folders)(paths[start : start + _AT_ONCE])
        return outcomes

    async def find(self, files: Sequence[KnownFile], *, most_read: int) -> Sequence[Found]:
        """Look for their names folder by folder, then read those of the same size (see `ManyFiles`)."""
        lookup = Lookup(self._root, files)
        while await in_thread(lookup.look)(_AT_ONCE):
            pass
        while await in_bytes_thread(lookup.compare)(_READ_AT_ONCE, most_read):
            pass
        return lookup.found()

    async def remove(
        self, files: Sequence[KnownFile], folders: Sequence[str], *, key: str, most_read: int
    ) -> Removed:
        """Read and remove them folder by folder (see `ManyFiles`)."""
        removal = Removal(self._root, files, key, most_read)
        while await in_bytes_thread(removal.remove)(_READ_AT_ONCE):
            pass
        deepest_first = sorted(set(folders), key=lambda path: path.count("/"), reverse=True)
        for start in range(0, len(deepest_first), _AT_ONCE):
            await in_thread(removal.remove_folders)(deepest_first[start : start + _AT_ONCE])
        return removal.done()

    def _make_folders(self, paths: Sequence[str]) -> Sequence[Outcome]:
        shared = self._shared
        with shared.writing():
            since = shared.begin()
            try:
                folders = NeededFolders(
                    self._root, shared.new, lambda fds, devices: shared.flush(fds, devices, since)
                )
                outcomes = [_made(folders, path) for path in paths]
                folders.sync()
            finally:
                shared.end()
        return outcomes


def _made(folders: NeededFolders, path: str) -> Outcome:
    try:
        with translated():
            real, missing = folders.make_one(path)
            return Outcome(Stored(real, 0), identical=not missing)
    except BigUploadError as error:
        return Outcome(error=error)
