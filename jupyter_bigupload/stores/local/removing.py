"""Finished files and empty folders of a folder, removed by descriptor."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from ...disk.errors import translated
from ...disk.folders import NO_FOLDER, Folder, open_folder
from ...disk.paths import Place, locate, partial_name
from ...errors import Changed, FolderMissing
from ...threads import in_thread
from .exclusive import rename_exclusively
from .walk import state_of

#: What removing a folder answers that has something in it.
_NOT_EMPTY = {errno.ENOTEMPTY, errno.EEXIST}


class LocalRemoving:
    """Removes what is below a folder.

    Parameters
    ----------
    root : Path
        The store's, as it really is.
    located : Callable
        Holds open the folder of a path.
    """

    def __init__(
        self, root: Path, located: Callable[[str], AbstractContextManager[tuple[Folder, Place]]]
    ) -> None:
        self._root = root
        self._located = located

    async def remove_file(self, path: str, etag: str, *, key: str) -> None:
        """Set it aside, look at it again, and remove it (see `Removing`)."""
        await in_thread(self._remove_file)(path, etag, key)

    async def remove_folder(self, path: str) -> bool:
        """Remove it, unless something is in it (see `Removing`)."""
        return await in_thread(self._remove_folder)(path)

    def _remove_file(self, path: str, etag: str, key: str) -> None:
        with contextlib.suppress(FolderMissing), self._located(path) as (folder, found):
            try:
                there = folder.stat(found.name)
            except FileNotFoundError:
                return
            changed = Changed(f"{path!r} has changed; it stays.")
            if not stat.S_ISREG(there.st_mode) or state_of(there).etag != etag:
                raise changed
            is_removed = remove_if_as(folder, found.name, there, key)
            if is_removed is False:
                raise changed
            if is_removed:
                folder.sync()

    def _remove_folder(self, path: str) -> bool:
        place = locate(self._root, path)
        with translated():
            try:
                with open_folder(self._root, place.folder) as folder:
                    os.rmdir(place.name, dir_fd=folder.fd)
                    folder.sync()
            except OSError as error:
                if error.errno in _NOT_EMPTY:
                    return False
                if error.errno not in NO_FOLDER:
                    raise
        return True


def remove_if_as(folder: Folder, name: str, there: os.stat_result, key: str) -> bool | None:
    """Set a file aside, look at it again, and remove it if it is as it was when `there` was read.

    What somebody wrote, or put in its place meanwhile, gets its name back. The folder is not flushed.

    Parameters
    ----------
    key : str
        What its hidden name ends with meanwhile.

    Returns
    -------
    bool or None
        Whether it was removed; None when there was nothing.
    """
    aside = partial_name(name, key)
    try:
        folder.replace(name, aside)
    except FileNotFoundError:
        return None
    if _is_as(folder.stat(aside), there):
        folder.unlink(aside)
        return True
    with contextlib.suppress(FileExistsError):
        rename_exclusively(folder, aside, name)
    return False


def _is_as(one: os.stat_result, other: os.stat_result) -> bool:
    # Not the time of the last change to the inode: to rename it is one.
    return os.path.samestat(one, other) and (one.st_mtime_ns, one.st_size) == (
        other.st_mtime_ns,
        other.st_size,
    )
