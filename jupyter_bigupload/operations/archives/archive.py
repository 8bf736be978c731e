"""An archive of any format, as callers have it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path

from .extraction import extract
from .meter import Meter
from .model import Bounds, Entry, Extracted, Member, Progress, unheard

_DEFAULT = Bounds()


class Archive(ABC):
    """An archive that was opened by `open_archive`. The caller closes its file.

    Attributes
    ----------
    format : str
        `zip`, `tar`, `tar.gz`, `gz` and so on.
    """

    format: str

    @abstractmethod
    def members(self, meter: Meter) -> Iterator[Member]:
        """Read the archive from its start; `meter` is told of every byte, and raises where it is too much."""

    def entries(self, bounds: Bounds = _DEFAULT, progress: Progress = unheard) -> Iterator[Entry]:
        """List the entries without extracting any; hostile ones too.

        Of a compressed tar, all of it is read.

        Raises
        ------
        DamagedArchive
            When it can't be read to its end.
        ArchiveTooLarge
            When `bounds` are passed.
        Unsupported
            When it is encrypted, or uses what is not read here.
        """
        for member in self.members(Meter(bounds, progress)):
            yield member.entry

    def extract_into(self, folder: Path, bounds: Bounds, progress: Progress) -> Extracted:
        """Extract all of it into an empty folder, or raise; what was made then is the caller's to remove.

        Nothing is flushed to the disk: that is for the caller to do, once for all of it.

        Raises
        ------
        UnsafeArchive
            When an entry is none that can be made safely.
        DamagedArchive, ArchiveTooLarge, Unsupported
            As `entries`.
        FolderUnavailable
            When the folder, or one in it, was moved or replaced meanwhile.
        NoSpace, StorageFailed
            As the disk answers.
        """
        return extract(self.members, folder, bounds, progress)
