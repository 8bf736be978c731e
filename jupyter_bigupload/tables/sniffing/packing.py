"""What a file is, by its first bytes and hardly by its name: how it is packed, and of which format."""

from __future__ import annotations

import json
import sys
import zlib

from ...errors import NotATable
from ..recipe import Format

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

GZIP, ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
#: Formats by their first bytes.
_MAGIC = (
    (b"PAR1", Format.PARQUET),
    (b"ARROW1\0\0", Format.ARROW),
    # A stream begins with a message, whose length comes behind four bytes that are all ones.
    (b"\xff\xff\xff\xff", Format.ARROW),
)
_ZIP = b"PK\x03\x04"
#: What people take for a table, and what to do about it.
_OTHERS = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a workbook of Excel 97; save it as .xlsx"),
    (b"BZh", "packed with bzip2; unpack it first"),
    (b"\xfd7zXZ\0", "packed with xz; unpack it first"),
    (b"FEA1", "a Feather file of version 1; write it as version 2"),
    (b"%PDF", "a PDF"),
    (b"\x89HDF", "HDF5"),
    (b"\x89PNG", "a picture"),
    (b"SQLite format 3\0", "a database of SQLite"),
    (b"Obj\x01", "Avro"),
    (b"ORC", "ORC"),
)
#: Control characters in a text of so many that make it none.
_MOST_CONTROLS = 0.05
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\x0b\x0c\x1b\x1c\x1d\x1e\x1f\x01\x02"))


def compression_of(first: bytes) -> str:
    """Return how a file is packed: `none`, `gzip` or `zstd`."""
    if first.startswith(GZIP):
        return "gzip"
    return "zstd" if first.startswith(ZSTD) else "none"


def unpacked(first: bytes, compression: str, most: int) -> tuple[bytes, int]:
    """Return what the first bytes of a packed file unpack to, at most `most` bytes, and of how many of them.

    Raises
    ------
    NotATable
        When they are damaged.
    """
    if compression == "none":
        return first[:most], min(len(first), most)
    try:
        if compression == "gzip":
            return _of_gzip(first, most)
        unpacker = zstd.ZstdDecompressor()
        made: bytes = unpacker.decompress(first, max_length=most)
        # What is not used yet is somewhere within it: less than what it unpacks to at once, 128 KiB.
        while not unpacker.needs_input and not unpacker.eof and len(made) < most:
            made += unpacker.decompress(b"", max_length=most - len(made))
    except (zlib.error, zstd.ZstdError) as error:
        raise NotATable(f"What is packed with {compression} is damaged: {error}.") from None
    return made, len(first)


def _of_gzip(first: bytes, most: int) -> tuple[bytes, int]:
    """Return what one or several members of gzip unpack to."""
    made, rest = b"", first
    while rest and len(made) < most:
        unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
        made += unpacker.decompress(rest, most - len(made))
        if not unpacker.eof:
            return made, len(first) - len(unpacker.unconsumed_tail)
        rest = unpacker.unused_data.lstrip(b"\0")
    return made, len(first) - len(rest)


def format_of(name: str, first: bytes) -> Format:
    """Return the format of a file that begins with these bytes, unpacked; text is CSV, or JSON lines.

    Raises
    ------
    NotATable
        When it is of another format that is known.
    """
    for magic, found in _MAGIC:
        if first.startswith(magic):
            return found
    if first.startswith(_ZIP):
        if b"xl/" in first or b"[Content_Types].xml" in first or name.lower().endswith((".xlsx", ".xlsm")):
            return Format.EXCEL
        raise NotATable("This is a ZIP archive, not a table: unpack it first.")
    for magic, what in _OTHERS:
        if first.startswith(magic):
            raise NotATable(f"This is no table that can be read: it is {what}.")
    return Format.JSON_LINES if _is_json_lines(first) else Format.CSV


def check_text(text: bytes) -> None:
    """Make sure that a text in UTF-8 is one.

    Raises
    ------
    NotATable
        When it has as many control characters as no text has.
    """
    head = text[: 2**16]
    if head and len(head) - len(head.translate(None, _CONTROLS)) > _MOST_CONTROLS * len(head):
        raise NotATable("This is neither text nor a format of tables that is known.")


def _is_json_lines(first: bytes) -> bool:
    text = first.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not text.startswith(b"{"):
        return False
    line, has_end, _ = text.partition(b"\n")
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        # The first object may be longer than what is looked at.
        return not has_end and b'":' in line
