"""The `Range` header: RFC 9110, section 14."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ...errors import RangeNotSatisfiable

# Longer numbers than any file needs are read as the largest: Python refuses to read thousands of digits.
_SPEC = re.compile(r"([0-9]*)-([0-9]*)")
_DIGITS = 19
_BEYOND = 2**63


@dataclass(frozen=True)
class ByteRange:
    """The bytes `[start, end)`."""

    start: int
    end: int


def requested_range(header: str, size: int) -> ByteRange | None:
    """Return the range that a `Range` header asks for; None for the whole.

    A header that can't be read, of another unit, or with several ranges is ignored, as section 14.2 lets a
    server do: then the whole comes, which is what such a client has to expect.

    Parameters
    ----------
    size : int
        Bytes of the whole.

    Raises
    ------
    RangeNotSatisfiable
        When none of the bytes exist.
    """
    unit, equals, specs = header.partition("=")
    if not equals or unit.strip().lower() != "bytes":
        return None
    # A list may have empty elements (section 5.6.1.2).
    given = [spec for part in specs.split(",") if (spec := part.strip(" \t"))]
    match = _SPEC.fullmatch(given[0]) if len(given) == 1 else None
    if match is None or match[0] == "-":
        return None
    first, last = match[1], match[2]
    if not first:
        length = _number(last)
        if length and not size:
            return None  # all of nothing
        start, end = max(0, size - length), size
    else:
        start, end = _number(first), size
        if last:
            if _number(last) < start:
                return None
            end = min(size, _number(last) + 1)
    if start >= size:
        raise RangeNotSatisfiable(
            f"There are {size} bytes, and none of those that were asked for.", size=size
        )
    return ByteRange(start, end)


def _number(digits: str) -> int:
    return _BEYOND if len(digits.lstrip("0")) > _DIGITS else int(digits)
