"""Read files that are there, in a thread."""

from __future__ import annotations

import os

from ....digests import Digest, Hasher
from ....disk.folders import Folder

#: Bytes that are read at once.
_PIECE = 2**20


def opened_if_has(folder: Folder, name: str, digest: Digest) -> int | None:
    """Return a descriptor of the file with the name, if it can be read and its bytes have the digest."""
    try:
        fd = folder.open(name, os.O_RDONLY)
    except OSError:
        return None
    same = False
    try:
        same = has_digest(fd, digest)
    except OSError:
        return None
    finally:
        if not same:
            os.close(fd)
    return fd if same else None


def has_digest(fd: int, digest: Digest) -> bool:
    """Return whether the bytes of an open file have the digest.

    Raises
    ------
    OSError
        As the operating system reports it.
    """
    hasher = Hasher(digest.algorithm)
    while piece := os.pread(fd, _PIECE, hasher.length):
        hasher.update(piece)
    return hasher.digest == digest
