"""Keys of objects: which ones are used."""

from __future__ import annotations

import re

from ...errors import InvalidName

#: What S3 and Azure take.
_LONGEST = 1024
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def key_of(root: str, path: str) -> str:
    """Return the whole name of what is at `path` below `root`, which is empty or ends with `/`.

    Also of a prefix: it is empty, or ends with `/` too.

    Raises
    ------
    InvalidName
        When some stores would look for it elsewhere: those that keep objects as files follow `..`.
    """
    if any(segment in {".", ".."} for segment in path.split("/")) or path.startswith("/") or "//" in path:
        raise InvalidName("A name in a bucket has no segment that is empty, '.' or '..'.")
    if _CONTROL.search(path):
        raise InvalidName("A name in a bucket has no control characters.")
    key = root + path
    try:
        length = len(key.encode())
    except UnicodeEncodeError:
        raise InvalidName("A name in a bucket is Unicode.") from None
    if length > _LONGEST:
        raise InvalidName(f"A name in a bucket has at most {_LONGEST} bytes, with the prefix.")
    return key
