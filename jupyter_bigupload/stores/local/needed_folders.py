"""The folders of many files: each is found, or made, once, and flushed once."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from ...disk.folders import Folder, open_folder
from ...disk.paths import Place, locate
from ...errors import FolderMissing


class NeededFolders:
    """Open folders below `root`, by the paths that clients have for them.

    Parameters
    ----------
    root : Path
        As it really is (`Path.resolve`).
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._found: dict[str, tuple[Folder, str]] = {}
        self._changed: dict[str, Folder] = {}
        self._open = contextlib.ExitStack()

    def of(self, path: str) -> tuple[Folder, Place]:
        """Return the open folder of a file's path, made where it is missing, and the file's place.

        Raises
        ------
        InvalidName, OutsideRoot, FolderMissing
            As `locate`: the last when a file has the name of a folder.
        OSError
            As the operating system reports it.
        """
        asked, _, name = path.rpartition("/")
        if asked not in self._found:
            self.make(asked)
            self._hold(asked, locate(self._root, path).folder)
        folder, real = self._found[asked]
        # The name alone is new; where its folder is does not change by it.
        return folder, Place(real, locate(self._root, name).name)

    def make(self, path: str) -> None:
        """Make the folder at `path`, and those on its way, where they are missing.

        Raises
        ------
        InvalidName, OutsideRoot, FolderMissing, OSError
            As `of`.
        """
        segments = path.split("/") if path else []
        for count in range(1, len(segments) + 1):
            deeper = "/".join(segments[:count])
            try:
                locate(self._root, f"{deeper}/file")
            except FolderMissing:
                parent = locate(self._root, deeper)
                with open_folder(self._root, parent.folder) as folder:
                    with contextlib.suppress(FileExistsError):
                        os.mkdir(parent.name, dir_fd=folder.fd)
                    folder.sync()
                locate(self._root, f"{deeper}/file")

    def changed(self, path: str) -> None:
        """Note that a name in the folder of a file's path is new."""
        asked = path.rpartition("/")[0]
        self._changed[asked] = self._found[asked][0]

    def sync(self) -> None:
        """Bring the names that are new to the disk, and let the folders go."""
        for folder in self._changed.values():
            folder.sync()
        self.close()

    def close(self) -> None:
        """Let the folders go."""
        self._changed.clear()
        self._found.clear()
        self._open.close()

    def _hold(self, asked: str, real: str) -> None:
        self._found[asked] = (self._open.enter_context(open_folder(self._root, real)), real)
