"""The last step of a local upload: a finished partial gets its name, durably and in one step."""

from __future__ import annotations

import contextlib
import os
import stat

from ...disk.folders import Folder
from ...errors import Exists, FolderUnavailable, LengthMismatch, NotFound
from ..base import OnConflict
from ..numbering import numbered
from .exclusive import rename_exclusively
from .partial import Partial


def place(folder: Folder, partial: Partial, size: int, on_conflict: OnConflict) -> str:
    """Give the partial in the open `folder` its target's name, and return the name that it got.

    Safe to repeat: also after a death right behind the rename.

    Raises
    ------
    Exists
        When the name is taken and may not be replaced, or belongs to a folder.
    NotFound
        When the partial is gone.
    FolderUnavailable
        When `folder` is not the one that it was made in.
    LengthMismatch
        When it has fewer than `size` bytes; more are cut off.
    OSError
        As the operating system reports it.
    """
    try:
        fd = partial.open(folder, os.O_RDWR)
    except (NotFound, FolderUnavailable):
        # A server that died after the rename left no partial: then the target is that very file.
        name = _placed(folder, partial, size)
        if name is None:
            raise
    else:
        try:
            _make_ready(fd, folder, partial, size, on_conflict)
        finally:
            os.close(fd)
        name = rename(folder, partial, on_conflict)
    folder.sync()
    return name


def _make_ready(fd: int, folder: Folder, partial: Partial, size: int, on_conflict: OnConflict) -> None:
    length = os.fstat(fd).st_size
    if length < size:
        raise LengthMismatch(f"The unfinished file has {length} bytes instead of {size}.")
    if length > size:
        # Of a longer body that broke off, or somebody else's: nobody was told that they are there.
        os.ftruncate(fd, size)
    if on_conflict is OnConflict.REPLACE:
        keep_mode(fd, folder, partial.target)
    os.fsync(fd)


def keep_mode(fd: int, folder: Folder, name: str) -> None:
    """Give the new file the permissions of the one that it replaces, but no right to act as its owner."""
    with contextlib.suppress(OSError):
        found = folder.stat(name)
        if stat.S_ISREG(found.st_mode):
            os.fchmod(fd, found.st_mode & 0o777)


def rename(folder: Folder, partial: Partial, on_conflict: OnConflict) -> str:
    """Give a partial that is on the disk its target's name, and return the name that it got.

    Raises
    ------
    Exists, OSError
        As `place`.
    """
    if on_conflict is OnConflict.REPLACE:
        try:
            folder.replace(partial.name, partial.target)
        except IsADirectoryError:
            raise _taken(folder, partial) from None
        # POSIX renames nothing when both names are one file's already, as a server leaves them that died
        # halfway through `rename_exclusively`.
        folder.unlink(partial.name)
        return partial.target
    for name in numbered(partial.target) if on_conflict is OnConflict.RENAME else [partial.target]:
        with contextlib.suppress(FileExistsError):
            rename_exclusively(folder, partial.name, name)
            return name
    raise _taken(folder, partial)


def _taken(folder: Folder, partial: Partial) -> Exists:
    """Return the error for a name that is taken, with what is there."""
    path = f"{partial.folder}/{partial.target}" if partial.folder else partial.target
    try:
        there = folder.stat(partial.target)
    except FileNotFoundError:  # just now
        return Exists(f"A file named {partial.target!r} was there.", path=path, size=None)
    if stat.S_ISDIR(there.st_mode):
        return Exists(f"{partial.target!r} is a folder.", path=path, size=None)
    size = there.st_size if stat.S_ISREG(there.st_mode) else None
    return Exists(f"A file named {partial.target!r} exists.", path=path, size=size)


def _placed(folder: Folder, partial: Partial, size: int) -> str | None:
    """Return the name that the partial got before, if it did."""
    for name in numbered(partial.target):
        try:
            found = folder.stat(name)
        except FileNotFoundError:
            return None
        # An inode alone may have been given to another file since.
        if (found.st_ino, found.st_size) == (partial.inode, size):
            return name
    return None
