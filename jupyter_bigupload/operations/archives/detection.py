"""Which kind of archive a file is: by what it begins with, and where that leaves a doubt by its name."""

from __future__ import annotations

import re
import zipfile
from typing import BinaryIO

from ...errors import BigUploadError, DamagedArchive, Unsupported
from .archive import Archive
from .decompressors import compression_of
from .meter import Meter
from .model import Bounds, unheard
from .names import shown
from .single import SingleFile
from .streams import Opener, Reader, expanded, plain
from .tar.archive import TarArchive
from .tar.headers import BLOCK, is_header
from .zip.archive import ZipArchive

_TAR_NAME = re.compile(r"\.(tar(\.\w+)?|t[gbx]z|tbz2|tb2|taz|tzst)$", re.IGNORECASE)
#: What is known, and not read.
_OTHERS = {
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"Rar!\x1a\x07": "RAR",
    b"\x1f\x9d": "compress (.Z)",
    b"\x04\x22\x4d\x18": "LZ4",
    b"LZIP": "lzip",
    b"!<arch>\n": "ar",
    b"0707": "cpio",
    b"MSCF": "Cabinet",
}


def open_archive(file: BinaryIO, name: str) -> Archive:
    """Return the archive in a file, of which a few bytes are looked at.

    Parameters
    ----------
    file : BinaryIO
        At any position. Zips are read in pieces of 256 KiB in the order of their entries, after their end,
        all others from start to end; so one that reads over a network should read ahead. Nobody else may
        read it meanwhile.
    name : str
        Its name, which a single compressed file gets without the suffix.

    Raises
    ------
    Unsupported
        When it is no archive of a kind that is read.
    DamagedArchive
        When it is not what its name says, or its first bytes can't be decompressed.
    """
    file.seek(0)
    head = Reader(plain(file, Meter(Bounds(), unheard), BLOCK)).read(BLOCK)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return ZipArchive(file)
    if (compression := compression_of(head)) is not None:
        return _compressed(file, name, compression)
    if is_header(head) or (len(head) == BLOCK and not any(head) and _TAR_NAME.search(name)):
        return TarArchive(_opener(file, None), "tar")
    for signature, kind in _OTHERS.items():
        if head.startswith(signature):
            raise Unsupported(f"{shown(name)} is a {kind} archive, which is not read here.")
    # A program that extracts itself, perhaps.
    if name.lower().endswith(".zip") or zipfile.is_zipfile(file):
        return ZipArchive(file)
    if _TAR_NAME.search(name):
        raise DamagedArchive(f"{shown(name)} is no tar archive, whatever its name says.")
    raise Unsupported(f"{shown(name)} is no archive of a kind that is read here.")


def _compressed(file: BinaryIO, name: str, compression: str) -> Archive:
    opener = _opener(file, compression)
    try:
        head = opener(Meter(Bounds(), unheard)).read(BLOCK)
    except BigUploadError:
        if _TAR_NAME.search(name):
            raise
        return SingleFile(opener, compression, name)  # and is told when it is read
    says_tar = _TAR_NAME.search(name) is not None
    if is_header(head) or (says_tar and len(head) == BLOCK and not any(head)):
        return TarArchive(opener, f"tar.{compression}")
    if says_tar:
        raise DamagedArchive(f"{shown(name)} is no tar archive, whatever its name says.")
    return SingleFile(opener, compression, name)


def _opener(file: BinaryIO, compression: str | None) -> Opener:
    def open_reader(meter: Meter) -> Reader:
        file.seek(0)
        if compression is None:
            return Reader(plain(file, meter), file)
        return Reader(expanded(file, compression, meter))

    return open_reader
