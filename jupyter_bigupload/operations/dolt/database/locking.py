"""One import, commit or discard of a database at a time: a lock beside it, for all servers of its disk."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from ....disk.errors import translated
from ....disk.paths import NAME_MAX, cut
from ....errors import Unsupported

_ENDING = "-import-lock"
#: Seconds after which it is tried again.
_AGAIN = 0.1
#: What file systems without record locks answer.
_NO_LOCKS_HERE = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL}


@contextlib.contextmanager
def alone(database: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold the lock of a database, as soon as nobody else does.

    Its file stays, as doltlite's own does: whoever waits has it open.

    Parameters
    ----------
    waiting : Callable
        Called again and again meanwhile.

    Raises
    ------
    Unsupported
        Where the file system has no locks.
    ReadOnly, NoSpace, StorageFailed
        As the disk has it.
    """
    with translated():
        fd = _open(database)
    try:
        while not _locked(fd):
            waiting()
            time.sleep(_AGAIN)
        yield
    finally:
        os.close(fd)


@contextlib.contextmanager
def alone_at_once(database: Path) -> Iterator[bool]:
    """Try to hold the lock of a database; yield whether it is held."""
    try:
        fd = _open(database)
    except OSError:
        yield False
        return
    try:
        yield _locked(fd)
    finally:
        os.close(fd)


def lock_of(database: Path) -> Path:
    """Return the file beside a database whose lock it is."""
    return database.with_name(f".{cut(database.name, NAME_MAX - len(_ENDING) - 1)}{_ENDING}")


def _open(database: Path) -> int:
    return os.open(lock_of(database), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)


def _locked(fd: int) -> bool:
    try:
        fcntl.lockf(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError as error:
        if error.errno in _NO_LOCKS_HERE:
            raise Unsupported(
                "The disk of the database has no locks: nothing can be imported there."
            ) from error
        raise
    return True
