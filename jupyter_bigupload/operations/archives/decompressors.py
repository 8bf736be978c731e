"""The standard library's decompressors behind one interface, with bounded memory, and errors of ours."""

from __future__ import annotations

import bz2
import lzma
import sys
import zlib
from collections.abc import Callable, Mapping
from typing import Protocol

from ...errors import DamagedArchive, Unsupported

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

#: Bytes that come out of a decompressor at once.
PIECE = 2**20
#: Memory for what earlier bytes are referred to: `xz -9` needs 65 MiB, `zstd --ultra -22` 128.
_MOST_MEMORY = 256 * 2**20
_ZSTD_WINDOW_LOG = 27
_ZSTD_SKIPPABLE = tuple(bytes([nibble, 0x2A, 0x4D, 0x18]) for nibble in range(0x50, 0x60))
#: What decompressors raise for bytes that are none of theirs.
_FAILURES = (zlib.error, lzma.LZMAError, zstd.ZstdError, OSError, EOFError, ValueError)
_GZIP_HEADER = 31


class Decompressor(Protocol):
    """What bz2's, lzma's and zstd's have in common."""

    @property
    def eof(self) -> bool:
        """Whether the end that it was told of came."""

    @property
    def needs_input(self) -> bool:
        """Whether nothing more comes without more input."""

    @property
    def unused_data(self) -> bytes:
        """What came after the end."""

    def decompress(self, data: bytes | memoryview, max_length: int) -> bytes:
        """Return some of what comes out, `max_length` bytes at most."""


class Inflater:
    """zlib's decompressor with the interface of the others.

    Parameters
    ----------
    window_bits : int
        As zlib takes them: negative for bare deflate, 31 for gzip.
    """

    def __init__(self, window_bits: int) -> None:
        self._inflate = zlib.decompressobj(window_bits)
        self.needs_input = True

    @property
    def eof(self) -> bool:
        """Whether the end that it was told of came."""
        return self._inflate.eof

    @property
    def unused_data(self) -> bytes:
        """What came after the end."""
        return self._inflate.unused_data

    def decompress(self, data: bytes | memoryview, max_length: int) -> bytes:
        """Return some of what comes out, `max_length` bytes at most."""
        inflate = self._inflate
        out = inflate.decompress(inflate.unconsumed_tail or data, max_length)
        self.needs_input = not inflate.unconsumed_tail and len(out) < max_length
        return out


def decompress(decompressor: Decompressor, data: bytes | memoryview, most: int, of: str) -> bytes:
    """Return what comes out of a decompressor, `most` bytes at most.

    Parameters
    ----------
    of : str
        What a message begins with.

    Raises
    ------
    DamagedArchive
        When the input is not what such a decompressor takes.
    Unsupported
        When it needs too much memory.
    """
    try:
        return decompressor.decompress(data, most)
    except _FAILURES as error:
        text = str(error).lower()
        if "memory" in text or "window" in text:
            raise Unsupported(f"{of} can only be decompressed with more memory than is allowed.") from error
        raise DamagedArchive(f"{of} is damaged: its compressed data can't be read.") from error


def xz() -> Decompressor:
    """Return a decompressor of one .xz stream."""
    return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_MOST_MEMORY)


def zstandard() -> Decompressor:
    """Return a decompressor of one frame."""
    options = {int(zstd.DecompressionParameter.window_log_max): _ZSTD_WINDOW_LOG}
    decompressor: Decompressor = zstd.ZstdDecompressor(options=options)
    return decompressor


def lzma_of_zip(properties: bytes) -> Decompressor:
    """Return a decompressor of LZMA data with the five bytes of properties before it.

    Raises
    ------
    ValueError
        When they are none.
    MemoryError
        When it would need too much memory.
    """
    packed, size = properties[0], int.from_bytes(properties[1:], "little")
    position, rest = divmod(packed, 9 * 5)
    literal_position, literal_context = divmod(rest, 9)
    if size > _MOST_MEMORY:
        raise MemoryError
    settings = {"id": lzma.FILTER_LZMA1, "dict_size": max(size, 4096)}
    settings |= {"pb": position, "lp": literal_position, "lc": literal_context}
    try:
        return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[settings])
    except lzma.LZMAError as error:
        raise ValueError(str(error)) from error


#: What makes a decompressor for one stream (to gzip a member, to zstd a frame), by the suffix of its files.
STREAMS: Mapping[str, Callable[[], Decompressor]] = {
    "gz": lambda: Inflater(_GZIP_HEADER),
    "bz2": bz2.BZ2Decompressor,
    "xz": xz,
    "zst": zstandard,
}


def compression_of(head: bytes) -> str | None:
    """Return the suffix of the compression that bytes begin with, or None."""
    if head.startswith(b"\x1f\x8b"):
        return "gz"
    if head.startswith(b"BZh") and head[4:10] in {b"1AY&SY", b"\x17rE8P\x90"}:
        return "bz2"
    if head.startswith(b"\xfd7zXZ\0"):
        return "xz"
    if head.startswith((b"\x28\xb5\x2f\xfd", *_ZSTD_SKIPPABLE)):
        return "zst"
    return None
