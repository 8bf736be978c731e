"""Files of all destinations as Python's libraries take them: blocking, and able to seek."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import BinaryIO

from ..destinations import Destinations
from ..disk.errors import translated
from ..disk.folders import NO_FOLDER, open_folder
from ..disk.paths import locate
from ..errors import BigUploadError, Changed, NotFound
from .stored_file import EventLoop, StoredFile

#: Bytes that are read of a bucket's object at once.
_BUFFER = 2**20


def open_own(root: Path, path: str) -> BinaryIO:
    """Open a file of the home folder; no link leads out of it.

    Raises
    ------
    NotFound
        When there is none.
    OutsideRoot, FolderMissing, InvalidName, ReadOnly, StorageFailed, Unsupported
        When it can't be read.
    """
    place = locate(root, path)
    try:
        with open_folder(root, place.folder) as folder:
            return os.fdopen(folder.open(place.name, os.O_RDONLY), "rb")
    except OSError as error:
        if error.errno in NO_FOLDER:
            raise NotFound(f"There is no file {path!r}.") from None
        with translated():
            raise


def open_stored(
    loop: EventLoop, destinations: Destinations, name: str, path: str, etag: str | None = None
) -> BinaryIO:
    """Open a finished file of any destination but the home folder.

    Parameters
    ----------
    etag : str or None
        Of the state that it has to have.

    Raises
    ------
    Changed
        When it has another one.
    BigUploadError
        What the store's `head` raises; reading the file may raise what its `read` does.
    """
    file = StoredFile(loop, destinations.find(name).reading, path)
    if etag is not None and file.etag != etag:
        raise changed()
    return io.BufferedReader(file, _BUFFER)


def changed() -> BigUploadError:
    """Return the error for a file that has another state than when it was looked at."""
    return Changed("The file has changed since it was looked at. Open it again.")
