"""Extended headers of pax: lines of `<length> <keyword>=<value>`."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ....errors import DamagedArchive, UnsafeArchive

_LENGTH = re.compile(rb"([1-9]\d{0,9}) ")
_DAMAGED = "The archive is damaged: an extended header can't be read."
_SIZE = re.compile(rb"\d{1,20}")
_TIME = re.compile(rb"-?\d{1,20}(\.\d{0,20})?")
#: What only an entry of its own may have.
_OF_ONE = {b"path", b"linkpath", b"size"}


def parse(data: bytes) -> Mapping[bytes, bytes]:
    """Return keywords and values; of a keyword that is there twice the last value, as POSIX has it.

    Raises
    ------
    DamagedArchive
        When it is no extended header.
    UnsafeArchive
        When it describes a sparse file, of which holes of any size are a part.
    """
    values: dict[bytes, bytes] = {}
    at = 0
    while at < len(data):
        length = _LENGTH.match(data, at)
        if length is None:
            raise DamagedArchive(_DAMAGED)
        end = at + int(length[1])
        keyword, equals, value = data[length.end() : end].partition(b"=")
        if end > len(data) or not keyword or not equals or not value.endswith(b"\n"):
            raise DamagedArchive(_DAMAGED)
        values[keyword] = value[:-1]
        at = end
    if any(keyword.startswith(b"GNU.sparse.") for keyword in values):
        raise UnsafeArchive("The archive is refused: it has a sparse file, whose holes may have any size.")
    return values


def require_harmless_for_all(values: Mapping[bytes, bytes]) -> None:
    """Check a header that is for all entries which follow.

    Raises
    ------
    UnsafeArchive
        When it gives all of them one name, size or target.
    """
    if _OF_ONE & values.keys():
        raise UnsafeArchive("The archive is refused: it gives all of its entries the same name or size.")


def size_in(values: Mapping[bytes, bytes]) -> int | None:
    """Return the size of the entry, None where it is not said; raise `DamagedArchive` for what is none."""
    size = values.get(b"size")
    if size is None:
        return None
    if not _SIZE.fullmatch(size):
        raise DamagedArchive(_DAMAGED)
    return int(size)


def modified_in(values: Mapping[bytes, bytes]) -> float | None:
    """Return the modification time, None where it is not said, or no number."""
    time = values.get(b"mtime")
    return float(time) if time is not None and _TIME.fullmatch(time) else None
