"""Bytes in one direction: from a file, through a decompressor, to whoever takes them in exact numbers."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import BinaryIO

from ...errors import DamagedArchive
from .decompressors import PIECE, STREAMS, compression_of, decompress
from .meter import Meter

#: Compressed bytes read at once.
_READ = 256 * 1024
#: What a decompressor is given at once: what it does not use is copied.
_FEED = 64 * 1024
_SAYS_WHOLE = "The archive"


def plain(file: BinaryIO, meter: Meter, size: int = PIECE) -> Iterator[bytes]:
    """Read a file from where it is, in pieces of `size` bytes, perhaps fewer."""
    while data := file.read(size):
        meter.read(len(data))
        yield data


def expanded(file: BinaryIO, compression: str, meter: Meter) -> Iterator[bytes]:
    """Read and decompress a file: one stream, or several one behind the other.

    Zeros may follow, as on tapes; anything else that is no stream may not.

    Raises
    ------
    DamagedArchive
        When it is none, ends early, or something follows its end.
    """
    source = _Source(plain(file, meter, _READ))
    while True:
        stream = STREAMS[compression]()
        while not stream.eof:
            data: bytes | memoryview = b""
            if stream.needs_input:
                data = source.take(_FEED)
                if not data:
                    raise DamagedArchive("The archive is damaged: it ends early.")
            out = decompress(stream, data, PIECE, _SAYS_WHOLE)
            if out:
                meter.expand(len(out))
                yield out
        source.give_back(len(stream.unused_data))
        if not source.at_another(compression):
            return


class _Source:
    """Input of which a part can be given back."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._data = memoryview(b"")
        self._at = 0

    def take(self, length: int) -> memoryview:
        """Return up to `length` bytes, none at the end."""
        if self._at == len(self._data):
            self._data = memoryview(next(self._pieces, b""))
            self._at = 0
        taken = self._data[self._at : self._at + length]
        self._at += len(taken)
        return taken

    def give_back(self, length: int) -> None:
        """Have the last `length` bytes of what was taken last come again."""
        self._at -= length

    def at_another(self, compression: str) -> bool:
        """Return whether another stream begins here; not where all that follows is zeros.

        Raises
        ------
        DamagedArchive
            When something else follows.
        """
        head = bytes(self._data[self._at : self._at + 16])
        while len(head) < 16 and (more := next(self._pieces, b"")):  # noqa: PLR2004  # longer than any signature
            self._data, self._at = memoryview(bytes(self._data[self._at :]) + more), 0
            head = bytes(self._data[:16])
        if not any(head):
            while rest := self.take(_FEED):
                if any(rest):
                    raise DamagedArchive("The archive is damaged: more follows after its end.")
            return False
        if compression_of(head) != compression:
            raise DamagedArchive("The archive is damaged: more follows after its end.")
        return True


class Reader:
    """Takes exact numbers of bytes out of pieces.

    Parameters
    ----------
    file : BinaryIO or None
        The file that the pieces are of, where they are all of its bytes: then what is skipped is not read.
    """

    def __init__(self, pieces: Iterator[bytes], file: BinaryIO | None = None) -> None:
        self._pieces = pieces
        self._file = file
        self._data = memoryview(b"")

    def read(self, length: int) -> bytes:
        """Return `length` bytes, fewer at the end."""
        data = bytes(self._data[:length])
        self._data = self._data[length:]
        while len(data) < length and (piece := next(self._pieces, b"")):
            missing = length - len(data)
            data += piece[:missing]
            self._data = memoryview(piece)[missing:]
        return data

    def pieces(self, length: int) -> Iterator[memoryview]:
        """Return `length` bytes, one piece after the other.

        Raises
        ------
        DamagedArchive
            When there are fewer.
        """
        while length:
            if not self._data:
                self._data = memoryview(next(self._pieces, b""))
                if not self._data:
                    raise DamagedArchive("The archive is damaged: it ends early.")
            piece = self._data[:length]
            self._data = self._data[len(piece) :]
            length -= len(piece)
            yield piece

    def skip(self, length: int) -> None:
        """Leave out `length` bytes; raise as `pieces`."""
        if self._file is not None and length > len(self._data) + PIECE:
            # The last byte is read, so that a file which ends before it is found out.
            self._file.seek(length - len(self._data) - 1, os.SEEK_CUR)
            self._data = memoryview(b"")
            length = 1
        for _ in self.pieces(length):
            pass

    def rest(self) -> Iterator[bytes | memoryview]:
        """Return all that is left."""
        yield self._data
        self._data = memoryview(b"")
        yield from self._pieces


Opener = Callable[[Meter], Reader]
"""What begins to read an archive from its start."""
