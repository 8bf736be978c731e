"""Zips byte by byte, so that they can say what no library would write."""

from __future__ import annotations

import bz2
import lzma
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from .zstandard import zstd

STORED, DEFLATE, BZIP2, LZMA, ZSTD = 0, 8, 12, 14, 93
UTF8 = 0x800
SIZES_FOLLOW = 0x8
_MOST = 2**32 - 1
Value = TypeVar("Value")


@dataclass(frozen=True)
class ZipEntry:
    """An entry; what is None is what it should be."""

    name: bytes = b"a.txt"
    content: bytes = b"content"
    method: int = STORED
    flags: int = 0
    mode: int = 0o100644
    system: int = 3
    data: bytes | None = None
    crc: int | None = None
    size: int | None = None
    packed: int | None = None
    local_name: bytes | None = None
    local_crc: int | None = None
    local_size: int | None = None
    local_packed: int | None = None
    local_method: int | None = None
    signature: bytes = b"PK\x03\x04"
    extra: bytes = b""
    local_extra: bytes = b""
    at: int | None = None
    disk: int = 0
    zip64: bool = False

    def packed_data(self) -> bytes:
        return packed(self.content, self.method) if self.data is None else self.data


def packed(content: bytes, method: int) -> bytes:
    match method:
        case 8:
            compressor = zlib.compressobj(9, zlib.DEFLATED, -15)
            return compressor.compress(content) + compressor.flush()
        case 12:
            return bz2.compress(content)
        case 14:
            properties = {"id": lzma.FILTER_LZMA1, "dict_size": 65536, "lc": 3, "lp": 0, "pb": 2}
            head = b"\x09\x04\x05\0" + struct.pack("<BL", 93, 65536)
            return head + lzma.compress(content, lzma.FORMAT_RAW, filters=[properties])
        case 93:
            return zstd.compress(content)
        case _:
            return content


def build(
    *entries: ZipEntry,
    before: bytes = b"",
    after: bytes = b"",
    comment: bytes = b"",
    count: int | None = None,
    directory: bytes | None = None,
    directory_at: int | None = None,
    directory_size: int | None = None,
    disk: int = 0,
    zip64: bool = False,
    end64: Sequence[int] | None = None,
) -> bytes:
    out = bytearray(before)
    offsets = []
    for entry in entries:
        offsets.append(len(out) - len(before))
        out += _local(entry) + entry.packed_data()
    start = len(out) - len(before)
    records = b"".join(map(_record, entries, offsets)) if directory is None else directory
    out += records
    number = len(entries) if count is None else count
    size = len(records) if directory_size is None else directory_size
    at = start if directory_at is None else directory_at
    if zip64:
        where = len(out) - len(before)
        fields = end64 or (number, number, size, at)
        out += struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, *fields)
        out += struct.pack("<4sLQL", b"PK\x06\x07", 0, where, 1)
        number, size, at = 0xFFFF, _MOST, _MOST
    out += struct.pack("<4s4H2LH", b"PK\x05\x06", disk, disk, number, number, size, at, len(comment))
    return bytes(out + comment + after)


def _local(entry: ZipEntry) -> bytes:
    data, content = entry.packed_data(), entry.content
    name = _or(entry.local_name, entry.name)
    crc, size = (
        _or(entry.local_crc, entry.crc, zlib.crc32(content)),
        _or(entry.local_size, entry.size, len(content)),
    )
    stored = _or(entry.local_packed, entry.packed, len(data))
    if entry.flags & SIZES_FOLLOW:
        crc = stored = size = 0
    if entry.zip64:
        stored = size = _MOST
    method = _or(entry.local_method, entry.method)
    head = struct.pack("<4s5H3L2H", entry.signature, 20, entry.flags, method, 0, 0x5A21, crc, stored, size,
                       len(name), len(entry.local_extra))  # fmt: skip
    return head + name + entry.local_extra


def _record(entry: ZipEntry, offset: int) -> bytes:
    size = _or(entry.size, len(entry.content))
    stored = _or(entry.packed, len(entry.packed_data()))
    at = _or(entry.at, offset)
    extra = entry.extra
    if entry.zip64:
        extra += struct.pack("<2H3Q", 1, 24, size, stored, at)
        size = stored = at = _MOST
    head = struct.pack("<4s4B4HL2L5H2L", b"PK\x01\x02", 20, entry.system, 20, 0, entry.flags, entry.method, 0,
                       0x5A21, _or(entry.crc, zlib.crc32(entry.content)), stored, size, len(entry.name),
                       len(extra), 0, entry.disk, 0, entry.mode << 16, at)  # fmt: skip
    return head + entry.name + extra


def _or(*values: Value | None) -> Value:
    """Return the first that is not None."""
    return next(value for value in values if value is not None)
