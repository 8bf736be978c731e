"""The headers that say how long a body is, where a chunk belongs, and what its file is called."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ...errors import Malformed
from .query import percent_decoded

# No longer than 19 digits, which 2**63 has: Python refuses to read numbers of thousands.
_LENGTH = re.compile(r"[0-9]{1,19}")
_CONTENT_RANGE = re.compile(r"bytes ([0-9]{1,19})-([0-9]{1,19})/([0-9]{1,19}|\*)")
#: A parameter of a header (RFC 9110, section 5.6.6). One without quotes ends at the next semicolon, whatever
#: is in it: many clients write spaces and slashes so.
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_PARAMETER = re.compile(rf';\s*([^\s=;"]+)\s*=\s*({_QUOTED.pattern}|[^;]*)', re.DOTALL)
_ESCAPED = re.compile(r'\\([\\"])')


@dataclass(frozen=True)
class ContentRange:
    """A chunk's place: `[start, end)` of a file of `total` bytes, None where nobody knows yet."""

    start: int
    end: int
    total: int | None


def parse_content_length(value: str) -> int:
    """Return the bytes that a `Content-Length` header announces.

    Raises
    ------
    Malformed
        When it is no number, or says two. Proxies sometimes repeat it: the same number twice is one.
    """
    first, *others = [number.strip() for number in value.split(",")]
    if not _LENGTH.fullmatch(first) or any(other != first for other in others):
        raise Malformed("The Content-Length is no number.")
    return int(first)


def parse_content_range(value: str) -> ContentRange:
    """Return what a `Content-Range` header says (RFC 9110, section 14.4; the unit must be bytes).

    Raises
    ------
    Malformed
        When it is no range of bytes.
    """
    match = _CONTENT_RANGE.fullmatch(value.strip())
    if match is None:
        raise Malformed(f"Content-Range must be 'bytes first-last/total', not {value!r}.")
    first, last = int(match[1]), int(match[2])
    total = None if match[3] == "*" else int(match[3])
    if first > last or (total is not None and last >= total):
        raise Malformed(f"Content-Range {value!r} is not a part of the file.")
    return ContentRange(first, last + 1, total)


def parse_file_name(content_disposition: str) -> str | None:
    """Return the file name of a `Content-Disposition` header, percent-decoded, or None.

    blueimp-file-upload sends `attachment; filename="<encodeURI(name)>"`; `filename*` (RFC 6266) works too,
    and is preferred where both are given.

    Raises
    ------
    Malformed
        When the name is no text: neither percent-encoded UTF-8, nor UTF-8 as it is.
    """
    given = parameters(content_disposition)
    if "filename*" in given:
        charset, _, rest = unquoted(given["filename*"]).partition("'")
        if charset.lower() != "utf-8":
            raise Malformed("The file's name in Content-Disposition must be UTF-8: filename*=UTF-8''<name>.")
        return _file_name(rest.partition("'")[2])
    return _file_name(unquoted(given["filename"])) if "filename" in given else None


def parameters(value: str) -> dict[str, str]:
    """Return the parameters of a header, by their names in lower case, with the quotes that they have.

    Raises
    ------
    Malformed
        When one is given twice, so that nobody could tell which is meant.
    """
    found: dict[str, str] = {}
    for name, raw in _PARAMETER.findall(value):
        if name.lower() in found:
            raise Malformed(f"A header has the parameter {name.lower()!r} more than once.")
        found[name.lower()] = raw.rstrip()
    return found


def unquoted(raw: str) -> str:
    """Return the value that a parameter has, with or without quotes.

    Raises
    ------
    Malformed
        When its quotes don't end.
    """
    if not raw.startswith('"'):
        return raw
    if not _QUOTED.fullmatch(raw):
        raise Malformed("A header has quotes that don't end.")
    return _ESCAPED.sub(r"\1", raw[1:-1])


def _file_name(encoded: str) -> str:
    try:
        data = encoded.encode("latin-1")  # how tornado keeps the bytes of a header
    except UnicodeEncodeError:
        raise Malformed("The file's name in Content-Disposition is not percent-encoded.") from None
    return percent_decoded(data, "The file's name in Content-Disposition")
