"""The two headers that carry a chunk's place and name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import Message
from email.utils import unquote as unquote_string
from urllib.parse import unquote

from ..errors import Malformed

_CONTENT_RANGE = re.compile(r"bytes ([0-9]{1,19})-([0-9]{1,19})/([0-9]{1,19})")


@dataclass(frozen=True)
class ContentRange:
    """A chunk's place: `[start, end)` of a file of `total` bytes."""

    start: int
    end: int
    total: int


def parse_content_range(value: str) -> ContentRange:
    """Return what a `Content-Range` header says (RFC 9110, section 14.4; the unit must be bytes).

    Raises
    ------
    Malformed
        Also for `*`: a chunk must say how large the file is, or nobody could tell when it is there.
    """
    match = _CONTENT_RANGE.fullmatch(value.strip())
    if match is None:
        raise Malformed(f"Content-Range must be 'bytes first-last/total', not {value!r}.")
    first, last, total = map(int, match.groups())
    if not first <= last < total:
        raise Malformed(f"Content-Range {value!r} is not a part of the file.")
    return ContentRange(first, last + 1, total)


def parse_file_name(content_disposition: str) -> str | None:
    """Return the file name of a `Content-Disposition` header, percent-decoded, or None.

    blueimp-file-upload sends `attachment; filename="<encodeURI(name)>"`; `filename*` (RFC 6266) works too.
    """
    message = Message()
    message["Content-Disposition"] = content_disposition
    name = message.get_param("filename", None, "Content-Disposition", unquote=False)
    if isinstance(name, tuple):
        # `filename*`: percent-decoded already, each byte as a character.
        return unquote_string(name[2]).encode("latin-1").decode("utf-8", "replace")
    return None if name is None else unquote(unquote_string(name))
