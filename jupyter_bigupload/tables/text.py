"""The text of a file: unpacked, and in UTF-8."""

from __future__ import annotations

import codecs
import gzip
import io
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any, BinaryIO

from .made import MadeText
from .recipe import Dialect
from .source import Source

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

#: Bytes that are decoded at once.
_BYTES = 2**18
#: What becomes of bytes that are no text: 0xff each, which UTF-8 never has.
_NO_TEXT = "bigupload_no_text"


def _no_text(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "\udcff" * (error.end - error.start), error.end


codecs.register_error(_NO_TEXT, _no_text)


def is_utf_8(encoding: str) -> bool:
    """Return whether text in an encoding is UTF-8 as it is, but for a byte order mark."""
    return codecs.lookup(encoding).name in {"utf-8", "utf-8-sig", "ascii"}


def decoder(encoding: str) -> codecs.IncrementalDecoder:
    """Return what decodes an encoding; what it makes of bytes that are no text is for `in_utf_8` alone."""
    return codecs.getincrementaldecoder(encoding)(_NO_TEXT)


def in_utf_8(text: str) -> bytes:
    """Return what was decoded in UTF-8, with bytes that are none of it for what was no text."""
    return text.encode("utf-8", "surrogateescape")


def text_of(source: Source, dialect: Dialect) -> Source:
    """Return the source unpacked, and in UTF-8. Its size is that of the file all the same.

    What is no text of its encoding becomes bytes that are none of UTF-8 either, so that its row is rejected,
    and nothing is replaced without a word.
    """

    def opened() -> BinaryIO:
        file = source.open()
        if dialect.compression == "gzip":
            file = gzip.GzipFile(fileobj=file, mode="rb")  # type: ignore[assignment]  # it is one
        elif dialect.compression == "zstd":
            file = zstd.ZstdFile(file, "rb")  # type: ignore[assignment]  # it is one
        if is_utf_8(dialect.encoding):
            return file
        return io.BufferedReader(MadeText(file, partial(_decoded, encoding=dialect.encoding)), _BYTES)

    return replace(source, open=opened)


def measured(source: Source) -> Source:
    """Return the source with the size that it really has, for which all of it is read once."""
    with source.open() as file:
        size = 0
        while piece := file.read(_BYTES):
            size += len(piece)
    return replace(source, size=size)


def behind(source: Source, offset: int) -> Source:
    """Return the source without its first bytes."""
    if not offset:
        return source

    def opened() -> BinaryIO:
        return io.BufferedReader(_Behind(source.open(), offset), _BYTES)

    return replace(source, open=opened, size=max(0, source.size - offset))


class _Behind(io.RawIOBase):
    """A file without its first bytes."""

    def __init__(self, file: BinaryIO, offset: int) -> None:
        super().__init__()
        self._file, self._offset = file, offset
        file.seek(offset)

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def tell(self) -> int:
        """Return the position behind what is left out."""
        return self._file.tell() - self._offset

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a position."""
        start = self._offset if whence == os.SEEK_SET else 0
        return self._file.seek(offset + start, whence) - self._offset

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer with what comes next."""
        view = memoryview(buffer).cast("B")
        data = self._file.read(len(view))
        view[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """Close the file below."""
        self._file.close()
        super().close()


def _decoded(file: BinaryIO, encoding: str) -> Iterator[bytes]:
    """Yield UTF-8 of a file in another encoding."""
    making = decoder(encoding)
    is_over = False
    while not is_over:
        data = file.read(_BYTES)
        is_over = not data
        yield in_utf_8(making.decode(data, is_over))
