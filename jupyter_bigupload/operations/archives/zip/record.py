"""An entry as the directory of a zip tells of it."""

from __future__ import annotations

import functools
import stat
import struct
import time
import zlib
from dataclasses import dataclass

from ....errors import DamagedArchive, UnsafeArchive, Unsupported
from ..model import Entry, Kind
from ..names import damaged, refused, shown

RECORD = struct.Struct("<4s4B4HL2L5H2L")
_SIGNATURE = b"PK\x01\x02"
_SATURATED = 2**32 - 1
_SATURATED_DISK = 2**16 - 1
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_PATCH = 0x20
_UTF8 = 0x800
#: Extra fields: ZIP64, the time of Info-ZIP, the name as UTF-8.
_ZIP64, _TIME, _UNICODE_PATH = 0x0001, 0x5455, 0x7075
_FIELD = struct.Struct("<HH")
_HAS_MODIFIED = 1
_TIME_BYTES = 5
_UNICODE_HEAD = 5
#: Made on Unix, or macOS: the upper half of the attributes are a mode.
_UNIX = {3, 19}
_KINDS: dict[int, Kind] = {0: "file", stat.S_IFREG: "file", stat.S_IFDIR: "folder", stat.S_IFLNK: "link"}


@dataclass(slots=True)
class Record:
    """What is said of an entry. `packed` and `size` are bytes before and after decompression.

    Attributes
    ----------
    length : int
        Bytes of the record.
    name : bytes
        As it is there.
    offset : int
        Where its own header is, from the start of the archive.
    """

    length: int
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int
    name: bytes
    path: str
    kind: Kind
    modified: float | None
    mode: int | None

    @property
    def entry(self) -> Entry:
        """What callers see."""
        return Entry(
            self.path, self.size if self.kind == "file" else None, self.kind, self.modified, self.mode
        )


def parse(data: bytes, at: int) -> Record:
    """Read a record.

    Raises
    ------
    DamagedArchive
        When it is none, or not whole.
    UnsafeArchive
        When it says things that can't be true together.
    Unsupported
        When it is encrypted, or of another file.
    """
    try:
        signature, _, system, _, _, flags, method, clock, day, *rest = RECORD.unpack_from(data, at)
    except struct.error:
        raise DamagedArchive("The archive is damaged: its directory ends early.") from None
    crc, packed, size, name_length, extra_length, comment_length, disk, _, attributes, offset = rest
    name_at = at + RECORD.size
    extra_at = name_at + name_length
    length = RECORD.size + name_length + extra_length + comment_length
    if signature != _SIGNATURE or at + length > len(data):
        raise DamagedArchive("The archive is damaged: its directory can't be read.")
    name = data[name_at:extra_at]
    extra = data[extra_at : extra_at + extra_length]
    fields = _fields(extra) if extra else {}
    path = _path(name, flags, fields.get(_UNICODE_PATH))
    if flags & _ENCRYPTED:
        raise Unsupported(f"The archive is encrypted ({shown(path)}), which is not read here.")
    if flags & _PATCH:
        raise Unsupported(f"The archive holds a patch of {shown(path)}, not the file.")
    if _SATURATED in (size, packed, offset):
        size, packed, offset = _large(path, fields.get(_ZIP64, b""), size, packed, offset)
    if disk not in {0, _SATURATED_DISK}:
        raise Unsupported("The archive is in several files, which are not read here.")
    mode = attributes >> 16 if system in _UNIX and attributes >> 16 else None
    kind = _kind(path, mode, size)
    modified = _modified(fields.get(_TIME, b""), day, clock)
    permissions = None if mode is None else stat.S_IMODE(mode)
    return Record(length, flags, method, crc, packed, size, offset, name, path, kind, modified, permissions)


def _fields(extra: bytes) -> dict[int, bytes]:
    """Return the extra fields, the first of each kind, as far as they can be read."""
    fields: dict[int, bytes] = {}
    at = 0
    while at + _FIELD.size <= len(extra):
        kind, length = _FIELD.unpack_from(extra, at)
        at += _FIELD.size
        if kind in fields and kind in {_ZIP64, _UNICODE_PATH}:
            raise UnsafeArchive("The archive is refused: it says the size or name of an entry twice.")
        fields.setdefault(kind, extra[at : at + length])
        at += length
    return fields


def _large(path: str, field: bytes, *saturated: int) -> tuple[int, int, int]:
    """Return size, packed size and offset; those too large for their places are in the field of ZIP64."""
    numbers = iter(struct.unpack(f"<{len(field) // 8}Q", field[: len(field) // 8 * 8]))
    try:
        size, packed, offset = (next(numbers) if value == _SATURATED else value for value in saturated)
    except (StopIteration, RuntimeError):
        raise damaged(path, "has no size.") from None
    return size, packed, offset


def _path(name: bytes, flags: int, unicode: bytes | None) -> str:
    """Return the name as text: UTF-8 where it is said or can be read so, else as DOS wrote it."""
    if (
        unicode is not None
        and unicode[:1] == b"\x01"
        and int.from_bytes(unicode[1:5], "little") == zlib.crc32(name)
    ):
        name, flags = unicode[_UNICODE_HEAD:], flags | _UTF8
    try:
        return name.decode()
    except UnicodeDecodeError:
        if flags & _UTF8:
            text = shown(name.decode("utf-8", "backslashreplace"))
            raise DamagedArchive(
                f"The archive is damaged: the name {text} is not UTF-8.", entry=text
            ) from None
        return name.decode("cp437")


def _kind(path: str, mode: int | None, size: int) -> Kind:
    kind = "folder" if path.endswith("/") else _KINDS.get(stat.S_IFMT(mode or 0), "other")
    if path.endswith("/") and _KINDS.get(stat.S_IFMT(mode or 0)) == "link":
        raise refused(path, "is both a folder and a link.")
    if kind == "folder" and size:
        raise refused(path, "is a folder with content.")
    return kind


def _modified(field: bytes, day: int, clock: int) -> float | None:
    if len(field) >= _TIME_BYTES and field[0] & _HAS_MODIFIED:
        return float(int.from_bytes(field[1:5], "little", signed=True))
    return _dos_time(day, clock)


@functools.lru_cache(maxsize=1024)
def _dos_time(day: int, clock: int) -> float | None:
    """Return seconds since 1970 of a time on the clock of this machine, None for what is no time."""
    date = ((day >> 9) + 1980, (day >> 5) & 0xF, day & 0x1F)
    try:
        return time.mktime((*date, clock >> 11, (clock >> 5) & 0x3F, (clock & 0x1F) * 2, 0, 0, -1))
    except (OverflowError, ValueError):
        return None
