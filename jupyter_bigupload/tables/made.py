"""A text that is made of a file while it is read."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

#: Bytes that are thrown away at once on the way to a position.
_SCRATCH = 2**18


class MadeText(io.RawIOBase):
    """What a generator makes of a file. Going back begins anew: it is meant to be read once.

    Parameters
    ----------
    file : BinaryIO
        Closed with this.
    make : Callable
        Yields the text, from the start of the file on.
    """

    def __init__(self, file: BinaryIO, make: Callable[[BinaryIO], Iterator[bytes]]) -> None:
        super().__init__()
        self._file = file
        self._make = make
        self._restart()

    def _restart(self) -> None:
        self._file.seek(0)
        self._pieces = self._make(self._file)
        self._rest = memoryview(b"")
        self._position = 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def tell(self) -> int:
        """Return the position in the text that is made, in bytes."""
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a position counted from the start or from here."""
        wanted = {os.SEEK_SET: 0, os.SEEK_CUR: self._position}[whence] + offset
        if wanted < self._position:
            self._restart()
        scratch = memoryview(bytearray(_SCRATCH))
        while self._position < wanted and self.readinto(scratch[: wanted - self._position]):
            pass
        return self._position

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer with what comes next."""
        while not self._rest:
            made = next(self._pieces, None)
            if made is None:
                return 0
            self._rest = memoryview(made)
        view = memoryview(buffer).cast("B")
        count = min(len(view), len(self._rest))
        view[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        self._position += count
        return count

    def close(self) -> None:
        """Close the file below."""
        self._file.close()
        super().close()
