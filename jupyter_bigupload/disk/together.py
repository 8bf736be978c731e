"""Bring many small files to the disk together, for a fraction of what an fsync of each costs.

Where a file system keeps a journal, one `syncfs` writes all that is new on it, and its journal once. It waits
for what others have written, too: where that is much, and on all other file systems, each file is flushed by
itself, by several threads.

An error of the disk is told by `syncfs` to those whose descriptor was open when it happened. So one is open
for as long as there are files to be flushed, and whoever had files then flushes each by itself, and so hears
which ones it is about.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import re
import threading
from collections.abc import Callable, Sequence, Set
from pathlib import Path

from ..threads import flush_each

#: File systems of which this is known to hold.
_JOURNALS = {"ext4", "xfs"}
#: Bytes that others may have written, and that are not on a disk yet.
_MOST_OF_OTHERS = 128 * 2**20
#: Since which version Linux tells errors of `syncfs`.
_TELLS_ERRORS = (5, 8)
#: Fewer files are flushed one by one.
_FEW = 4


class TogetherFlush:
    """Flushes open files below a folder, for all who have some; safe for threads.

    Parameters
    ----------
    root : Path
        The folder.
    sync : Callable or None
        Brings all of a descriptor's file system to the disk, or raises `OSError`; None where nothing does.
    unwritten : Callable or None
        Bytes that are still to be written on this machine; None to ask the system.
    """

    def __init__(
        self,
        root: Path,
        sync: Callable[[int], None] | None = None,
        unwritten: Callable[[], int] | None = None,
    ) -> None:
        self._root = root
        self._sync = sync
        self._unwritten = unwritten or dirty_bytes
        self._lock = threading.Lock()
        self._turn = threading.Lock()
        self._users = 0
        self._fd = -1
        self._device = -1
        self._begun = 0
        self._failed = 0

    def begin(self) -> int:
        """Say that files will be opened which are to be flushed; return what `flush` and `end` are given."""
        with self._lock:
            if not self._users and self._sync is not None:
                with contextlib.suppress(OSError):
                    self._fd = os.open(self._root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
                    self._device = os.fstat(self._fd).st_dev
            self._users += 1
            return self._failed

    def end(self) -> None:
        """Say that there are no more files of those for which `begin` was called."""
        with self._lock:
            self._users -= 1
            if not self._users and self._fd >= 0:
                os.close(self._fd)
                self._fd = -1

    def flush(self, fds: Sequence[int], devices: Set[int], since: int) -> Sequence[OSError | None]:
        """Bring open files to the disk; return what each failed with.

        Parameters
        ----------
        devices : Set[int]
            Those that the files are on.
        since : int
            What `begin` returned before the first of them was opened.
        """
        can = len(fds) > _FEW and self._fd >= 0 and devices == {self._device}
        if can and self._unwritten() < _MOST_OF_OTHERS and self._sync_all(since):
            return [None] * len(fds)
        return flush_each(fds)

    def _sync_all(self, since: int) -> bool:
        """Return whether all that was written by now is on the disk, and nothing failed `since`."""
        assert self._sync is not None  # noqa: S101  # else there is no descriptor
        asked = self._begun
        with self._turn:
            # One that began after this was asked for is as good as another.
            if self._begun == asked:
                self._begun += 1
                try:
                    self._sync(self._fd)
                except OSError:
                    self._failed += 1
            return self._failed == since


def syncing(root: Path) -> Callable[[int], None] | None:
    """Return what brings all of the file system of `root` to the disk; None where nothing does, for sure."""
    if not _tells_errors() or _file_system(root) not in _JOURNALS:
        return None
    syncfs = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
    if syncfs is None:
        return None

    def sync(fd: int) -> None:
        if syncfs(fd) != 0:
            code = ctypes.get_errno()
            raise OSError(code, os.strerror(code))

    return sync


def dirty_bytes() -> int:
    """Return the bytes that are to be written to any disk of this machine; very many where nobody knows."""
    try:
        text = Path("/proc/meminfo").read_text("ascii")
    except (OSError, ValueError):
        return 2**63
    kilobytes = re.findall(r"^(?:Dirty|Writeback): +(\d+) kB", text, re.MULTILINE)
    return 1024 * sum(map(int, kilobytes))


def _tells_errors() -> bool:
    uname = os.uname()
    version = re.match(r"(\d+)\.(\d+)", uname.release)
    return (
        uname.sysname == "Linux"
        and version is not None
        and (int(version[1]), int(version[2])) >= _TELLS_ERRORS
    )


def _file_system(path: Path) -> str:
    """Return the kind of file system that `path` is on; an empty string where nobody knows."""
    try:
        device = path.stat().st_dev
        text = Path("/proc/self/mountinfo").read_text("utf-8", "surrogateescape")
    except OSError:
        return ""
    wanted = f"{os.major(device)}:{os.minor(device)}"
    for line in text.splitlines():
        mount, _, kind = line.partition(" - ")
        if mount.split(" ")[2] == wanted:
            return kind.split(" ")[0]
    return ""
