"""What has the names of many files: one look at a folder tells of all that would be in it."""

from __future__ import annotations

import os
import stat
from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ....disk.folders import Folder
from ....disk.paths import require_name
from ....errors import BigUploadError
from ...many import Found, Kind, KnownFile
from .needed_folders import opened_within
from .reading import opened_if_has


class Lookup:
    """Looks for `files`, some at a time; one thread at a time.

    Parameters
    ----------
    root : Path
        The store's, as it really is.
    """

    def __init__(self, root: Path, files: Sequence[KnownFile]) -> None:
        self._root = root
        self._files = files
        by_folder: dict[str, list[int]] = defaultdict(list)
        for index, file in enumerate(files):
            by_folder[file.path.rpartition("/")[0]].append(index)
        # Folders before those in them.
        self._folders = deque(sorted(by_folder.items()))
        self._missing: set[str] = set()
        self._found: dict[int, Found] = {}
        self._to_read: deque[int] | None = None
        self._read = 0

    def look(self, most: int) -> bool:
        """Look at folders in which `most` files would be, or some more; return whether there are others."""
        while self._folders and most > 0:
            path, indices = self._folders.popleft()
            most -= len(indices)
            if path.startswith("/") or self._is_missing(path):
                continue
            try:
                folder, _ = opened_within(self._root, path)
            except (OSError, BigUploadError):  # nothing could be there
                self._missing.add(path)
                continue
            try:
                for index in indices:
                    self._stat(folder, index)
            finally:
                folder.close()
        return bool(self._folders)

    def compare(self, most: int, most_read: int) -> bool:
        """Read `most` files that may be identical; return whether there are others.

        Parameters
        ----------
        most_read : int
            Bytes that are read in all.
        """
        if self._to_read is None:
            self._to_read = deque(index for index, found in self._found.items() if self._may_be_same(index))
        while self._to_read and most > 0:
            index = self._to_read.popleft()
            size = self._files[index].size
            if self._read + size > most_read:
                continue  # a smaller one may fit
            most -= 1
            self._read += size
            self._found[index] = replace(self._found[index], identical=self._is_same(self._files[index]))
        return bool(self._to_read)

    def found(self) -> Sequence[Found]:
        """Return what was found, in the order of the files."""
        return [self._found[index] for index in sorted(self._found)]

    def _is_missing(self, path: str) -> bool:
        """Return whether it is known that there is no folder on the way."""
        end = len(path)
        while end > 0:
            if path[:end] in self._missing:
                return True
            end = path.rfind("/", 0, end)
        return False

    def _stat(self, folder: Folder, index: int) -> None:
        name = self._files[index].path.rpartition("/")[2]
        try:
            require_name(name)
            there = folder.stat(name)
        except (OSError, BigUploadError):  # it is free, or no file could have it
            return
        if stat.S_ISREG(there.st_mode):
            self._found[index] = Found(index, Kind.FILE, there.st_size, there.st_mtime)
        else:
            kind = Kind.FOLDER if stat.S_ISDIR(there.st_mode) else Kind.OTHER
            self._found[index] = Found(index, kind)

    def _may_be_same(self, index: int) -> bool:
        file, found = self._files[index], self._found[index]
        return file.digest is not None and found.kind is Kind.FILE and found.size == file.size

    def _is_same(self, file: KnownFile) -> bool | None:
        assert file.digest is not None  # noqa: S101  # `_may_be_same`
        path, _, name = file.path.rpartition("/")
        try:
            folder, _ = opened_within(self._root, path)
        except (OSError, BigUploadError):  # it went
            return None
        try:
            fd = opened_if_has(folder, name, file.digest)
        finally:
            folder.close()
        if fd is None:
            return False
        os.close(fd)
        return True
