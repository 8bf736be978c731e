"""Read a file back, in pieces that leave the threads to others in between."""

from __future__ import annotations

import os

from ..digests import SupportsUpdate
from .open_file import OpenFile, finished

#: Bytes read at once: then whoever waits for a thread, or has cancelled this, waits for no more than that.
_PIECE = 2**20
#: What an operating system keeps in memory it keeps by whole pages; no machine's are larger than this.
_PAGE = 2**16


async def hash_range(file: OpenFile, start: int, end: int, hasher: SupportsUpdate) -> int:
    """Feed `hasher` the bytes `[start, end)`, or as many of them as there are; return how many."""
    at = start
    while at < end:
        read = await finished(file.start(_hash_piece, at, min(_PIECE, end - at), hasher))
        if not read:
            break
        at += read
    return at - start


async def drop_page_cache(file: OpenFile, start: int, end: int) -> None:
    """Have the next read of `[start, end)` come from the disk, where the platform can be told so."""
    await finished(file.start(_drop_page_cache, start, end))


def _hash_piece(fd: int, start: int, length: int, hasher: SupportsUpdate) -> int:
    data = os.pread(fd, length, start)
    hasher.update(data)
    return len(data)


def _drop_page_cache(fd: int, start: int, end: int) -> None:
    advise = getattr(os, "posix_fadvise", None)  # macOS has none
    if advise is not None:
        first = start - start % _PAGE  # a page of which only a part is named would stay
        advise(fd, first, end + _PAGE - first, os.POSIX_FADV_DONTNEED)
