"""The directory at the end of a zip: where it is, and what it says of each entry."""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from ....errors import ArchiveTooLarge, DamagedArchive, UnsafeArchive, Unsupported
from ..meter import Meter
from ..names import refused
from .record import RECORD, Record, parse

_END = struct.Struct("<4s4H2LH")
_END_SIGNATURE = b"PK\x05\x06"
_LOCATOR = struct.Struct("<4sLQL")
_LOCATOR_SIGNATURE = b"PK\x06\x07"
_END64 = struct.Struct("<4sQ2H2L4Q")
_END64_SIGNATURE = b"PK\x06\x06"
#: The end and the longest comment behind it.
_TAIL = _END.size + 2**16
_MOST_2, _MOST_4 = 2**16 - 1, 2**32 - 1
#: Bytes of a directory, which is kept in memory: a million entries with names of 200 characters.
_MOST_DIRECTORY = 256 * 2**20
#: The shortest header before an entry's bytes.
_LOCAL = 30
_DAMAGED = "The archive is damaged: "


@dataclass(frozen=True)
class End:
    """Where the directory is, as the end of the file tells.

    Attributes
    ----------
    start, size : int
        Bytes.
    count : int
        Entries, modulo 65,536 where it is no ZIP64: some programs write more.
    before : int
        Bytes of something else in front of the archive, from where on offsets count.
    """

    start: int
    size: int
    count: int
    zip64: bool
    before: int


def find_end(file: BinaryIO) -> End:
    """Find the directory.

    Raises
    ------
    DamagedArchive
        When there is none, or the file does not end behind it.
    UnsafeArchive
        When there may be two.
    Unsupported
        When the archive is in several files.
    """
    length = file.seek(0, 2)
    tail_start = max(0, length - _TAIL - _LOCATOR.size)
    tail = _read(file, tail_start, length - tail_start)
    ends = list(_ends(tail))
    if not ends:
        raise DamagedArchive(f"{_DAMAGED}it ends early, or something follows its end.")
    if len(ends) > 1:
        raise UnsafeArchive("The archive is refused: it has two ends, and programs differ in which they see.")
    at = ends[0]
    _, disk, disk_of_start, here, count, size, offset, _ = _END.unpack_from(tail, at)
    position = tail_start + at
    saturated = _MOST_2 in {here, count} or _MOST_4 in {size, offset}
    zip64 = False
    if at >= _LOCATOR.size and tail[at - _LOCATOR.size : at].startswith(_LOCATOR_SIGNATURE):
        found = _end64(file, position - _LOCATOR.size, tail[at - _LOCATOR.size : at])
        plain = zip(
            (here, count, size, offset), found.fields, (_MOST_2, _MOST_2, _MOST_4, _MOST_4), strict=True
        )
        if any(said not in {most, true} for said, true, most in plain):
            raise UnsafeArchive("The archive is refused: its two ends differ.")
        here, count, size, offset = found.fields
        position, zip64 = found.position, True
    elif saturated and _MOST_4 in {size, offset}:
        raise DamagedArchive(f"{_DAMAGED}its end is not whole.")
    if here != count or (disk, disk_of_start) not in {(0, 0), (_MOST_2, _MOST_2)}:
        raise Unsupported("The archive is in several files, which are not read here.")
    start = position - size
    if start < offset:
        raise DamagedArchive(f"{_DAMAGED}its directory is not where it should be.")
    return End(start, size, count, zip64, start - offset)


class Directory:
    """All entries, in the order of their bytes in the file; kept as the bytes of the directory.

    Parameters
    ----------
    end : End
        Where it is.

    Attributes
    ----------
    total : int
        Bytes of all files, as claimed.
    """

    def __init__(self, file: BinaryIO, end: End, meter: Meter) -> None:
        limit = meter.bounds.most_files
        # Before anything is read, and whatever the end claims: an entry has no fewer bytes.
        if end.count > limit or (end.size > _MOST_DIRECTORY and end.size // RECORD.size > limit):
            raise meter.too_many_files()
        if end.size > _MOST_DIRECTORY:
            raise ArchiveTooLarge(
                f"The archive is refused: its directory has more than {_MOST_DIRECTORY:,} bytes.",
                limit=_MOST_DIRECTORY,
            )
        self._data = _read(file, end.start, end.size)
        meter.read(end.size)
        self._end = end
        self._places = array("Q")
        self._offsets = array("Q")
        self.total = 0
        self._index(meter)
        count = len(self._places)
        if count != end.count and (end.zip64 or count % (_MOST_2 + 1) != end.count):
            raise DamagedArchive(f"{_DAMAGED}it has {count:,} entries and says {end.count:,}.")

    def __iter__(self) -> Iterator[tuple[Record, int]]:
        """Return each entry, and where its bytes must have ended."""
        offsets, places = self._offsets, self._places
        order = range(len(places))
        if any(offsets[index] > offsets[index + 1] for index in range(len(places) - 1)):
            ordered = sorted(order, key=offsets.__getitem__)
            offsets = array("Q", (offsets[index] for index in ordered))
            places = array("Q", (places[index] for index in ordered))
        offsets.append(self._end.start)
        for index in order:
            record = parse(self._data, places[index])
            limit = offsets[index + 1]
            offset = offsets[index]
            if offset + _LOCAL + record.packed > limit:
                raise refused(record.path, "has bytes that are those of another entry, too.")
            record.offset = offset
            yield record, limit
        offsets.pop()

    def _index(self, meter: Meter) -> None:
        at, size, before = 0, self._end.size, self._end.before
        while at < size:
            record = parse(self._data, at)
            meter.add_entry()
            self._places.append(at)
            self._offsets.append(before + record.offset)
            self.total += record.size
            at += record.length


@dataclass(frozen=True)
class _End64:
    position: int
    fields: tuple[int, int, int, int]


def _end64(file: BinaryIO, locator_at: int, locator: bytes) -> _End64:
    _, disk, offset, disks = _LOCATOR.unpack(locator)
    if disk != 0 or disks > 1:
        raise Unsupported("The archive is in several files, which are not read here.")
    # Where it says, or right before the locator when something stands in front of the archive.
    for position in (locator_at - _END64.size, offset):
        if 0 <= position <= locator_at - _END64.size:
            data = _read(file, position, _END64.size)
            if data.startswith(_END64_SIGNATURE):
                _, length, _, _, disk, disk_of_start, here, count, size, start = _END64.unpack(data)
                if disk or disk_of_start:
                    raise Unsupported("The archive is in several files, which are not read here.")
                if position + 12 + length != locator_at:
                    break
                return _End64(position, (here, count, size, start))
    raise DamagedArchive(f"{_DAMAGED}its end is not whole.")


def _ends(tail: bytes) -> Iterator[int]:
    """Return where in the tail an end is, whose comment goes to the last byte."""
    at = tail.rfind(_END_SIGNATURE)
    while at >= 0:
        if at + _END.size <= len(tail):
            comment = _END.unpack_from(tail, at)[-1]
            if at + _END.size + comment == len(tail):
                yield at
        at = tail.rfind(_END_SIGNATURE, 0, at + len(_END_SIGNATURE) - 1)


def _read(file: BinaryIO, start: int, length: int) -> bytes:
    file.seek(start)
    data = b""
    while len(data) < length and (more := file.read(length - len(data))):
        data = data + more if data else more
    if len(data) < length:
        raise DamagedArchive(f"{_DAMAGED}it ends early.")
    return data
