"""Files and folders that get another path on the same file system, and replace nothing there."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path

from ..errors import FolderMissing, NotFound
from .errors import translated
from .exclusive import LACKING, rename_between
from .folders import NO_FOLDER, Folder, opened_folder
from .paths import locate
from .trees import rename_folder

#: What file systems answer that are not the same, or have no hard links.
_ELSEWHERE = {errno.EXDEV}
_NO_LINKS = LACKING | {errno.EMLINK}


class OnAnotherDisk(Exception):
    """The new path is on another file system: nothing has happened."""


def move(root: Path, path: str, new: str, ready: Callable[[str, os.stat_result], None]) -> str:
    """Give the file or folder at `path` the path `new`, durably, and return the path that it really got.

    Parameters
    ----------
    root : Path
        As it really is (`Path.resolve`); both paths are from there.
    ready : Callable
        Told that path, and what is known of the file or folder, right before.

    Raises
    ------
    OnAnotherDisk
        When it can't be done in one step.
    FileExistsError
        When `new` is another's.
    NotFound
        When there is neither a file nor a folder at `path`.
    FolderMissing, InvalidName, OutsideRoot
        When one of both can't be.
    ReadOnly, NoSpace, StorageFailed
        As the disk has it.
    """
    place, target = locate(root, path), locate(root, new)
    with contextlib.ExitStack() as stack:
        with translated():
            folder = _open(root, place.folder)
            stack.callback(folder.close)
            into = _open(root, target.folder)
            stack.callback(into.close)
        there = _status(folder, place.name, path)
        ready(target.path, there)
        try:
            rename(folder, place.name, into, target.name, is_folder=stat.S_ISDIR(there.st_mode))
        except FileExistsError:
            raise
        except OSError as error:
            if error.errno in _ELSEWHERE:
                raise OnAnotherDisk from None
            with translated():
                raise
        # The new name first: of a power loss in between both names may be left, but not none.
        into.sync()
        folder.sync()
    return target.path


def rename(folder: Folder, name: str, into: Folder, new: str, *, is_folder: bool) -> None:
    """Rename what is in `folder` to a name in `into` that is free.

    Raises
    ------
    FileExistsError
        When the name is another's.
    OSError
        As the operating system reports it; `EXDEV` where it has no way to do so in one step.
    """
    if is_folder:
        rename_folder(folder, name, into, new)
        return
    if rename_between(folder, name, into, new):
        return
    try:
        os.link(name, new, src_dir_fd=folder.fd, dst_dir_fd=into.fd, follow_symlinks=False)
    except OSError as error:
        if error.errno in _NO_LINKS:
            raise OSError(errno.EXDEV, "neither an exclusive rename nor links", new) from None
        raise
    folder.unlink(name)


def _status(folder: Folder, name: str, path: str) -> os.stat_result:
    """Return what is known of a file or a folder, which is what has the name."""
    with contextlib.suppress(FileNotFoundError):
        found = folder.stat(name)
        if stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode):
            return found
    raise NotFound(f"There is no file and no folder {path!r}.")


def _open(root: Path, path: str) -> Folder:
    try:
        return opened_folder(root, path)
    except OSError as error:
        if error.errno in NO_FOLDER:
            raise FolderMissing(f"There is no folder {path!r} any more.") from None
        raise
