"""The headers of a tar, each with what extended headers before it say of the same entry."""

from __future__ import annotations

import tarfile
from collections.abc import Mapping
from dataclasses import dataclass

from ....errors import ArchiveTooLarge, DamagedArchive, UnsafeArchive
from ..names import damaged
from ..streams import Reader
from . import pax

BLOCK = 512
_ZEROS = bytes(BLOCK)
_NAME = slice(0, 100)
_MAGIC = slice(257, 265)
_GNU = b"ustar  \0"
_LONG_NAME, _LONG_TARGET = tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK
#: Headers before an entry; no program writes more than four.
_MOST_EXTENDED = 16
_BOTH = "The archive is refused: an entry has two extended headers that say the same."


@dataclass(frozen=True, slots=True)
class Header:
    """What a tar says of an entry. `size` are the bytes that follow, `kind` is tar's type of one byte."""

    path: str
    size: int
    kind: bytes
    target: str
    modified: float
    mode: int


def is_header(block: bytes) -> bool:
    """Return whether a block is the header of an entry: its checksum tells."""
    try:
        tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except (tarfile.HeaderError, ValueError):
        return False
    return True


class Headers:
    """Reads headers from a stream that is at one.

    Parameters
    ----------
    most : int
        Bytes of an extended header.
    """

    def __init__(self, reader: Reader, most: int) -> None:
        self._reader = reader
        self._most = most

    def next(self) -> Header | None:
        """Return the next one, or None at the end, behind which there are nothing but zeros.

        Raises
        ------
        DamagedArchive
            When there is neither, or something follows the end.
        UnsafeArchive, ArchiveTooLarge
            When an extended header is none of an archive of files.
        """
        long: dict[bytes, bytes] = {}
        extended: Mapping[bytes, bytes] | None = None
        for _ in range(_MOST_EXTENDED):
            block = self._reader.read(BLOCK)
            if block == _ZEROS:
                if long or extended is not None:
                    raise DamagedArchive("The archive is damaged: an extended header stands before its end.")
                self._require_end()
                return None
            info = _parsed(block)
            match info.type:
                case tarfile.GNUTYPE_LONGNAME | tarfile.GNUTYPE_LONGLINK:
                    if info.type in long:
                        raise UnsafeArchive(_BOTH)
                    long[info.type] = _terminated(self._content(info.size))
                case tarfile.XHDTYPE | tarfile.SOLARIS_XHDTYPE:
                    if extended is not None:
                        raise UnsafeArchive(_BOTH)
                    extended = pax.parse(self._content(info.size))
                case tarfile.XGLTYPE:
                    pax.require_harmless_for_all(pax.parse(self._content(info.size)))
                case b"V":
                    self._content(info.size)  # the name of a tape
                case _:
                    return _header(info, block, long, extended or {})
        raise UnsafeArchive("The archive is refused: it has many extended headers in a row.")

    def _content(self, size: int) -> bytes:
        """Return the bytes of an extended header."""
        if not 0 <= size <= self._most:
            raise ArchiveTooLarge(
                f"The archive is refused: an extended header has more than {self._most:,} bytes.",
                limit=self._most,
            )
        data = self._reader.read(size + padding_of(size))
        if len(data) < size:
            raise DamagedArchive("The archive is damaged: it ends early.")
        return data[:size]

    def _require_end(self) -> None:
        if self._reader.read(BLOCK) != _ZEROS:
            raise DamagedArchive("The archive is damaged: its end is not whole.")
        for rest in self._reader.rest():
            if any(rest):
                raise DamagedArchive("The archive is damaged: more follows after its end.")


def padding_of(size: int) -> int:
    """Return how many bytes follow an entry's, up to the end of their block."""
    return -size % BLOCK


def _parsed(block: bytes) -> tarfile.TarInfo:
    if len(block) < BLOCK:
        raise DamagedArchive("The archive is damaged: it ends early.")
    try:
        return tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except (tarfile.HeaderError, ValueError) as error:
        raise DamagedArchive("The archive is damaged: a header can't be read.") from error


def _header(
    info: tarfile.TarInfo, block: bytes, long: Mapping[bytes, bytes], extended: Mapping[bytes, bytes]
) -> Header:
    if (_LONG_NAME in long and b"path" in extended) or (_LONG_TARGET in long and b"linkpath" in extended):
        raise UnsafeArchive(_BOTH)
    path = info.name
    if block[_MAGIC] == _GNU:
        # What is a prefix in POSIX's format are times in GNU's.
        path = block[_NAME].partition(b"\0")[0].decode("utf-8", "surrogateescape")
    path = _text(long.get(_LONG_NAME, extended.get(b"path")), path)
    size = pax.size_in(extended)
    size = info.size if size is None else size
    if size < 0:
        raise damaged(path, "has a negative size.")
    modified = pax.modified_in(extended)
    return Header(
        path,
        size,
        info.type,
        _text(long.get(_LONG_TARGET, extended.get(b"linkpath")), info.linkname),
        info.mtime if modified is None else modified,
        info.mode,
    )


def _text(extended: bytes | None, field: str) -> str:
    """Return a path, of an extended header where there is one, else of a field.

    Raises
    ------
    DamagedArchive
        When it is not UTF-8.
    """
    data = field.encode("utf-8", "surrogateescape") if extended is None else extended
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise damaged(data.decode("utf-8", "surrogateescape"), "has a name that is not UTF-8.") from None


def _terminated(data: bytes) -> bytes:
    text, _, rest = data.partition(b"\0")
    if any(rest):
        raise UnsafeArchive("The archive is refused: a long name goes on after its end.")
    return text
