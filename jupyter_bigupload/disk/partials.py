"""Unfinished files that a dead process left in a folder, found by what their keys begin with."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from .errors import translated
from .folders import NO_FOLDER, Folder, opened_folder
from .paths import is_partial, locate


def remove_partials(root: Path, path: str, key: str) -> None:
    """Remove those in the folder at `path`, however deep, whose keys begin with `key`; no link is followed.

    Parameters
    ----------
    root : Path
        As it really is (`Path.resolve`).
    key : str
        Of uploads that nobody is at work on.

    Raises
    ------
    BigUploadError
        As `locate`, or as the disk has it.
    """
    waiting = [locate(root, path).path]
    with translated():
        while waiting:
            within = waiting.pop()
            try:
                folder = opened_folder(root, within)
            except OSError as error:
                if error.errno in NO_FOLDER:  # it went
                    continue
                raise
            try:
                waiting += [f"{within}/{name}" for name in _remove(folder, f".{key}")]
            finally:
                folder.close()


def _remove(folder: Folder, key: str) -> list[str]:
    """Remove those right in a folder; return the names of the folders in it."""
    deeper = []
    fd = os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=folder.fd)
    try:
        with os.scandir(fd) as entries:
            for entry in entries:
                with contextlib.suppress(FileNotFoundError):
                    if entry.is_dir(follow_symlinks=False):
                        deeper.append(entry.name)
                    elif is_partial(entry.name) and key in entry.name:
                        folder.unlink(entry.name)
    finally:
        os.close(fd)
    return deeper
