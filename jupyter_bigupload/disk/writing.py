"""Writing that the standard library does in more than one call."""

from __future__ import annotations

import os
from pathlib import Path

#: Bring a file's bytes to the disk. macOS has no call that leaves out what only backups need.
sync_data = getattr(os, "fdatasync", os.fsync)


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


def sync_folder(path: Path) -> None:
    """Bring the names in the folder at `path` to the disk."""
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
