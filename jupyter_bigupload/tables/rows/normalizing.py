"""Texts with several kinds of line ends, with one: what is within quotes stays as it is."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, BinaryIO

from ..recipe import Dialect
from ..source import Source
from .indexing import blocks
from .records import Records

_SCRATCH = 2**18


def with_one_newline(source: Source, dialect: Dialect) -> Source:
    r"""Return the source with `\n` alone outside quotes. It is text that begins with a row, in UTF-8.

    Its size is that of the source all the same.
    """

    def opened() -> BinaryIO:
        return io.BufferedReader(_Normalized(source, dialect), _SCRATCH)

    return replace(source, open=opened)


class _Normalized(io.RawIOBase):
    """The text with one kind of line end. Going back begins anew."""

    def __init__(self, source: Source, dialect: Dialect) -> None:
        super().__init__()
        self._source = source
        self._records = Records(dialect, has_one_column=True)
        self._file = source.open()
        self._restart()

    def _restart(self) -> None:
        self._file.seek(0)
        self._pieces = self._normalized()
        self._rest = memoryview(b"")
        self._position = 0

    def _normalized(self) -> Iterator[bytes]:
        quoted = False
        for block, has_end in blocks(self._file, is_complete=True):
            text = block if has_end else block + b"\n"
            pieces, position = [], 0
            was_quoted, quoted = quoted, False
            for record in self._records.walk(text, quoted=was_quoted):
                quoted = record.next < 0
                pieces.append(text[position : record.end])
                if not quoted:
                    pieces.append(b"\n")
                    position = record.next
            made = b"".join(pieces)
            yield made if has_end else made[:-1]

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def tell(self) -> int:
        """Return the position in the text that is made."""
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
