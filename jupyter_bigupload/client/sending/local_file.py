"""A file of this computer that is read by several threads, and must not change meanwhile."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from ...digests import Digest, Hasher
from ..errors import FileChanged, UnreadableFile
from ..upload import PIECE

#: Bytes read at once for a digest.
_READ = 2**20


class LocalFile:
    """A file that is open for reading, as it was when it was opened.

    Parameters
    ----------
    path : Path
        Links are followed.

    Raises
    ------
    UnreadableFile
        When it can't be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError as error:
            raise _unreadable(path, error) from error
        found = os.fstat(self._fd)
        self.size = found.st_size
        self._modified = found.st_mtime_ns
        #: Milliseconds since 1970.
        self.last_modified = found.st_mtime_ns // 1_000_000

    def __enter__(self) -> LocalFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._fd)

    def pieces(self, start: int, end: int) -> Iterator[bytes]:
        """Yield the bytes `[start, end)`.

        Raises
        ------
        FileChanged
            When the file ends before.
        """
        while start < end:
            piece = self._read(start, min(PIECE, end - start))
            yield piece
            start += len(piece)

    def digest(self, start: int, end: int, algorithm: str) -> Digest:
        """Return the digest of `[start, end)`.

        Raises
        ------
        FileChanged
            When the file ends before.
        """
        hasher = Hasher(algorithm)
        while start < end:
            piece = self._read(start, min(_READ, end - start))
            hasher.update(piece)
            start += len(piece)
        return hasher.digest

    def require_unchanged(self) -> None:
        """Return if nobody wrote to the file since it was opened.

        Raises
        ------
        FileChanged
            When somebody did.
        """
        found = os.fstat(self._fd)
        if (found.st_size, found.st_mtime_ns) != (self.size, self._modified):
            raise FileChanged(f"{self.path} changed while it was sent; upload it again.")

    def _read(self, start: int, length: int) -> bytes:
        try:
            piece = os.pread(self._fd, length, start)
        except OSError as error:
            raise _unreadable(self.path, error) from error
        if not piece:
            raise FileChanged(f"{self.path} became shorter while it was sent; upload it again.")
        return piece


def _unreadable(path: Path, error: OSError) -> UnreadableFile:
    return UnreadableFile(f"{path} can't be read: {error.strerror or error}.")
