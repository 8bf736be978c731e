"""The hidden file beside the target that holds the bytes of an unfinished upload."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass

from ..errors import NotFound
from ._folders import Folder
from ._paths import Place, partial_name
from .base import Handle


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
    """

    folder: str
    name: str
    target: str
    inode: int

    @classmethod
    def make(cls, folder: Folder, place: Place, key: str) -> Partial:
        """Make an empty one in the open `folder`.

        Raises
        ------
        OSError
            As the operating system reports it.
        """
        name = partial_name(place.name, key)
        fd = folder.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
        try:
            return cls(place.folder, name, place.name, os.fstat(fd).st_ino)
        finally:
            os.close(fd)

    @classmethod
    def of(cls, handle: Handle) -> Partial:
        """Return the one that a handle stands for."""
        return cls(
            folder=str(handle["folder"]),
            name=str(handle["partial"]),
            target=str(handle["name"]),
            inode=int(handle["inode"]),
        )

    def handle(self) -> Handle:
        """Return what stands for it in a record."""
        return {"folder": self.folder, "name": self.target, "partial": self.name, "inode": self.inode}

    def open(self, folder: Folder, flags: int) -> int:
        """Return a descriptor of this very file, and of no other that has its name now.

        Raises
        ------
        NotFound
            When it is gone.
        OSError
            As the operating system reports it otherwise.
        """
        gone = NotFound("The unfinished file was removed from its folder; upload it again.")
        try:
            fd = folder.open(self.name, flags)
        except FileNotFoundError:
            raise gone from None
        found = os.fstat(fd)
        if found.st_ino != self.inode or not stat.S_ISREG(found.st_mode):
            os.close(fd)
            raise gone
        return fd
