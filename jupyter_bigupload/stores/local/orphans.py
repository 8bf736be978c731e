"""Look below the root for partials that an earlier server, or an earlier place of a folder, left behind.

A tree may have millions of folders, on a file server that others use too. So one call looks at so much and no
more, and the next goes on where it ended.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path

from ...disk.errors import translated
from ...disk.folders import Folder, open_folder
from ...disk.paths import key_in
from ...errors import BigUploadError
from ...threads import in_thread
from ..base import Orphan
from .partial import Partial

#: Entries of folders that one call looks at, but for the rest of the folder that it is in.
_ENTRIES = 50_000
#: Seconds that one call takes, with the same exception.
_SECONDS = 5.0
#: Folders that wait to be looked at; of a wider tree, the rest is not looked at this time.
_WAITING = 100_000
#: Seconds from the start of one round to that of the next.
_ROUND = 24 * 3600.0


class OrphanWalk:
    """A walk through all folders below the root, those near it first, and over again.

    No link is followed, and no other file system entered.

    Parameters
    ----------
    root : Path
        As it really is (`Path.resolve`).
    entries : int
        Entries after which a call ends.
    seconds : float
        Seconds after which it does.
    every : float
        Seconds from the start of one round to that of the next.
    """

    def __init__(
        self, root: Path, *, entries: int = _ENTRIES, seconds: float = _SECONDS, every: float = _ROUND
    ) -> None:
        self._root = root
        self._entries = entries
        self._seconds = seconds
        self._every = every
        self._waiting: deque[str] = deque()
        self._began = -every

    async def find(self, tag: str, before: float) -> Sequence[Orphan]:
        """Return the partials in the folders that it is the turn of (see `OrphanFinding.find_orphans`)."""
        now = time.monotonic()
        if not self._waiting and now - self._began >= self._every:
            self._began = now
            self._waiting.append("")
        entries, until = 0, now + self._seconds
        found: list[Orphan] = []
        while self._waiting and entries < self._entries and time.monotonic() < until:
            folder = self._waiting.popleft()
            # A thread for each folder: whoever else waits for one gets it in between.
            with contextlib.suppress(BigUploadError):  # it went, or may not be looked into
                seen, deeper, orphans = await in_thread(self._look)(folder, tag, before)
                entries += seen
                found += orphans
                self._waiting.extend(deeper[: max(0, _WAITING - len(self._waiting))])
        return found

    def _look(self, path: str, tag: str, before: float) -> tuple[int, list[str], list[Orphan]]:
        """Return how many entries a folder has, the folders in it, and the partials that are looked for."""
        seen = 0
        deeper: list[str] = []
        orphans: list[Orphan] = []
        with translated(), open_folder(self._root, path) as folder:
            device = os.fstat(folder.fd).st_dev
            if device != self._root.stat().st_dev:  # mounted since it was seen
                return seen, deeper, orphans
            with _listed(folder) as entries:
                for entry in entries:
                    seen += 1
                    with contextlib.suppress(FileNotFoundError):  # it went at this moment
                        if entry.is_dir(follow_symlinks=False):
                            if entry.stat(follow_symlinks=False).st_dev == device:
                                deeper.append(f"{path}/{entry.name}" if path else entry.name)
                        elif (key := key_in(entry.name, tag)) and _is_old(entry, before):
                            partial = Partial(path, entry.name, "", entry.inode(), folder.inode)
                            where = f"{path}/{entry.name}" if path else entry.name
                            orphans.append(Orphan(key, where, partial.handle()))
        return seen, deeper, orphans


def _is_old(entry: os.DirEntry[str], before: float) -> bool:
    return entry.is_file(follow_symlinks=False) and entry.stat(follow_symlinks=False).st_mtime < before


@contextlib.contextmanager
def _listed(folder: Folder) -> Iterator[Iterator[os.DirEntry[str]]]:
    fd = os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=folder.fd)
    try:
        with os.scandir(fd) as entries:
            yield entries
    finally:
        os.close(fd)
