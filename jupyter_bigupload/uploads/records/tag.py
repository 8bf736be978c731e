"""What marks unfinished files as those of one folder of records.

Two servers may show trees that overlap, each with records of its own: what one has no record of may be the
other's. So a random tag is kept beside the records, and is part of the names of all their unfinished files.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import secrets
from pathlib import Path

_NAME = "tag"
_TAG = re.compile(rb"[0-9a-f]{32}")


def read_tag(folder: Path) -> str | None:
    """Return the tag of a folder of records, or None when it has none.

    One that was copied or restored is another: whoever has the original still relies on it.

    Raises
    ------
    OSError
        As the operating system reports it.
    """
    try:
        with (folder / _NAME).open("rb") as file:
            content, inode = file.read(), os.fstat(file.fileno()).st_ino
    except FileNotFoundError:
        return None
    if not _TAG.fullmatch(content):  # as a power loss may leave it
        return None
    return hashlib.sha256(content + str(inode).encode()).hexdigest()[:16]


def make_tag(folder: Path) -> str:
    """Return the tag of a folder of records; folder and tag are made where there is none.

    Raises
    ------
    OSError
        As the operating system reports it.
    """
    tag = read_tag(folder)
    if tag is None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(folder / _NAME)
        tag = read_tag(folder)
    if tag is None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))
    return tag


def _write(path: Path) -> None:
    # Of two servers at the same moment, the last one counts: what the other has begun by then is never taken
    # for an orphan.
    temporary = path.with_name(f"{_NAME}.{secrets.token_hex(8)}.new")
    with temporary.open("wb") as file:
        file.write(secrets.token_hex(16).encode())
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
