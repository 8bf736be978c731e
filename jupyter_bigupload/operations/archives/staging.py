"""The folder that an archive is extracted into, and what is made in it: always something new.

Nothing in it is ever replaced or followed. Each folder is reached from the one above by its descriptor, so
that it can't become a link in between, and each name is made in one call that fails where it is taken: that
tells entries that are there twice from others, without a list of all names.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence

from ...disk.folders import Folder
from ...errors import FolderUnavailable, UnsafeArchive
from .meter import Meter
from .names import refused
from .twins import Twins

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL
_EXECUTABLE = 0o777
_PLAIN = 0o666
#: Notes of one kind; the rest is a number.
_MOST_NOTES = 10


class Staging:
    """An empty folder, and the folders in it on the way to the entry that was made last, which stay open.

    Parameters
    ----------
    root : Folder
        It is closed with this.

    Attributes
    ----------
    folders : int
        How many were made.
    twins : list of str
        Paths that differ from others in case or accents alone, the first few.
    """

    def __init__(self, root: Folder, meter: Meter) -> None:
        self.folders = 0
        self.twins: list[str] = []
        self.more_twins = 0
        self._meter = meter
        self._open = [root]
        self._names: list[str] = []
        self._known = Twins()

    def close(self) -> None:
        """Let all folders go."""
        while self._open:
            self._open.pop().close()

    def make_folder(self, segments: Sequence[str]) -> None:
        """Make a folder, and those on the way, where they are missing."""
        self._go(segments)

    def make_file(self, segments: Sequence[str], *, executable: bool) -> int:
        """Make a file; return its descriptor.

        Raises
        ------
        UnsafeArchive
            When the name is taken.
        """
        folder = self._go(segments[:-1])
        self._add(segments)
        try:
            return folder.open(segments[-1], _NEW, _EXECUTABLE if executable else _PLAIN)
        except OSError as error:
            raise self._cause(error, folder, segments) from error

    def make_link(self, segments: Sequence[str], target: str) -> None:
        """Make a symbolic link; raise as `make_file`."""
        folder = self._go(segments[:-1])
        self._add(segments)
        try:
            folder.symlink(segments[-1], target)
        except OSError as error:
            raise self._cause(error, folder, segments) from error

    def open_file(self, segments: Sequence[str]) -> int:
        """Return a descriptor to read a file that was made.

        Raises
        ------
        OSError
            When there is none, or something else.
        """
        folder = self._open[0].below(".")
        try:
            for name in segments[:-1]:
                folder.enter(name)
            return folder.open(segments[-1], os.O_RDONLY)
        finally:
            folder.close()

    def _go(self, segments: Sequence[str]) -> Folder:
        """Return the folder at a path, which is made where it is missing."""
        names = self._names
        if segments != names:
            same = 0
            while same < min(len(segments), len(names)) and segments[same] == names[same]:
                same += 1
            while len(names) > same:
                self._open.pop().close()
                names.pop()
            for index in range(same, len(segments)):
                self._enter(segments[: index + 1])
        return self._open[-1]

    def _enter(self, segments: Sequence[str]) -> None:
        above, name = self._open[-1], segments[-1]
        try:
            made = above.make_folder(name)
            if made:
                self.folders += 1
                self._add(segments)
            else:
                self._require_same(above, segments)
            self._open.append(above.below(name))
        except OSError as error:
            raise self._cause(error, above, segments) from error
        self._names.append(name)

    def _require_same(self, above: Folder, segments: Sequence[str]) -> None:
        """Check that a folder which is there was made for this name, and not for a twin of it."""
        path = "/".join(segments)
        if path not in self._known and not self._holds(above, segments[-1]):
            raise self._indistinct(path)

    def _add(self, segments: Sequence[str]) -> None:
        self._meter.add_name()
        path = "/".join(segments)
        if self._known.add(path):
            if len(self.twins) < _MOST_NOTES:
                self.twins.append(path)
            else:
                self.more_twins += 1

    def _cause(self, error: OSError, folder: Folder, segments: Sequence[str]) -> Exception:
        """Return what to say of a name that could not be made."""
        path = "/".join(segments)
        match error.errno:
            case errno.EEXIST if not self._holds(folder, segments[-1]):
                return self._indistinct(path)
            case errno.EEXIST:
                return refused(path, "is in it twice, or both a file and a folder.")
            case errno.ENOTDIR | errno.ELOOP:
                return refused(path, "is both a folder and something else.")
            case errno.ENOENT:
                return FolderUnavailable(
                    "The folder that the archive is extracted into was moved or removed meanwhile."
                )
            case _:
                return error

    def _holds(self, folder: Folder, name: str) -> bool:
        """Return whether a folder has exactly this name."""
        for fd in folder.for_flush():
            try:
                with os.scandir(fd) as entries:
                    return any(entry.name == name for entry in entries)
            finally:
                os.close(fd)
        return True

    def _indistinct(self, path: str) -> UnsafeArchive:
        return refused(path, "differs from another name in case or accents only; this disk can't hold both.")
