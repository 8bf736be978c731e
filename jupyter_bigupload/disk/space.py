"""Room on a disk: whether there is enough, and enough of it stays free."""

from __future__ import annotations

import os
from pathlib import Path

from ..errors import NoSpace

#: Bytes written between two looks at the disk.
_EVERY = 32 * 2**20


def require_space(where: int | Path, needed: int, min_free: int) -> int:
    """Check that `min_free` bytes stay free when `needed` bytes more are written; return how many may be.

    Parameters
    ----------
    where : int or Path
        A file or folder of the disk.

    Raises
    ------
    NoSpace
        When they would not.
    """
    disk = os.statvfs(where)
    available = disk.f_bavail * disk.f_frsize - min_free
    if needed > available:
        raise NoSpace(
            f"{needed} bytes more are needed; this disk has {max(0, available)} free for uploads.",
            needed=needed,
            available=max(0, available),
        )
    return available


class SpaceWatch:
    """A look at the disk at the start of a part, and now and then while it is written.

    Parameters
    ----------
    min_free : int
        Bytes that are to stay free.
    expected : int or None
        Bytes of the part, where they are known: then each look is for all that come until the next.
    """

    def __init__(self, min_free: int, expected: int | None = None) -> None:
        self._min_free = min_free
        self._expected = expected or 0
        self._until_next = 0

    def before(self, fd: int, length: int) -> None:
        """Check, if it is time, that `length` bytes more, and those that follow, leave enough free.

        Raises
        ------
        NoSpace
            When they would not.
        """
        if self._min_free and self._until_next <= 0:
            require_space(fd, max(length, min(self._expected, _EVERY)), self._min_free)
            self._until_next = _EVERY
        self._until_next -= length
        self._expected -= length


class SpaceAllowance:
    """A look at the disk now and then, for many small files.

    Parameters
    ----------
    min_free : int
        Bytes that are to stay free.
    """

    def __init__(self, min_free: int) -> None:
        self._min_free = min_free
        self._left = 0

    def before(self, fd: int, size: int) -> None:
        """Check that a file of `size` bytes leaves enough free.

        Raises
        ------
        NoSpace
            When it would not. A smaller one may.
        """
        if not self._min_free:
            return
        if size > self._left:
            # Others write, too: what is free is taken for no more than a look's worth.
            self._left = min(require_space(fd, size, self._min_free), size + _EVERY)
        self._left -= size
