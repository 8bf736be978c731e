"""The records of an archive, as bytes: APPNOTE 4.3.7 to 4.3.16."""

from __future__ import annotations

import calendar
import struct
import time

from .member import Member

#: What a field of 32 or of 16 bits has whose value is in a ZIP64 record (4.4.1.4).
_ELSEWHERE, _ELSEWHERE_16 = 0xFFFFFFFF, 0xFFFF
#: Versions that are needed to extract (4.4.3.2): folders, and ZIP64.
_PLAIN, _WITH_ZIP64 = 20, 45
#: Made on Unix (4.4.2.2), by something that knows ZIP64; so external attributes begin with a mode.
_MADE_BY = 3 << 8 | _WITH_ZIP64
_FILE_MODE, _FOLDER_MODE = 0o100644 << 16, 0o040755 << 16 | 0x10
#: Flags (4.4.4): the CRC-32 and the sizes are behind the bytes; the name is UTF-8.
_BEHIND, _UTF_8 = 1 << 3, 1 << 11

_LOCAL = struct.Struct("<IHHHHHIIIHH")
_CENTRAL = struct.Struct("<IHHHHHHIIIHHHHHII")
_DESCRIPTOR, _DESCRIPTOR_64 = struct.Struct("<IIII"), struct.Struct("<IIQQ")
_END_64 = struct.Struct("<IQHHIIQQQQ")
_LOCATOR_64 = struct.Struct("<IIQI")
_END = struct.Struct("<IHHHHIIH")

#: The first and the last moment of MS-DOS (4.4.6), and of the extended timestamp; seconds since 1970.
_FIRST, _LAST = calendar.timegm((1980, 1, 1, 0, 0, 0)), calendar.timegm((2107, 12, 31, 23, 59, 58))
_FIRST_STAMP, _LAST_STAMP = -(2**31), 2**31 - 1


def local_header(member: Member, crc: int | None) -> bytes:
    """Return what is in front of a member's bytes (4.3.7).

    Parameters
    ----------
    crc : int or None
        Of its bytes; None for one that is not `small`, which has it behind them.
    """
    large = member.size >= _ELSEWHERE
    flags, sizes = _UTF_8, (member.size, member.size)
    extra = _timestamp(member)
    if crc is None:
        flags |= _BEHIND
        # 4.4.4: none of them is known here. The ZIP64 field says that those behind have 64 bits (4.3.9.2).
        sizes = (_ELSEWHERE, _ELSEWHERE) if large else (0, 0)
    if large:
        extra = struct.pack("<HHQQ", 1, 16, 0, 0) + extra
    name = member.name.encode()
    version = _WITH_ZIP64 if large else _PLAIN
    return (
        _LOCAL.pack(
            0x04034B50, version, flags, 0, *_dos_time(member), crc or 0, *sizes, len(name), len(extra)
        )
        + name
        + extra
    )


def descriptor(member: Member, crc: int) -> bytes:
    """Return what is behind the bytes of a member that is not `small` (4.3.9)."""
    packer = _DESCRIPTOR_64 if member.size >= _ELSEWHERE else _DESCRIPTOR
    return packer.pack(0x08074B50, crc, member.size, member.size)


def descriptor_length(member: Member) -> int:
    """Return the bytes of `descriptor`; none for a member that is `small`."""
    if member.small:
        return 0
    return _DESCRIPTOR_64.size if member.size >= _ELSEWHERE else _DESCRIPTOR.size


def central_record(member: Member, offset: int, crc: int) -> bytes:
    """Return a member's record in the central directory (4.3.12).

    Parameters
    ----------
    offset : int
        Of its local header, from the beginning of the archive.
    """
    large, far = member.size >= _ELSEWHERE, offset >= _ELSEWHERE
    extra = _timestamp(member)
    # 4.5.3: only those that are elsewhere, in this order.
    in_64 = [member.size, member.size] * large + [offset] * far
    if in_64:
        extra = struct.pack(f"<HH{len(in_64)}Q", 1, 8 * len(in_64), *in_64) + extra
    name = member.name.encode()
    size = _ELSEWHERE if large else member.size
    return (
        _CENTRAL.pack(
            0x02014B50,
            _MADE_BY,
            _WITH_ZIP64 if in_64 else _PLAIN,
            _UTF_8 | (0 if member.small else _BEHIND),
            0,
            *_dos_time(member),
            crc,
            size,
            size,
            len(name),
            len(extra),
            0,
            0,
            0,
            _FOLDER_MODE if member.path.endswith("/") else _FILE_MODE,
            _ELSEWHERE if far else offset,
        )
        + name
        + extra
    )


def end_records(count: int, start: int, end: int) -> bytes:
    """Return the end of an archive (4.3.14 to 4.3.16).

    Parameters
    ----------
    count : int
        Members.
    start, end : int
        Of the central directory.
    """
    size = end - start
    records = b""
    if count >= _ELSEWHERE_16 or size >= _ELSEWHERE or start >= _ELSEWHERE:
        length = _END_64.size - 12  # 4.3.14.1: without its first two fields
        records = _END_64.pack(
            0x06064B50, length, _MADE_BY, _WITH_ZIP64, 0, 0, count, count, size, start
        ) + _LOCATOR_64.pack(0x07064B50, 0, end, 1)
    few = min(count, _ELSEWHERE_16)
    return records + _END.pack(0x06054B50, 0, 0, few, few, min(size, _ELSEWHERE), min(start, _ELSEWHERE), 0)


def _timestamp(member: Member) -> bytes:
    """Return the modification time as Info-ZIP's extended timestamp (0x5455), where it fits 32 bits."""
    seconds = int(member.state.modified)
    if not _FIRST_STAMP <= seconds <= _LAST_STAMP:
        return b""
    return struct.pack("<HHBi", 0x5455, 5, 1, seconds)


def _dos_time(member: Member) -> tuple[int, int]:
    """Return time and date as MS-DOS has them (4.4.6), in UTC: every server makes the same of a file."""
    at = time.gmtime(min(max(member.state.modified, _FIRST), _LAST))
    return (
        at.tm_hour << 11 | at.tm_min << 5 | at.tm_sec // 2,
        (at.tm_year - 1980) << 9 | at.tm_mon << 5 | at.tm_mday,
    )
