"""Writing that the standard library does in more than one call."""

from __future__ import annotations

import os
from pathlib import Path


def write_at(fd: int, data: bytes | memoryview, offset: int) -> None:
    """Write all of `data` at `offset` bytes, however many calls that takes.

    Raises
    ------
    OSError
        As the operating system reports it (`ENOSPC`, `EDQUOT`, `EIO`, …).
    """
    rest = memoryview(data)
    while rest:
        written = os.pwrite(fd, rest, offset)
        rest = rest[written:]
        offset += written


def replace_file(path: Path, data: bytes) -> None:
    """Put `data` under `path` in one step: a reader sees the old content or the new, never a mixture.

    The new content outlives the death of the process, not a power loss.
    """
    temporary = path.with_name(f"{path.name}.new")
    temporary.write_bytes(data)
    temporary.replace(path)
