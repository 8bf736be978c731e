"""Remove many files, but none that is not the one that is meant.

A file is read, then renamed to a hidden name, and looked at again before that is removed: what somebody wrote
or put in its place meanwhile gets its name back.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections import defaultdict, deque
from collections.abc import Sequence
from pathlib import Path

from ....disk.errors import translated
from ....disk.folders import Folder
from ....disk.paths import require_name
from ....errors import BigUploadError, Checking, Exists, NotFound
from ...many import KnownFile, Removed
from ..removing import remove_if_as
from .needed_folders import opened_within
from .reading import has_digest


class Removal:
    """Removes `files`, some at a time; one thread at a time.

    Parameters
    ----------
    root : Path
        The store's, as it really is.
    key : str
        What hidden names end with.
    most_read : int
        Bytes of files that are read, but for the first one; the rest is kept.
    """

    def __init__(self, root: Path, files: Sequence[KnownFile], key: str, most_read: int) -> None:
        self._root = root
        self._key = key
        self._files = files
        self._most_read = most_read
        self._read = 0
        by_folder: dict[str, deque[int]] = defaultdict(deque)
        for index, file in enumerate(files):
            by_folder[file.path.rpartition("/")[0]].append(index)
        self._folders = deque(by_folder.items())
        self._removed: list[int] = []
        self._kept: list[tuple[int, BigUploadError]] = []

    def remove(self, most: int) -> bool:
        """Remove up to `most` files of one folder; return whether there are others."""
        if not self._folders:
            return False
        path, indices = self._folders[0]
        now = [indices.popleft() for _ in range(min(most, len(indices)))]
        if not indices:
            self._folders.popleft()
        with contextlib.ExitStack() as stack:
            try:
                with translated():
                    folder, _ = opened_within(self._root, path)
                stack.callback(folder.close)
            except BigUploadError as error:
                if error.status != NotFound.status:  # what is not there need not go
                    self._kept += [(index, error) for index in now]
                return bool(self._folders)
            for index in now:
                self._try(folder, index)
            folder.sync()
        return bool(self._folders)

    def remove_folders(self, paths: Sequence[str]) -> None:
        """Remove those that are empty."""
        for path in paths:
            above, _, name = path.rpartition("/")
            with contextlib.suppress(OSError, BigUploadError):
                folder, _ = opened_within(self._root, above)
                try:
                    require_name(name)
                    os.rmdir(name, dir_fd=folder.fd)
                    folder.sync()
                finally:
                    folder.close()

    def done(self) -> Removed:
        """Return what became of the files."""
        return Removed(sorted(self._removed), sorted(self._kept, key=lambda kept: kept[0]))

    def _try(self, folder: Folder, index: int) -> None:
        try:
            with translated():
                if self._remove(folder, self._files[index], f"{index:x}-{self._key}"):
                    self._removed.append(index)
        except BigUploadError as error:
            self._kept.append((index, error))

    def _remove(self, folder: Folder, file: KnownFile, key: str) -> bool:
        """Remove a file if it is the one; return whether it was there."""
        name = file.path.rpartition("/")[2]
        require_name(name)
        try:
            there = folder.stat(name)
        except FileNotFoundError:
            return False
        if not stat.S_ISREG(there.st_mode):
            raise Exists(f"{name!r} is no file.", path=file.path, size=None)
        other = Exists(f"{name!r} is not the file that was sent.", path=file.path, size=there.st_size)
        if there.st_size != file.size or file.digest is None:
            raise other
        if self._read and self._read + file.size > self._most_read:
            raise Checking("More was to be read than one request may; send the rest again.")
        self._read += file.size
        fd = folder.open(name, os.O_RDONLY)
        try:
            # As it was before it was read.
            there = os.fstat(fd)
            if not has_digest(fd, file.digest):
                raise other
        finally:
            os.close(fd)
        is_removed = remove_if_as(folder, name, there, key)
        if is_removed is False:
            raise other
        return is_removed is True  # else it went just now
