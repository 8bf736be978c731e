"""One compressed file, which is no archive of files."""

from __future__ import annotations

from collections.abc import Iterator

from ...disk.paths import NAME_MAX, cut
from .archive import Archive
from .meter import Meter
from .model import Entry, Member
from .streams import Opener


class SingleFile(Archive):
    """A file of one entry, called as the archive without its suffix: the name that gzip keeps is ignored."""

    def __init__(self, open_reader: Opener, compression: str, name: str) -> None:
        self.format = compression
        self._open = open_reader
        self._name = _without_suffix(name.rpartition("/")[2], compression)

    def members(self, meter: Meter) -> Iterator[Member]:
        """Return the one that there is."""
        meter.add_entry()
        yield Member(Entry(self._name, None, "file"), self._open(meter).rest())


def _without_suffix(name: str, compression: str) -> str:
    stem = name[: -len(compression) - 1] if name.lower().endswith(f".{compression}") else name
    return cut(stem, NAME_MAX) if stem.strip(".") else "content"
