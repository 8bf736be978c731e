"""The hidden file beside the target that holds the bytes of an unfinished upload."""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import dataclass

from ...disk.folders import Folder
from ...disk.paths import Place, partial_name
from ...errors import FolderUnavailable, NotFound
from ..base import Handle

#: What opening answers when the name is a link's, a socket's or pipe's, or a folder's.
_NO_FILE = {errno.ELOOP, errno.ENXIO, errno.EISDIR}


@dataclass(frozen=True)
class Partial:
    """A partial, by all that tells it from any other file.

    Parameters
    ----------
    folder : str
        Path of its folder from the root.
    name, target : str
        Its own name, and the one that the file gets.
    inode : int
        What the file system calls it.
    folder_inode : int or None
        What it calls the folder; None in handles of earlier versions.
    """

    folder: str
    name: str
    target: str
    inode: int
    folder_inode: int | None = None

    @classmethod
    def make(cls, folder: Folder, place: Place, key: str) -> Partial:
        """Make an empty one in the open `folder`.

        Raises
        ------
        OSError
            As the operating system reports it.
        """
        partial, fd = cls.create(folder, place, key)
        os.close(fd)
        return partial

    @classmethod
    def create(cls, folder: Folder, place: Place, key: str) -> tuple[Partial, int]:
        """Make an empty one, and return it with a descriptor to write to it.

        Raises
        ------
        OSError
            As the operating system reports it.
        """
        name = partial_name(place.name, key)
        fd = folder.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
        try:
            return cls(place.folder, name, place.name, os.fstat(fd).st_ino, folder.inode), fd
        except BaseException:
            os.close(fd)
            raise

    @classmethod
    def of(cls, handle: Handle) -> Partial:
        """Return the one that a handle stands for."""
        return cls(
            folder=str(handle["folder"]),
            name=str(handle["partial"]),
            target=str(handle["name"]),
            inode=int(handle["inode"]),
            folder_inode=int(handle["folder_inode"]) if "folder_inode" in handle else None,
        )

    def handle(self) -> Handle:
        """Return what stands for it in a record."""
        handle: dict[str, str | int] = {
            "folder": self.folder,
            "name": self.target,
            "partial": self.name,
            "inode": self.inode,
        }
        return handle if self.folder_inode is None else {**handle, "folder_inode": self.folder_inode}

    def unavailable(self) -> FolderUnavailable:
        """Return the error for a folder that is not where it was."""
        where = f"The folder {self.folder!r}" if self.folder else "The folder that this server shows"
        return FolderUnavailable(
            f"{where} is not the one in which the upload was begun: that was renamed, removed or unmounted. "
            "The upload goes on when it is back."
        )

    def is_same(self, other: Partial) -> bool:
        """Return whether `other` is this file, which a folder may have carried elsewhere."""
        return (self.name, self.inode) == (other.name, other.inode)

    def open(self, folder: Folder, flags: int) -> int:
        """Return a descriptor of this very file, and of no other that has its name now.

        Raises
        ------
        NotFound
            When it is gone.
        FolderUnavailable
            When `folder` is another that has the name of its own, which may still have it.
        OSError
            As the operating system reports it otherwise.
        """
        gone = NotFound("The unfinished file was removed from its folder; upload it again.")
        try:
            fd = folder.open(self.name, flags)
        except FileNotFoundError:
            raise (gone if self._is_folder(folder) else self.unavailable()) from None
        except OSError as error:
            if error.errno not in _NO_FILE:
                raise
            raise gone from None
        if not self._is(os.fstat(fd)):
            os.close(fd)
            raise gone
        return fd

    def remove(self, folder: Folder) -> None:
        """Remove this very file, unless it is gone; whatever else has its name now stays.

        Raises
        ------
        FolderUnavailable
            As `open`.
        OSError
            As the operating system reports it otherwise.
        """
        try:
            found = folder.stat(self.name)
        except FileNotFoundError:
            if not self._is_folder(folder):
                raise self.unavailable() from None
            return
        if self._is(found):
            folder.unlink(self.name)

    def _is(self, found: os.stat_result) -> bool:
        return found.st_ino == self.inode and stat.S_ISREG(found.st_mode)

    def _is_folder(self, folder: Folder) -> bool:
        return self.folder_inode is None or self.folder_inode == folder.inode
