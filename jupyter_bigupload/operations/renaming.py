"""Something of the home folder that gets another path there, in one step, whoever lives to tell of it."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ..destinations import HOME
from ..disk.folders import open_folder
from ..disk.moving import move


def rename(
    root: Path, path: str, new: str, save: Callable[[Mapping[str, Any]], None], facts: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Rename it, and return the operation's response.

    Parameters
    ----------
    save : Callable
        Writes down, right before, what tells whether it was done.
    facts : Mapping
        What the response says besides.

    Raises
    ------
    FileExistsError, OnAnotherDisk, BigUploadError
        As `disk.moving.move`.
    """
    response: dict[str, Any] = {}

    def ready(got: str, there: os.stat_result) -> None:
        size = there.st_size if stat.S_ISREG(there.st_mode) else None
        made = {"destination": HOME, "path": got, "size": size}
        response.update(made=made, removed={"destination": HOME, "path": path}, **facts)
        save({"renamed": response, "inode": there.st_ino})

    move(root, path, new, ready)
    return response


def renamed(root: Path, fields: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the response that a dead process would have given, if it got as far as that."""
    response: Mapping[str, Any] = fields["renamed"]
    folder, _, name = response["made"]["path"].rpartition("/")
    with contextlib.suppress(FileNotFoundError, NotADirectoryError), open_folder(root, folder) as parent:
        if parent.stat(name).st_ino == fields["inode"]:
            parent.sync()
            return response
    return None
