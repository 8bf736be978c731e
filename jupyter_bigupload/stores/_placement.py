"""The last step of a local upload: a finished partial gets its name, in one step."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path

from ..errors import Exists
from ._paths import NAME_MAX, cut
from .base import OnConflict

#: What file systems without hard links answer (FAT, some FUSE and network mounts).
_NO_LINKS_HERE = {errno.EPERM, errno.ENOSYS, errno.EOPNOTSUPP, errno.EMLINK, errno.EXDEV}


def place(partial: Path, target: Path, on_conflict: OnConflict) -> Path:
    """Rename `partial` to `target` and return the name that it got.

    Raises
    ------
    Exists
        When the name is taken and may not be replaced, or belongs to a folder.
    """
    if on_conflict is OnConflict.REPLACE:
        try:
            partial.replace(target)
        except IsADirectoryError:
            raise Exists(f"{target.name!r} is a folder.", path=target.name) from None
        # POSIX renames nothing when both names are one file's already, as a server leaves them that died
        # halfway through `_rename_exclusively`.
        partial.unlink(missing_ok=True)
        return target
    for name in numbered(target) if on_conflict is OnConflict.RENAME else [target]:
        with contextlib.suppress(FileExistsError):
            _rename_exclusively(partial, name)
            return name
    raise Exists(f"A file named {target.name!r} exists.", path=target.name)


def numbered(target: Path) -> Iterator[Path]:
    """Yield `name.ext`, `name (1).ext`, `name (2).ext`, … (`name (1).tar.gz` for archives)."""
    yield target
    stem, extension = target.stem, target.suffix
    if stem.endswith(".tar"):
        stem, extension = stem.removesuffix(".tar"), f".tar{extension}"
    number = 1
    while True:
        tail = f" ({number}){extension}"
        yield target.with_name(cut(stem, NAME_MAX - len(os.fsencode(tail))) + tail)
        number += 1


def _rename_exclusively(source: Path, target: Path) -> None:
    """Rename without replacing anything: POSIX `rename` would, so link the new name and unlink the old."""
    try:
        os.link(source, target, follow_symlinks=False)
    except FileExistsError:
        # A server that died between the two steps left both names to one file.
        if not os.path.samestat(source.lstat(), target.lstat()):
            raise
    except OSError as error:
        if error.errno not in _NO_LINKS_HERE:
            raise
        # Without links, take the name with an empty file of our own, and replace that.
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC))
        source.replace(target)
        return
    source.unlink()
