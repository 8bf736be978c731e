"""The bytes of an entry of a zip: found, decompressed, and held against what the directory says of them."""

from __future__ import annotations

import bz2
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO

from ....errors import DamagedArchive, Unsupported
from ..decompressors import PIECE, Decompressor, Inflater, decompress, lzma_of_zip, zstandard
from ..meter import Meter
from ..names import damaged, refused, shown
from .record import Record

_LOCAL = struct.Struct("<4s5H3L2H")
_SIGNATURE = b"PK\x03\x04"
_SIZES_FOLLOW = 0x8
_SATURATED = 2**32 - 1
#: Bytes read at once, of as many entries as they hold. More would not stay in the cache of a core.
_READ = 256 * 1024
#: Compressed bytes that a decompressor is given at once.
_FEED = 256 * 1024
_STORED, _LZMA = 0, 14
_LZMA_HEAD = 9
_RAW_DEFLATE = -15
_DECOMPRESSORS: Mapping[int, Callable[[], Decompressor]] = {
    8: lambda: Inflater(_RAW_DEFLATE),
    12: bz2.BZ2Decompressor,
    93: zstandard,
}


class Window:
    """The bytes of a file around where they are wanted."""

    def __init__(self, file: BinaryIO, meter: Meter) -> None:
        self._file = file
        self._meter = meter
        self._start = 0
        self._data = memoryview(b"")

    def take(self, offset: int, length: int) -> memoryview:
        """Return `length` bytes, no more than are read at once.

        Raises
        ------
        DamagedArchive
            When the file ends before.
        """
        at = offset - self._start
        if at < 0 or at + length > len(self._data):
            self._fill(offset, length)
            at = 0
        return self._data[at : at + length]

    def _fill(self, offset: int, length: int) -> None:
        self._file.seek(offset)
        data = self._file.read(_READ)
        while len(data) < length:
            more = self._file.read(_READ - len(data))
            if not more:
                raise DamagedArchive("The archive is damaged: it ends early.")
            data += more
        self._meter.read(len(data))
        self._start, self._data = offset, memoryview(data)


def pieces_of(window: Window, record: Record, limit: int, meter: Meter) -> Iterator[bytes | memoryview]:
    """Return the bytes of an entry, piece by piece; the last comes before its checksum is known.

    Parameters
    ----------
    limit : int
        Where the next entry or the directory is.

    Raises
    ------
    DamagedArchive
        When they are fewer or more than the directory says, or others.
    UnsafeArchive
        When the entry's own header and the directory differ, or the bytes are those of another entry, too.
    Unsupported
        When they are compressed in a way that is not read here.
    """
    start = _start_of(window, record)
    end = start + record.packed
    if end > limit:
        raise refused(record.path, "has bytes that are those of another entry, too.")
    crc = length = 0
    expand = _stored if record.method == _STORED else _expanded
    for piece in expand(window, record, start, end):
        length += len(piece)
        if length > record.size:
            raise damaged(record.path, f"holds more than the {record.size:,} bytes that it says.")
        meter.expand(len(piece))
        crc = zlib.crc32(piece, crc)
        yield piece
    if length < record.size:
        raise damaged(record.path, f"holds {length:,} bytes and says {record.size:,}.")
    if crc != record.crc:
        raise damaged(record.path, "does not have the checksum that it should.")


def _start_of(window: Window, record: Record) -> int:
    """Return where an entry's bytes begin; its own header must say what the directory does."""
    at = record.offset
    header = window.take(at, _LOCAL.size)
    signature, _, flags, method, _, _, *stated, name_length, extra_length = _LOCAL.unpack(header)
    if signature != _SIGNATURE:
        raise damaged(record.path, "is not where the directory says.")
    same = method == record.method
    if not flags & _SIZES_FOLLOW:
        listed = (record.crc, record.packed, record.size)
        same &= all(said in {true, _SATURATED} for said, true in zip(stated, listed, strict=True))
    name_at = at + _LOCAL.size
    if not same or window.take(name_at, name_length) != record.name:
        raise refused(record.path, "is not the same in the directory and in its own header.")
    end: int = name_at + name_length + extra_length
    return end


def _stored(window: Window, _: Record, start: int, end: int) -> Iterator[memoryview]:
    for at in range(start, end, _READ):
        yield window.take(at, min(_READ, end - at))


def _expanded(window: Window, record: Record, start: int, end: int) -> Iterator[bytes]:
    start, decompressor = _decompressor(window, record, start, end)
    left = record.size
    while not decompressor.eof:
        data: bytes | memoryview = b""
        if decompressor.needs_input:
            data = window.take(start, min(_FEED, end - start))
            start += len(data)
        # One byte more than there should be tells of a lie, and lets the end be seen.
        out = decompress(decompressor, data, min(PIECE, left + 1), shown(record.path))
        if out:
            left -= len(out)
            yield out
        elif not data and decompressor.needs_input:
            if record.method == _LZMA and not left:
                return  # LZMA needs no mark at its end
            raise damaged(record.path, "ends early.")
    if start < end or decompressor.unused_data:
        raise damaged(record.path, "goes on after its end.")


def _decompressor(window: Window, record: Record, start: int, end: int) -> tuple[int, Decompressor]:
    """Return where its input begins, and what takes it."""
    if record.method != _LZMA:
        make = _DECOMPRESSORS.get(record.method)
        if make is None:
            raise Unsupported(f"{shown(record.path)} is compressed by a method of zip that is not read here.")
        return start, make()
    head = bytes(window.take(start, _LZMA_HEAD)) if end - start >= _LZMA_HEAD else bytes(_LZMA_HEAD)
    try:
        if head[2:4] != b"\x05\0":
            raise ValueError("five bytes of properties")
        return start + _LZMA_HEAD, lzma_of_zip(head[4:])
    except MemoryError:
        raise Unsupported(f"{shown(record.path)} needs more memory than is allowed.") from None
    except ValueError:
        raise damaged(record.path, "has no properties of its compression.") from None
