"""All that is in a folder, however deep: folders are reached from the root by descriptor, and no link is."""

from __future__ import annotations

import os
import stat
import time
from collections import deque
from pathlib import Path

from ...disk.errors import translated
from ...disk.folders import NO_FOLDER, opened_folder
from ...disk.paths import is_partial, locate, require_name
from ...errors import AccessDenied, FolderMissing, InvalidName
from ..reading import FileState, TreeEntry

#: Stands for whatever is in a folder that is to be located.
_ANY_NAME = "x"
#: Seconds between two changes that their times surely tell apart: a kernel's clock ticks every 10 ms, or
#: more often. File systems that keep whole seconds tell less.
_TICK = 0.02


class TreeWalk:
    """Walks through what is in the folder at `path`, some at a time; one thread at a time.

    Parameters
    ----------
    root : Path
        The store's, as it really is.
    hidden : bool
        Whether hidden files and folders are looked at.

    Raises
    ------
    BigUploadError
        As `locate`, when there is no such folder.
    """

    def __init__(self, root: Path, path: str, *, hidden: bool) -> None:
        self._root = root
        self._hidden = hidden
        self._begin = locate(root, f"{path}/{_ANY_NAME}").folder if path else ""
        for step in path.split("/") if path else []:
            _require_name(step, "")
        self._path = path
        #: Folders that were not looked at, from the first one on; the next of them is the last.
        self._folders = [""]
        self._found: deque[TreeEntry] = deque()

    @property
    def ended(self) -> bool:
        """Whether all was returned."""
        return not (self._folders or self._found)

    def step(self, most: int) -> list[TreeEntry]:
        """Return the next entries, `most` of them or fewer."""
        while self._folders and len(self._found) < most:
            folder = self._folders.pop()
            with translated():
                self._look(folder)
        return [self._found.popleft() for _ in range(min(most, len(self._found)))]

    def _look(self, within: str) -> None:
        """Take note of what is right in a folder, whose path is from the first one on."""
        path = _joined(self._path, within)
        try:
            folder = opened_folder(self._root, _joined(self._begin, within))
        except PermissionError:
            raise _unreadable(path) from None
        except OSError as error:
            if error.errno not in NO_FOLDER:
                raise
            if not within:
                raise FolderMissing(f"There is no folder {path!r} any more.") from None
            return  # it went while others were looked at
        try:
            files, folders, own = self._contents(folder.fd, path)
        except PermissionError:
            raise _unreadable(path) from None
        finally:
            folder.close()
        self._found.extend(files)
        self._folders.extend(_joined(within, name) for name in reversed(folders))
        if not files and not folders and path:
            self._found.append(TreeEntry(f"{path}/", FileState(0, "", own.st_mtime)))

    def _contents(self, fd: int, path: str) -> tuple[list[TreeEntry], list[str], os.stat_result]:
        """Return files and folders in order of their names, and what is known of the folder itself."""
        files: list[TreeEntry] = []
        folders: list[str] = []
        listed = os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=fd)
        try:
            with os.scandir(listed) as entries:
                for entry in sorted(entries, key=lambda one: os.fsencode(one.name)):
                    name = entry.name
                    if is_partial(name) or (not self._hidden and name.startswith(".")):
                        continue
                    try:
                        found = entry.stat(follow_symlinks=False)
                        if stat.S_ISREG(found.st_mode) and is_young(found):
                            found = os.stat(name, dir_fd=listed, follow_symlinks=False)
                    except FileNotFoundError:  # it went
                        continue
                    if stat.S_ISDIR(found.st_mode):
                        _require_name(name, path)
                        folders.append(name)
                    elif stat.S_ISREG(found.st_mode):
                        _require_name(name, path)
                        if not os.access(name, os.R_OK, dir_fd=listed):
                            raise _unreadable(_joined(path, name))
                        files.append(TreeEntry(_joined(path, name), state_of(found)))
            return files, folders, os.fstat(listed)
        finally:
            os.close(listed)


def state_of(found: os.stat_result) -> FileState:
    """Return what tells this state of a file from all others.

    The time of the last change to its inode is part of it, which no program can set: whoever copies a file
    over another and gives it the old modification time is noticed. Renaming and `chmod` change it, too, and
    a download that is cut off by then begins again.
    """
    numbers = (found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
    return FileState(found.st_size, f'"{"-".join(f"{number:x}" for number in numbers)}"', found.st_mtime)


def is_young(found: os.stat_result) -> bool:
    """Return whether a file changed just now; it is old enough then, and to be looked at again.

    A change right after that one could have the same times, and nobody would notice it.
    """
    young = abs(time.time() - found.st_ctime) < _TICK
    if young:
        time.sleep(_TICK)
    return young


def _joined(path: str, name: str) -> str:
    return f"{path}/{name}" if path and name else path or name


def _require_name(name: str, path: str) -> None:
    try:
        require_name(name)
    except InvalidName as error:
        raise InvalidName(f"{_joined(path, name)!r} can't be read: {error.message}") from None


def _unreadable(path: str) -> AccessDenied:
    return AccessDenied(f"This server may not read {path!r}.")
