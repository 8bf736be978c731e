"""The files of records: how one is told from another, and what their disk answers."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path

from ...errors import NoSpace, StorageFailed

#: Modification time, length and inode of a file.
Identity = tuple[int, int, int]
NO_FILE: Identity = (0, 0, 0)


def identity(path: Path) -> Identity:
    """Return what tells the file at `path` from others; `NO_FILE` where there is none."""
    try:
        return identity_of(path.stat())
    except FileNotFoundError:
        return NO_FILE


def identity_of(found: os.stat_result) -> Identity:
    """Return what tells a file from others."""
    return (found.st_mtime_ns, found.st_size, found.st_ino)


def append(path: Path, line: bytes) -> None:
    """Append a line to the file at `path`, which is made where there is none.

    Raises
    ------
    OSError
        As the operating system reports it; also when only a part of the line fits.
    """
    fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        # A line of which only a part fits is no line; what is appended next begins a new one.
        if os.write(fd, line) != len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    finally:
        os.close(fd)


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """Turn the errors of the disk that keeps the records into ours."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise NoSpace("The disk on which the server keeps track of uploads is full.") from error
        raise StorageFailed(f"The server can't keep track of uploads: {error.strerror or error}.") from error
