"""Rename a file without replacing another, which POSIX's `rename` would.

Linux has a call that does it in one step. File systems that don't know it (NFS) have hard links; what has
neither (some FUSE mounts) makes do with an empty file that holds the name for a moment.
"""

from __future__ import annotations

import contextlib
import errno
import os

from ...disk.exclusive import LACKING, rename_between
from ...disk.folders import Folder

#: What file systems without hard links answer besides.
_NO_LINKS = LACKING | {errno.EMLINK, errno.EXDEV}


def rename_exclusively(folder: Folder, name: str, new: str) -> None:
    """Rename a file of `folder` to a name that is free.

    Safe to repeat after the process died halfway.

    Raises
    ------
    FileExistsError
        When the name is another file's.
    OSError
        As the operating system reports it.
    """
    try:
        if not rename_between(folder, name, folder, new):
            _rename_by_link(folder, name, new)
    except FileExistsError:
        # A process that died between link and unlink left both names to one file.
        if not os.path.samestat(folder.stat(name), folder.stat(new)):
            raise
        folder.unlink(name)


def _rename_by_link(folder: Folder, name: str, new: str) -> None:
    try:
        folder.link(name, new)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        _rename_over_own(folder, name, new)
    else:
        folder.unlink(name)


def _rename_over_own(folder: Folder, name: str, new: str) -> None:
    """Take the name with an empty file, and replace that. A process that dies in between leaves it empty."""
    os.close(folder.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL))
    try:
        folder.replace(name, new)
    except BaseException:
        with contextlib.suppress(OSError):
            folder.unlink(new)
        raise
