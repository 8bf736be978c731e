"""Files and folders of this machine, for programs that use tables without a server."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO

from ..errors import Changed
from .folders import check_file, folder_source, is_visible
from .source import Source


def local_folder(path: str | os.PathLike[str]) -> Source:
    """Return the folder at `path`, whose Parquet files are one table. Links in it are left out.

    Raises
    ------
    OSError
        When there is none.
    NotATable
        When its files are no table.
    Changed
        Later, when a file of it is opened and is no longer what it was.
    """
    folder = Path(path)
    files: list[tuple[str, Source]] = []
    for found in sorted(folder.rglob("*")):
        below = found.relative_to(folder).as_posix()
        if is_visible(below) and found.is_file() and not found.is_symlink():
            check_file(below, len(files) + 1)
            files.append((below, local_file(found)))
    return folder_source(folder.name, files)


def local_file(path: str | os.PathLike[str]) -> Source:
    """Return the file at `path`.

    Raises
    ------
    OSError
        When there is none.
    Changed
        Later, when it is opened and is no longer what it was.
    """
    file = Path(path)
    found = _state(file.stat())

    def opened() -> BinaryIO:
        stream = file.open("rb")
        if _state(os.fstat(stream.fileno())) == found:
            return stream
        stream.close()
        raise Changed("The file has changed since it was looked at.")

    return Source(file.name, file.stat().st_size, found, opened)


def _state(found: os.stat_result) -> str:
    return f"{found.st_dev}-{found.st_ino}-{found.st_size}-{found.st_mtime_ns}"
