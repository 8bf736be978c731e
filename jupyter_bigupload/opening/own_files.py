"""Files below the root that are no uploads: where they are, and how a small one is rewritten."""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Callable
from pathlib import Path

from ..disk.errors import translated
from ..disk.folders import Folder, open_folder
from ..disk.paths import locate
from ..errors import Refused

#: Bytes of what people write by hand.
_LARGEST = 2**20


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
