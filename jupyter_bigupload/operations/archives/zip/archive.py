"""A zip archive."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from ..archive import Archive
from ..meter import Meter
from ..model import Member
from .content import Window, pieces_of
from .directory import Directory, find_end


class ZipArchive(Archive):
    """A zip, whose directory is read anew by each call."""

    format = "zip"

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def members(self, meter: Meter) -> Iterator[Member]:
        """Return the entries in the order of their bytes, of which none are read that nobody asks for."""
        directory = Directory(self._file, find_end(self._file), meter)
        meter.total = directory.total
        window = Window(self._file, meter)
        for record, limit in directory:
            yield Member(record.entry, pieces_of(window, record, limit, meter))
