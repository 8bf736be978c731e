"""A tar archive, compressed or not, from its first byte to its last."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator, Mapping

from ..archive import Archive
from ..meter import Meter
from ..model import Entry, Kind, Member
from ..names import refused
from ..streams import Opener, Reader
from .headers import Header, Headers, padding_of

_KINDS: Mapping[bytes, Kind] = {
    tarfile.REGTYPE: "file",
    tarfile.AREGTYPE: "file",
    tarfile.CONTTYPE: "file",
    tarfile.DIRTYPE: "folder",
    tarfile.SYMTYPE: "link",
    tarfile.LNKTYPE: "hard link",
}


class TarArchive(Archive):
    """A tar, read anew by each call."""

    def __init__(self, open_reader: Opener, name_of_format: str) -> None:
        self.format = name_of_format
        self._open = open_reader

    def members(self, meter: Meter) -> Iterator[Member]:
        """Return the entries in the order in which they are there."""
        reader = self._open(meter)
        headers = Headers(reader, meter.bounds.most_header)
        while (header := headers.next()) is not None:
            meter.add_entry()
            content = _Content(reader, header)
            yield _member(header, content)
            content.finish()


class _Content:
    """The bytes of an entry, which are in the stream whether or not anybody wants them."""

    def __init__(self, reader: Reader, header: Header) -> None:
        self._reader = reader
        self._size = header.size
        self._left = header.size

    def __iter__(self) -> Iterator[memoryview]:
        for piece in self._reader.pieces(self._size):
            self._left -= len(piece)
            yield piece

    def finish(self) -> None:
        self._reader.skip(self._left + padding_of(self._size))


def _member(header: Header, content: _Content) -> Member:
    kind = _KINDS.get(header.kind, "other")
    if kind not in {"file", "other"} and header.size:
        raise refused(header.path, "is a folder or a link, and has content.")
    if kind == "file" and header.path.endswith("/"):
        raise refused(header.path, "is a file with the name of a folder.")
    target = header.target if kind in {"link", "hard link"} else None
    size = header.size if kind == "file" else None
    entry = Entry(header.path, size, kind, header.modified, header.mode & 0o7777)
    return Member(entry, iter(content), target)
