"""Bytes from one file to another of the same disk."""

from __future__ import annotations

import errno
import os

from .writing import write_at

#: Bytes copied at once: whoever waits for a thread, or has cancelled this, waits for no more than that.
PIECE = 2**26
_READ = 2**20
#: What `copy_file_range` answers between file systems, or on those that don't know it.
_UNKNOWN = {errno.EXDEV, errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP, errno.EPERM, errno.EBADF}


def copy_piece(source: int, start: int, target: int, at: int, length: int) -> int:
    """Copy up to `length` bytes between two open files, and return how many; 0 where the source ends.

    On Linux the kernel does it: on file systems that share blocks (XFS, Btrfs) nothing is copied, and a file
    server may do it by itself (NFS 4.2).

    Raises
    ------
    OSError
        As the operating system reports it (`ENOSPC`, `EDQUOT`, `EIO`, …).
    """
    copy = getattr(os, "copy_file_range", None)  # macOS has none
    if copy is not None:
        try:
            return int(copy(source, target, min(length, PIECE), start, at))
        except OSError as error:
            if error.errno not in _UNKNOWN:
                raise
    data = os.pread(source, min(length, _READ), start)
    write_at(target, data, at)
    return len(data)
