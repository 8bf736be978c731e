"""The folders of many files: each is found, or made, once, and flushed once.

To look a path up segment by segment, by descriptor, takes a few microseconds; to resolve it as `locate` does,
which follows links and sees that they stay below the root, many times that. So links alone are left to it.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import threading
from collections.abc import Callable, Sequence, Set
from pathlib import Path

from ....disk.folders import Folder, open_folder, open_root, opened_folder
from ....disk.paths import locate, require_name, require_steps
from ....errors import BigUploadError, Exists, FolderMissing

#: Brings open files, on these devices, to the disk, and returns what each failed with.
Flush = Callable[[Sequence[int], Set[int]], Sequence[OSError | None]]


class NewFolders:
    """Folders that were made, and are in no parent on the disk yet; for all threads that make some.

    Whoever puts a file into one has to see to it, too, before that file counts as safe.
    """

    def __init__(self) -> None:
        self._parents: dict[str, int] = {}
        self._lock = threading.Lock()

    def add(self, parent: str) -> None:
        """Note that a folder in `parent`, a path from the root, is new."""
        with self._lock:
            self._parents[parent] = self._parents.get(parent, 0) + 1

    def has(self, parent: str) -> bool:
        """Return whether some folder in it may not be on the disk yet."""
        return parent in self._parents

    def drop(self, parent: str, count: int) -> None:
        """Note that so many of those that `add` counted are on the disk."""
        with self._lock:
            left = self._parents.get(parent, 0) - count
            if left > 0:
                self._parents[parent] = left
            else:
                self._parents.pop(parent, None)


class NeededFolders:
    """Open folders below `root`, by the paths that clients have for them; for one thread at a time.

    Parameters
    ----------
    root : Path
        As it really is (`Path.resolve`).
    new : NewFolders
        Those of all who make some below the root.
    """

    def __init__(self, root: Path, new: NewFolders, flush: Flush) -> None:
        self._root = root
        self._new = new
        self._flush = flush
        self._found: dict[str, tuple[Folder, str]] = {}
        self._changed: dict[str, Folder] = {}
        # By the paths of folders that got new ones, how many of those this made.
        self._parents: dict[str, int] = {}
        self._made = 0

    @property
    def open(self) -> int:
        """How many are open."""
        return len(self._found)

    def of(self, path: str) -> tuple[Folder, str, str]:
        """Return the open folder of a file's path, where that really is, and the name; it is made if missing.

        Raises
        ------
        InvalidName, OutsideRoot, FolderMissing
            As `locate`: the last when a file has the name of a folder.
        OSError
            As the operating system reports it.
        """
        asked, _, name = path.rpartition("/")
        if path.startswith("/"):
            require_steps(path, [])
        require_name(name)
        return *self.make(asked), name

    def make(self, path: str) -> tuple[Folder, str]:
        """Return the folder at `path`, open, and where it really is; it is made where it is missing.

        Raises
        ------
        InvalidName, OutsideRoot, FolderMissing, OSError
            As `of`.
        """
        if path not in self._found:
            self._found[path] = opened_within(self._root, path, self._missing, self._passed)
        return self._found[path]

    def make_one(self, path: str) -> tuple[str, bool]:
        """Make the folder at `path`; return where it really is, and whether it was missing. None stays open.

        Raises
        ------
        Exists
            When its name is a file's.
        InvalidName, OutsideRoot, FolderMissing, OSError
            As `of`.
        """
        require_name(path.rpartition("/")[2])
        before = self._made
        try:
            folder, real = opened_within(self._root, path, self._missing, self._passed)
        except FolderMissing:
            self._require_free(path)
            raise
        folder.close()
        return real, self._made > before

    def changed(self, path: str) -> None:
        """Note that a name in the folder at `path` is new."""
        self._changed[path] = self._found[path][0]

    def sync(self) -> None:
        """Bring the names that are new to the disk, and let the folders go."""
        fds: list[int] = []
        devices = {folder.device for folder in self._changed.values()}
        try:
            for folder in self._changed.values():
                fds += folder.for_flush()
            for parent in self._parents:
                # One that went since has nothing to be flushed.
                with contextlib.suppress(OSError, BigUploadError), open_folder(self._root, parent) as folder:
                    fds += folder.for_flush()
                    devices.add(folder.device)
            self._flush(
                fds, devices
            )  # some file systems can't flush a folder, and there's nothing better to do then
        finally:
            for fd in fds:
                os.close(fd)
            self.close()
        for parent, count in self._parents.items():
            self._new.drop(parent, count)
        self._parents.clear()

    def close(self) -> None:
        """Let the folders go."""
        for folder, _ in self._found.values():
            folder.close()
        self._changed.clear()
        self._found.clear()

    def _require_free(self, path: str) -> None:
        above, _, name = path.rpartition("/")
        folder, _ = opened_within(self._root, above)
        try:
            there = folder.stat(name)
        finally:
            folder.close()
        size = there.st_size if stat.S_ISREG(there.st_mode) else None
        raise Exists(f"{name!r} is no folder.", path=path, size=size)

    def _missing(self, folder: Folder, real: str, name: str) -> None:
        """Make one."""
        require_name(name)
        self._new.add(real)
        self._parents[real] = self._parents.get(real, 0) + 1
        folder.make_folder(name)
        self._made += 1

    def _passed(self, real: str) -> None:
        if self._new.has(real):
            self._parents.setdefault(real, 0)


def opened_within(
    root: Path,
    path: str,
    missing: Callable[[Folder, str, str], None] | None = None,
    passed: Callable[[str], None] | None = None,
) -> tuple[Folder, str]:
    """Return the folder at a client's path, open, which is the caller's to close; and where it really is.

    Parameters
    ----------
    missing : Callable, optional
        Is called with the open folder, its real path, and the name of the next one that is not there.
    passed : Callable, optional
        Is called with the real path of each folder on the way that has the next one.

    Raises
    ------
    InvalidName, OutsideRoot, FolderMissing
        As `locate`.
    OSError
        As the operating system reports it.
    """
    steps = path.split("/") if path else []
    require_steps(path, steps)
    folder, real = open_root(root), ""
    try:
        for step in steps:
            try:
                folder.enter(step)
            except ValueError:  # NUL
                require_name(step)
                raise
            except FileNotFoundError:
                if missing is None:
                    raise FolderMissing(f"There is no folder {path!r}.") from None
                missing(folder, real, step)
                folder.enter(step)
            except OSError as error:
                if error.errno not in {errno.ENOTDIR, errno.ELOOP}:
                    raise
                # A link, which may lead to a folder below the root, or a file, which is told so.
                deeper = locate(root, f"{real}/{step}/file" if real else f"{step}/file").folder
                other = opened_folder(root, deeper)
                folder.close()
                folder = other
                real = deeper
                continue
            if passed is not None:
                passed(real)
            real = f"{real}/{step}" if real else step
    except BaseException:
        folder.close()
        raise
    return folder, real
