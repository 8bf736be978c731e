"""Files below the root that are no uploads: where they are, what a folder has, and how one is rewritten."""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Callable
from itertools import islice
from pathlib import Path

from ..disk.errors import translated
from ..disk.folders import Folder, open_folder
from ..disk.paths import locate
from ..errors import BigUploadError, Refused
from .folders import MOST_NAMES, Names

#: Bytes of what people write by hand.
_LARGEST = 2**20
#: Stands for whatever is in a folder that is to be located.
_ANY_NAME = "x"


def absolute(root: Path, path: str) -> str:
    """Return where the file at `path` from `root` is on this machine.

    Raises
    ------
    BigUploadError
        As `locate` does: when it would be outside of the root, or in no folder.
    """
    root = root.resolve()
    place = locate(root, path)
    return str(root / place.folder / place.name)


def is_folder(root: Path, path: str) -> bool:
    """Return whether there is a folder at `path` from `root`, which no link leads out of it."""
    try:
        locate(root.resolve(), f"{path}/{_ANY_NAME}")
    except BigUploadError:
        return False
    return True


def names_in(root: Path, path: str) -> Names:
    """Return what is right below the folder at `path` from `root`; links are neither files nor folders.

    Raises
    ------
    BigUploadError
        As `locate` does, or when the disk does not let it happen.
    """
    root = root.resolve()
    found = locate(root, f"{path}/{_ANY_NAME}").folder
    files: list[str] = []
    folders: list[str] = []
    with translated(), open_folder(root, found) as folder:
        try:
            fd = os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=folder.fd)
        except PermissionError:  # it may be passed through, but not listed
            return Names((), (), complete=False)
        try:
            with os.scandir(fd) as entries:
                for entry in islice(entries, MOST_NAMES):
                    if entry.is_file(follow_symlinks=False):
                        files.append(entry.name)
                    elif entry.is_dir(follow_symlinks=False):
                        folders.append(entry.name)
                complete = next(entries, None) is None
        finally:
            os.close(fd)
    return Names(files, folders, complete)


def rewrite(root: Path, path: str, change: Callable[[str | None], str]) -> None:
    """Put what `change` makes of the text at `path` in its place, in one step and through no link.

    A reader sees the old text or the new, which outlives a power loss.

    Parameters
    ----------
    change : Callable
        Given the text, or None where there is no such file. What it raises leaves the file as it is.

    Raises
    ------
    Refused
        When what is there is no small file with text.
    BigUploadError
        As `locate` does, or when the disk does not let it happen.
    """
    root = root.resolve()
    place = locate(root, path)
    with translated(), open_folder(root, place.folder) as folder:
        old, mode = _read(folder, place.name)
        new = change(old)
        if new == old:
            return
        temporary = f".{secrets.token_hex(8)}.bigupload"
        try:
            _write(folder, temporary, new, mode)
            folder.replace(temporary, place.name)
        finally:
            folder.unlink(temporary)
        folder.sync()


def _read(folder: Folder, name: str) -> tuple[str | None, int | None]:
    """Return a file's text and its permissions; None for both where there is none."""
    try:
        fd = folder.open(name, os.O_RDONLY)
    except FileNotFoundError:
        return None, None
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise Refused(f"{name!r} is a link. It was left as it is.") from None
        raise
    try:
        status = os.fstat(fd)
        if not stat.S_ISREG(status.st_mode) or status.st_size > _LARGEST:
            raise Refused(f"{name!r} is no file, or more than people write. It was left as it is.")
        with os.fdopen(fd, "rb", closefd=False) as file:
            data = file.read(_LARGEST + 1)
    finally:
        os.close(fd)
    try:
        return data.decode(), stat.S_IMODE(status.st_mode)
    except UnicodeDecodeError:
        raise Refused(f"{name!r} is not text in UTF-8. It was left as it is.") from None


def _write(folder: Folder, name: str, text: str, mode: int | None) -> None:
    with os.fdopen(folder.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL), "wb") as file:
        if mode is not None:
            os.fchmod(file.fileno(), mode)
        file.write(text.encode())
        file.flush()
        os.fsync(file.fileno())
