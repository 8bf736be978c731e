"""Rename without replacing what has the new name, where the system has a call for that (Linux)."""

from __future__ import annotations

import ctypes
import errno
import os

from .folders import Folder

_RENAME_NOREPLACE = 1
#: None on systems that don't have it.
_renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
#: What file systems and systems answer that lack a call. Some say only that it isn't permitted: then the next
#: way down finds out whether the rename itself is meant.
LACKING = {errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.EPERM}


def rename_between(folder: Folder, name: str, into: Folder, new: str) -> bool:
    """Rename what is in `folder` to a name in `into` that is free; return whether that can be done here.

    Raises
    ------
    FileExistsError
        When the name is another's.
    OSError
        As the operating system reports it.
    """
    if _renameat2 is None:
        return False
    if _renameat2(folder.fd, os.fsencode(name), into.fd, os.fsencode(new), _RENAME_NOREPLACE) == 0:
        return True
    code = ctypes.get_errno()
    if code in LACKING:
        return False
    raise OSError(code, os.strerror(code), new)
