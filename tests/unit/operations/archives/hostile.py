"""A table of archives that must not be extracted: what each is, why it is refused, and how it is built."""

from __future__ import annotations

import bz2
import gzip
import lzma
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from jupyter_bigupload.errors import (
    ArchiveTooLarge,
    BigUploadError,
    DamagedArchive,
    UnsafeArchive,
    Unsupported,
)
from jupyter_bigupload.operations.archives import Bounds

from . import tars, zips
from .tars import entry, header, long_name, pax, record
from .zips import ZipEntry
from .zstandard import zstd

MIB = 2**20
#: Small enough for a bomb of a test, and large enough for all else.
BOUNDS = Bounds(
    most_files=1000, most_bytes=8 * MIB, most_ratio=100, ratio_above=MIB, most_depth=20, most_links=50
)
COMPRESS: Mapping[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": lambda data: zstd.compress(data, options={zstd.CompressionParameter.checksum_flag: 1}),
}


@dataclass(frozen=True)
class Hostile:
    """An archive: its name for tests, a word of the message, and what it is called."""

    title: str
    error: type[BigUploadError]
    word: str
    data: bytes = field(repr=False)
    name: str = "archive"


#: Names of files that no archive may have, whatever its format.
NAMES: Mapping[str, tuple[bytes, str]] = {
    "leaves the folder": (b"../a", "'..'"),
    "leaves from within": (b"a/../../b", "'..'"),
    "leaves and comes back": (b"../archive/a", "'..'"),
    "goes up in the middle": (b"a/../b", "'..'"),
    "ends going up": (b"a/..", "'..'"),
    "is two dots": (b"..", "'..'"),
    "goes up behind a dot": (b"./../a", "'..'"),
    "goes up behind two slashes": (b"a//../../b", "'..'"),
    "is absolute": (b"/tmp/a", "absolute"),
    "is absolute twice": (b"//tmp/a", "absolute"),
    "is absolute and goes up": (b"/../a", "absolute"),
    "has a drive": (b"C:/a", "drive"),
    "has a drive without a slash": (b"c:a", "drive"),
    "has a drive behind a dot": (b"./C:/a", "drive"),
    "goes up with backslashes": (b"..\\a", "backslash"),
    "has a drive and backslashes": (b"C:\\a", "backslash"),
    "is a share": (b"\\\\server\\share", "backslash"),
    "mixes slashes": (b"a/..\\..\\b", "backslash"),
    "has a name of 256 bytes": (b"a" * 256, "255"),
    "has a name of 256 bytes in characters of two": ("é".encode() * 128, "255"),
    "has a folder of 256 bytes": (b"a" * 256 + b"/b", "255"),
    "is 4,097 bytes long": (b"/".join([b"a" * 241] * 17), "4096"),
    "is too deep": (b"/".join([b"a"] * 21), "deep"),
    "is a dot": (b".", "no name"),
    "is empty": (b"", "no name"),
    "deceives a terminal": (b"\x1b[2J/../a", "x1b"),
    "is written from right to left": ("\u202etxt.exe/../a".encode(), "u202e"),
}
#: Targets of symbolic links that leave, or may leave.
TARGETS: Mapping[str, bytes] = {
    "to an absolute path": b"/etc/passwd",
    "to the folder above": b"..",
    "out and in again": b"../archive/b",
    "up behind a name, which may be a link": b"b/../../c",
    "up behind a name, inside": b"b/..",
    "far up": b"../../../../../../etc",
    "to a drive": b"C:/a",
    "with backslashes": b"..\\a",
}


def hostile() -> Iterator[Hostile]:
    """Yield all of them."""
    yield from _names()
    yield from _links()
    yield from _twice()
    yield from _special()
    yield from _zip_contents()
    yield from _zip_directories()
    yield from _tar_headers()
    yield from _streams()
    yield from _bombs()


def _names() -> Iterator[Hostile]:
    for title, (name, word) in NAMES.items():
        yield Hostile(f"zip: a name {title}", UnsafeArchive, word, zips.build(ZipEntry(name)))
        if len(name) <= 100 and name:
            yield Hostile(f"tar: a name {title}", UnsafeArchive, word, tars.build(entry(name)))
        if name:
            data = tars.build(pax(path=name), entry(b"a"))
            yield Hostile(f"tar, pax: a name {title}", UnsafeArchive, word, data)
            data = tars.build(long_name(name), entry(b"a"))
            yield Hostile(f"tar, GNU: a name {title}", UnsafeArchive, word, data)
    for title, name, word in [
        ("zip: a folder that leaves", b"../a/", "'..'"),
        ("zip: a folder with an absolute path", b"/a/", "absolute"),
    ]:
        yield Hostile(title, UnsafeArchive, word, zips.build(ZipEntry(name, b"", mode=0o40755)))
    data = tars.build(entry(b"../a", kind=tars.FOLDER))
    yield Hostile("tar: a folder that leaves", UnsafeArchive, "'..'", data)
    data = tars.build(header(b"b", prefix=b".."))
    yield Hostile("tar: a prefix that leaves", UnsafeArchive, "'..'", data)
    data = tars.build(header(b"b", prefix=b"/tmp"))
    yield Hostile("tar: a prefix that is absolute", UnsafeArchive, "absolute", data)
    yield Hostile("zip: NUL in a name", UnsafeArchive, "NUL", zips.build(ZipEntry(b"a.txt\0.exe")))
    data = tars.build(pax(path=b"a\0b"), entry())
    yield Hostile("tar, pax: NUL in a name", UnsafeArchive, "NUL", data)
    data = tars.build(long_name(b"a\0b"), entry())
    yield Hostile("tar, GNU: NUL in a name", UnsafeArchive, "after its end", data)
    data = zips.build(ZipEntry(b"\xff\xfe.txt", flags=zips.UTF8))
    yield Hostile("zip: says UTF-8 and is not", DamagedArchive, "UTF-8", data)
    data = zips.build(ZipEntry(b"a\xed\xb2\x80", flags=zips.UTF8))
    yield Hostile("zip: half a surrogate as UTF-8", DamagedArchive, "UTF-8", data)
    data = tars.build(entry(b"caf\xe9"))
    yield Hostile("tar: a name in Latin-1", DamagedArchive, "UTF-8", data)
    data = tars.build(pax(path=b"caf\xe9"), entry())
    yield Hostile("tar, pax: a name in Latin-1", DamagedArchive, "UTF-8", data)
    data = tars.build(entry(b"\xed\xb2\x80"))
    yield Hostile("tar: half a surrogate as UTF-8", DamagedArchive, "UTF-8", data)
    data = tars.build(entry(b"\xc0\xae\xc0\xae/a"))
    yield Hostile("tar: dots in a long form of UTF-8", DamagedArchive, "UTF-8", data)
    for name in (b"../a", b"/a", b"a\\b"):
        extra = struct.pack("<2HBL", 0x7075, 5 + len(name), 1, zlib.crc32(b"good")) + name
        data = zips.build(ZipEntry(b"good", extra=extra))
        yield Hostile(f"zip: a second name in Unicode, {name.decode()}", UnsafeArchive, "", data)


def _links() -> Iterator[Hostile]:
    for title, target in TARGETS.items():
        data = zips.build(ZipEntry(b"a", target, mode=0o120777))
        yield Hostile(f"zip: a link {title}", UnsafeArchive, "link", data)
        data = tars.build(entry(b"a", kind=tars.LINK, target=target))
        yield Hostile(f"tar: a link {title}", UnsafeArchive, "link", data)
        data = tars.build(pax(linkpath=target), entry(b"a", kind=tars.LINK, target=b"b"))
        yield Hostile(f"tar, pax: a link {title}", UnsafeArchive, "link", data)
    link = entry(b"a", kind=tars.LINK, target=b"b")
    through = [link, entry(b"b", kind=tars.FOLDER), entry(b"a/c", b"through it")]
    yield Hostile("tar: written through a link", UnsafeArchive, "both", tars.build(*through))
    outside = entry(b"a", kind=tars.LINK, target=b"../outside")
    data = tars.build(outside, entry(b"a/c", b"through it"))
    yield Hostile("tar: written through a link that leaves", UnsafeArchive, "link", data)
    entries = [ZipEntry(b"a", b"b", mode=0o120777), ZipEntry(b"a/c")]
    yield Hostile("zip: written through a link", UnsafeArchive, "both", zips.build(*entries))
    data = tars.build(link, entry(b"a", b"in its place"))
    yield Hostile("tar: a file in place of a link", UnsafeArchive, "twice", data)
    yield Hostile("tar: a link in place of a link", UnsafeArchive, "twice", tars.build(link, link))
    data = tars.build(entry(b"a", kind=tars.FOLDER), link)
    yield Hostile("tar: a link in place of a folder", UnsafeArchive, "both", data)
    deep = entry(b"d/e/f/x", kind=tars.LINK, target=b"../../..")
    data = tars.build(deep, entry(b"y", kind=tars.LINK, target=b"d/e/f/x/.."))
    yield Hostile("tar: a link out through another", UnsafeArchive, "link", data)
    data = tars.build(entry(b"a", kind=tars.LINK))
    yield Hostile("tar: a link to nothing", UnsafeArchive, "link", data)
    data = zips.build(ZipEntry(b"a", b"b" * 5000, mode=0o120777))
    yield Hostile("zip: a link to a path of 5,000 bytes", UnsafeArchive, "link", data)
    data = zips.build(ZipEntry(b"a", b"\xff", mode=0o120777))
    yield Hostile("zip: a link to a path that is no UTF-8", UnsafeArchive, "UTF-8", data)
    data = zips.build(ZipEntry(b"a", b"b\0c", mode=0o120777))
    yield Hostile("zip: a link to a path with NUL", UnsafeArchive, "link", data)
    data = zips.build(ZipEntry(b"a/", b"", mode=0o120777))
    yield Hostile("zip: a link that is a folder", UnsafeArchive, "both", data)
    for title, target in {
        "to an absolute path": b"/etc/passwd",
        "that leaves": b"../outside",
        "to nothing": b"",
        "to what is not there": b"missing",
        "to what comes later": b"later",
        "to a folder": b"folder",
        "to itself": b"a",
        "with a backslash": b"..\\outside",
    }.items():
        before = entry(b"folder", kind=tars.FOLDER)
        data = tars.build(before, entry(b"a", kind=tars.HARD, target=target), entry(b"later", b"content"))
        yield Hostile(f"tar: a hard link {title}", UnsafeArchive, "", data)
    data = tars.build(outside, entry(b"c", kind=tars.HARD, target=b"a"))
    yield Hostile("tar: a hard link to a link that leaves", UnsafeArchive, "link", data)
    data = tars.build(link, entry(b"b", b"x"), entry(b"c", kind=tars.HARD, target=b"a"))
    yield Hostile("tar: a hard link to a link", UnsafeArchive, "hard link", data)
    data = tars.build(link, entry(b"c", kind=tars.HARD, target=b"a/passwd"))
    yield Hostile("tar: a hard link through a link", UnsafeArchive, "hard link", data)
    data = tars.build(entry(b"b", b"x"), entry(b"a", b"content", tars.HARD, b"b"))
    yield Hostile("tar: a hard link with content", UnsafeArchive, "content", data)
    data = tars.build(entry(b"a", b"content", tars.LINK, b"b"))
    yield Hostile("tar: a link with content", UnsafeArchive, "content", data)
    many = [entry(b"%d" % number, kind=tars.LINK, target=b"b") for number in range(51)]
    yield Hostile("tar: many links", ArchiveTooLarge, "links", tars.build(*many))


def _twice() -> Iterator[Hostile]:
    pairs: Mapping[str, tuple[bytes, bytes, str]] = {
        "a file twice": (b"a", b"a", "twice"),
        "a file twice, with a dot": (b"a", b"./a", "twice"),
        "a file twice, with two slashes": (b"b/a", b"b//a", "twice"),
        "a file twice, deep": (b"b/c/a", b"b/c/a", "twice"),
        "a file, then a folder": (b"a", b"a/b", "both"),
        "a folder, then a file": (b"a/b", b"a", "both"),
    }
    for title, (first, second, word) in pairs.items():
        yield Hostile(f"zip: {title}", UnsafeArchive, word, zips.build(ZipEntry(first), ZipEntry(second)))
        yield Hostile(f"tar: {title}", UnsafeArchive, word, tars.build(entry(first), entry(second)))
    data = zips.build(ZipEntry(b"a"), ZipEntry(b"a/", b"", mode=0o40755))
    yield Hostile("zip: a file, then a folder of its name", UnsafeArchive, "both", data)


def _special() -> Iterator[Hostile]:
    for title, kind in {
        "a character device": tars.CHARACTER,
        "a block device": tars.BLOCK_DEVICE,
        "a pipe": tars.PIPE,
        "a sparse file of GNU": tars.SPARSE,
        "a piece of a file of several tapes": b"M",
        "a list of GNU's": b"D",
        "of a kind that nobody knows": b"Z",
    }.items():
        yield Hostile(f"tar: {title}", UnsafeArchive, "special", tars.build(entry(b"a", kind=kind)))
    for title, mode in {
        "a character device": 0o020666,
        "a block device": 0o060666,
        "a pipe": 0o010666,
        "a socket": 0o140666,
    }.items():
        yield Hostile(f"zip: {title}", UnsafeArchive, "special", zips.build(ZipEntry(mode=mode)))
    data = tars.build(entry(b"a", b"content", tars.FOLDER))
    yield Hostile("tar: a folder with content", UnsafeArchive, "content", data)
    yield Hostile("zip: a folder with content", UnsafeArchive, "content", zips.build(ZipEntry(b"a/")))
    sparse = entry(b"pax", record(b"GNU.sparse.major", b"1"), tars.PAX)
    yield Hostile("tar, pax: a sparse file", UnsafeArchive, "sparse", tars.build(sparse, entry()))
    sparse = entry(b"pax", record(b"GNU.sparse.size", b"%d" % 2**62), tars.PAX)
    yield Hostile("tar, pax: a sparse file of 4 EiB", UnsafeArchive, "sparse", tars.build(sparse, entry()))


def _zip_contents() -> Iterator[Hostile]:
    text = b"some content that is long enough" * 50
    good = ZipEntry(b"a", text, zips.DEFLATE)
    data = good.packed_data()
    for title, method in {
        "stored": zips.STORED,
        "deflate": zips.DEFLATE,
        "bzip2": zips.BZIP2,
        "LZMA": zips.LZMA,
        "Zstandard": zips.ZSTD,
    }.items():
        one = replace(good, method=method)
        packed = one.packed_data()
        yield Hostile(
            f"zip, {title}: more than it says", DamagedArchive, "'a'", zips.build(replace(one, size=9))
        )
        bad = replace(one, size=len(text) + 9)
        yield Hostile(f"zip, {title}: less than it says", DamagedArchive, "'a'", zips.build(bad))
        yield Hostile(
            f"zip, {title}: another checksum", DamagedArchive, "checksum", zips.build(replace(one, crc=1))
        )
        bad = replace(one, data=packed[: len(packed) // 2])
        yield Hostile(f"zip, {title}: half of it", DamagedArchive, "'a'", zips.build(bad))
        if method:
            bad = replace(one, data=b"\xff" * len(packed))
            yield Hostile(f"zip, {title}: no such data", DamagedArchive, "'a'", zips.build(bad))
        if method in {zips.DEFLATE, zips.BZIP2, zips.ZSTD}:
            bad = replace(one, data=packed + b"more")
            yield Hostile(f"zip, {title}: more behind it", DamagedArchive, "goes on", zips.build(bad))
    for title, bad in {
        "another name in its own header": replace(good, local_name=b"b"),
        "another size in its own header": replace(good, local_size=1),
        "another packed size in its own header": replace(good, local_packed=1),
        "another checksum in its own header": replace(good, local_crc=1),
        "another method in its own header": replace(good, local_method=zips.STORED),
    }.items():
        yield Hostile(f"zip: {title}", UnsafeArchive, "own header", zips.build(bad))
    yield Hostile(
        "zip: no header of its own",
        DamagedArchive,
        "is not where",
        zips.build(replace(good, signature=b"PK\0\0")),
    )
    for title, flag in {
        "encrypted": 1,
        "strongly encrypted": 0x41,
        "with a hidden directory": 0x2001,
    }.items():
        yield Hostile(f"zip: {title}", Unsupported, "encrypted", zips.build(replace(good, flags=flag)))
    yield Hostile("zip: a patch", Unsupported, "patch", zips.build(replace(good, flags=0x20)))
    for title, method in {"deflate64": 9, "implode": 6, "AES": 99, "PPMd": 98, "JPEG": 96}.items():
        bad = replace(good, method=method, data=data)
        yield Hostile(f"zip: compressed by {title}", Unsupported, "method", zips.build(bad))
    large = b"\x09\x04\x05\0" + struct.pack("<BL", 93, 2**32 - 1) + b"x" * 40
    bad = ZipEntry(b"a", text, zips.LZMA, data=large)
    yield Hostile("zip, LZMA: a dictionary of 4 GiB", Unsupported, "memory", zips.build(bad))
    bad = ZipEntry(b"a", text, zips.LZMA, data=b"\x09\x04\x05\0\xff" + bytes(40))
    yield Hostile("zip, LZMA: properties that can't be", DamagedArchive, "properties", zips.build(bad))
    bad = ZipEntry(b"a", text, zips.LZMA, data=b"x")
    yield Hostile("zip, LZMA: no properties", DamagedArchive, "properties", zips.build(bad))


def _zip_directories() -> Iterator[Hostile]:
    good = zips.build(ZipEntry(b"a"), ZipEntry(b"b"))
    yield Hostile(
        "zip: overlapping, one header for two",
        UnsafeArchive,
        "another entry",
        zips.build(ZipEntry(b"a"), ZipEntry(b"a", at=0)),
    )
    kernel = ZipEntry(b"b", bytes(5000), zips.DEFLATE)
    quoted = len(zips.build(kernel)) - 22 - 47
    quoting = ZipEntry(b"a", bytes(5000), zips.DEFLATE, data=b"", packed=quoted)
    yield Hostile(
        "zip: overlapping, one header in the data of another",
        UnsafeArchive,
        "another entry",
        zips.build(quoting, kernel),
    )
    far = ZipEntry(b"a", b"", data=b"", packed=0, local_extra=bytes(60))
    inside = ZipEntry(b"b", at=40)
    yield Hostile(
        "zip: overlapping, by an extra field", UnsafeArchive, "another entry", zips.build(far, inside)
    )
    yield Hostile(
        "zip: bytes of the directory as an entry's",
        UnsafeArchive,
        "another entry",
        zips.build(ZipEntry(b"a", packed=60)),
    )
    yield Hostile(
        "zip: an entry behind the directory",
        UnsafeArchive,
        "another entry",
        zips.build(ZipEntry(b"a", at=10**6)),
    )
    yield Hostile(
        "zip: more entries than it says", DamagedArchive, "entries", zips.build(ZipEntry(), count=0)
    )
    yield Hostile(
        "zip: fewer entries than it says", DamagedArchive, "entries", zips.build(ZipEntry(), count=9)
    )
    yield Hostile(
        "zip: 65,000 entries, it says", ArchiveTooLarge, "1,000", zips.build(ZipEntry(), count=65000)
    )
    many = (10**7, 10**7, 50, 0)
    yield Hostile(
        "zip: 10 million entries, it says",
        ArchiveTooLarge,
        "1,000",
        zips.build(ZipEntry(), zip64=True, end64=many),
    )
    entries = [ZipEntry(b"%d" % number, b"") for number in range(1001)]
    yield Hostile("zip: 1,001 entries", ArchiveTooLarge, "1,000", zips.build(*entries))
    yield Hostile("zip: 1,001 entries, it says 2", ArchiveTooLarge, "1,000", zips.build(*entries, count=2))
    yield Hostile("zip: something behind it", DamagedArchive, "follows", good + b"x")
    yield Hostile("zip: cut", DamagedArchive, "early", good[:-30])
    yield Hostile("zip: cut within its end", DamagedArchive, "early", good[:-1])
    yield Hostile("zip: its head alone", DamagedArchive, "early", good[:35])
    yield Hostile("zip: two ends", UnsafeArchive, "two ends", zips.build(ZipEntry(), comment=zips.build()))
    yield Hostile("zip: a comment longer than there is", DamagedArchive, "early", good[:-2] + b"\x05\0")
    yield Hostile(
        "zip: no directory where it says",
        DamagedArchive,
        "directory",
        zips.build(ZipEntry(), directory=b"x" * 60),
    )
    yield Hostile(
        "zip: a directory of no whole entry",
        DamagedArchive,
        "directory",
        zips.build(ZipEntry(), directory=b"PK\x01\x02"),
    )
    yield Hostile(
        "zip: a directory larger than the file",
        DamagedArchive,
        "directory",
        zips.build(ZipEntry(), directory_size=10**6),
    )
    yield Hostile(
        "zip: a directory that begins too late",
        DamagedArchive,
        "directory",
        zips.build(ZipEntry(), directory_at=10**6),
    )
    yield Hostile("zip: one of several files", Unsupported, "several files", zips.build(ZipEntry(), disk=1))
    yield Hostile("zip: an entry in another file", Unsupported, "several files", zips.build(ZipEntry(disk=3)))
    end = zips.build(ZipEntry(), zip64=True)
    yield Hostile("zip64: no end of its own", DamagedArchive, "end", end.replace(b"PK\x06\x06", b"PK\0\0"))
    yield Hostile("zip64: no way to its end", DamagedArchive, "end", end.replace(b"PK\x06\x07", b"PK\0\0"))
    two = end[:-14] + struct.pack("<HHLLH", 9, 9, 1, 1, 0)
    yield Hostile("zip64: two ends that differ", UnsafeArchive, "differ", two)
    sizes = ZipEntry(size=2**32 - 1, packed=2**32 - 1, local_size=7, local_packed=7)
    yield Hostile("zip64: an entry without its size", DamagedArchive, "size", zips.build(sizes))
    field_of_64 = struct.pack("<2H3Q", 1, 24, 7, 7, 0)
    yield Hostile(
        "zip64: an entry with two sizes",
        UnsafeArchive,
        "twice",
        zips.build(replace(sizes, extra=field_of_64 * 2)),
    )
    far_away = struct.pack("<2H3Q", 1, 24, 2**63, 2**63, 2**63)
    yield Hostile(
        "zip64: an entry of 8 EiB",
        UnsafeArchive,
        "another entry",
        zips.build(replace(sizes, at=2**32 - 1, extra=far_away)),
    )
    yield Hostile("zip: nothing but a name", DamagedArchive, "early", b"nothing", "a.zip")


def _tar_headers() -> Iterator[Hostile]:
    whole = tars.build(entry(b"a", b"content"))
    yield Hostile("tar: no end", DamagedArchive, "early", whole[: -len(tars.END)])
    yield Hostile("tar: half an end", DamagedArchive, "end", whole[:-512])
    yield Hostile(
        "tar: half an end, then more", DamagedArchive, "end", entry() + bytes(512) + entry() + tars.END
    )
    yield Hostile("tar: cut in content", DamagedArchive, "early", header(b"a", 5000) + b"x" * 700)
    yield Hostile("tar: cut in padding", DamagedArchive, "early", header(b"a", 5) + b"x" * 5)
    yield Hostile("tar: cut in a header", DamagedArchive, "early", entry() + header()[:300])
    yield Hostile("tar: two of them", DamagedArchive, "follows", whole + whole)
    yield Hostile("tar: something behind its end", DamagedArchive, "follows", whole + b"x")
    bad = bytearray(entry(b"a") + entry(b"b") + tars.END)
    bad[512] ^= 1
    yield Hostile("tar: a wrong checksum", DamagedArchive, "header", bytes(bad))
    yield Hostile(
        "tar: no number for a size", DamagedArchive, "header", tars.build(entry(), header(size=b"x" * 12))
    )
    negative = b"\xff" * 11 + b"\xf0"
    yield Hostile("tar: a negative size", DamagedArchive, "negative", tars.build(header(size=negative)))
    huge = b"\x80" + b"\0" * 3 + b"\x7f" + b"\xff" * 7
    yield Hostile("tar: 8 EiB, it says", DamagedArchive, "early", tars.build(header(size=huge)))
    yield Hostile(
        "tar, pax: 8 EiB, it says", DamagedArchive, "early", tars.build(pax(size=b"%d" % 2**63), entry())
    )
    yield Hostile(
        "tar, pax: no number for a size", DamagedArchive, "extended", tars.build(pax(size=b"-1"), entry())
    )
    yield Hostile(
        "tar, pax: a size of 10,000 digits",
        DamagedArchive,
        "extended",
        tars.build(pax(size=b"9" * 10000), entry()),
    )
    yield Hostile(
        "tar, pax: another size than the header",
        DamagedArchive,
        "header",
        tars.build(pax(size=b"0"), entry(b"a", b"x" * 600)),
    )
    yield Hostile(
        "tar, pax: two headers", UnsafeArchive, "two", tars.build(pax(path=b"a"), pax(path=b"b"), entry())
    )
    yield Hostile(
        "tar, GNU: two long names",
        UnsafeArchive,
        "two",
        tars.build(long_name(b"a"), long_name(b"b"), entry()),
    )
    yield Hostile(
        "tar: a long name of GNU and one of pax",
        UnsafeArchive,
        "two",
        tars.build(long_name(b"a"), pax(path=b"b"), entry()),
    )
    target = long_name(b"a", tars.LONG_TARGET)
    yield Hostile(
        "tar: a long target of GNU and one of pax",
        UnsafeArchive,
        "two",
        tars.build(target, pax(linkpath=b"b"), entry(kind=tars.LINK)),
    )
    for key in ("path", "linkpath", "size"):
        data = tars.build(pax(tars.PAX_OF_ALL, **{key: b"1"}), entry())
        yield Hostile(f"tar, pax: a {key} for all entries", UnsafeArchive, "all", data)
    yield Hostile(
        "tar, pax: many headers for all",
        UnsafeArchive,
        "in a row",
        tars.build(*[pax(tars.PAX_OF_ALL, a=b"b")] * 100, entry()),
    )
    yield Hostile("tar, pax: a header before the end", DamagedArchive, "extended", tars.build(pax(path=b"a")))
    yield Hostile(
        "tar, GNU: a long name before the end", DamagedArchive, "extended", tars.build(long_name(b"a"))
    )
    for title, text in {
        "no length": b"path=a\n",
        "a length of 0": b"0 path=a\n",
        "a length too long": b"99 path=a\n",
        "a length too short": b"5 path=a\n",
        "no end of a line": b"9 path=ab",
        "no equals sign": b"9 path a\n",
        "no keyword": b"5 =a\n",
        "zeros": bytes(100),
    }.items():
        data = tars.build(entry(b"pax", text, tars.PAX), entry())
        yield Hostile(f"tar, pax: {title}", DamagedArchive, "extended", data)
    yield Hostile(
        "tar, pax: a header of 2 MiB",
        ArchiveTooLarge,
        "extended",
        tars.build(pax(comment=b"x" * 2 * MIB), entry()),
    )
    yield Hostile(
        "tar, pax: a header of 8 GiB, it says",
        ArchiveTooLarge,
        "extended",
        tars.build(header(size=2**33 - 1, kind=tars.PAX)),
    )
    yield Hostile(
        "tar, GNU: a name of 2 MiB",
        ArchiveTooLarge,
        "extended",
        tars.build(long_name(b"a" * 2 * MIB), entry()),
    )
    yield Hostile(
        "tar: a header of negative size",
        ArchiveTooLarge,
        "extended",
        tars.build(header(size=negative, kind=tars.PAX)),
    )
    yield Hostile(
        "tar: a file that ends with a slash",
        UnsafeArchive,
        "folder",
        tars.build(pax(path=b"a/"), entry(b"a", b"x")),
    )
    many = [entry(b"%d" % number) for number in range(1001)]
    yield Hostile("tar: 1,001 entries", ArchiveTooLarge, "1,000", tars.build(*many))
    deep = [entry(b"/".join([b"%d" % number] * 20)) for number in range(60)]
    yield Hostile("tar: 60 files in 1,140 folders", ArchiveTooLarge, "1,000", tars.build(*deep))
    yield Hostile("tar: none", DamagedArchive, "no tar", b"nothing" * 100, "a.tar")
    yield Hostile("tar: a file of no bytes", DamagedArchive, "no tar", b"", "a.tar")


def _streams() -> Iterator[Hostile]:
    plain = tars.build(*(entry(b"%d" % number, bytes(range(256)) * 16) for number in range(8)))
    for suffix, compress in COMPRESS.items():
        data = compress(plain)
        middle = len(data) // 2
        name = f"a.tar.{suffix}"
        yield Hostile(f"tar.{suffix}: cut", DamagedArchive, "damaged", data[:middle], name)
        yield Hostile(f"tar.{suffix}: cut at its end", DamagedArchive, "early", data[:-1], name)
        flipped = data[:middle] + bytes([data[middle] ^ 0xFF]) + data[middle + 1 :]
        yield Hostile(f"tar.{suffix}: other bytes", DamagedArchive, "damaged", flipped, name)
        yield Hostile(
            f"tar.{suffix}: something behind it", DamagedArchive, "follows", data + b"more" * 9, name
        )
        yield Hostile(
            f"tar.{suffix}: zeros and more behind it",
            DamagedArchive,
            "follows",
            data + bytes(600) + b"x",
            name,
        )
        yield Hostile(f"tar.{suffix}: no tar in it", DamagedArchive, "no tar", compress(b"text" * 200), name)
        single = compress(b"text" * 2000)
        yield Hostile(f"{suffix}: cut", DamagedArchive, "early", single[:-3], f"a.{suffix}")
        yield Hostile(
            f"{suffix}: something behind it", DamagedArchive, "follows", single + b"more" * 9, f"a.{suffix}"
        )
        other = COMPRESS["bz2" if suffix == "gz" else "gz"](b"text")
        yield Hostile(
            f"{suffix}: another kind behind it", DamagedArchive, "follows", single + other, f"a.{suffix}"
        )
        traversal = compress(tars.build(entry(b"../a")))
        yield Hostile(f"tar.{suffix}: a name that leaves", UnsafeArchive, "'..'", traversal, name)
    bad = bytearray(gzip.compress(b"text" * 2000))
    bad[-6] ^= 1
    yield Hostile("gz: another checksum", DamagedArchive, "damaged", bytes(bad), "a.gz")
    bad = bytearray(gzip.compress(b"text" * 2000))
    bad[-1] ^= 1
    yield Hostile("gz: another length", DamagedArchive, "damaged", bytes(bad), "a.gz")
    frame = b"\x28\xb5\x2f\xfd\x00" + bytes([(30 - 10) << 3]) + b"\x01\x00\x00"
    yield Hostile("zst: a window of 1 GiB", Unsupported, "memory", frame, "a.zst")
    filters = [{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 30}]
    yield Hostile("xz: a dictionary of 1 GiB", Unsupported, "memory", _xz(filters), "a.xz")
    for title, head in {
        "7z": b"7z\xbc\xaf\x27\x1c\0\4",
        "RAR": b"Rar!\x1a\x07\x01\0",
        "LZ4": b"\x04\x22\x4d\x18",
        "cpio": b"070701",
        "Cabinet": b"MSCF\0",
        "lzip": b"LZIP\1",
    }.items():
        yield Hostile(f"{title}", Unsupported, title, head + bytes(600), f"a.{title}")
    yield Hostile("a text", Unsupported, "no archive", b"just a text", "a.txt")
    yield Hostile("nothing", Unsupported, "no archive", b"", "a.bin")


def _xz(filters: list[dict[str, int]]) -> bytes:
    """An .xz that says it needs a large dictionary; making one with it would take that memory here."""
    data = bytearray(lzma.compress(b"text", filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 16}]))
    # The block's header: its size, flags, filter, the filter's properties (one byte for the dictionary), CRC.
    sizes = {1 << 30: 36}
    data[16] = sizes[filters[0]["dict_size"]]
    head = 12
    length = (data[head] + 1) * 4
    data[head + length - 4 : head + length] = zlib.crc32(data[head : head + length - 4]).to_bytes(4, "little")
    return bytes(data)


def _bombs() -> Iterator[Hostile]:
    zeros = bytes(16 * MIB)
    yield Hostile(
        "zip: a bomb", ArchiveTooLarge, "becomes more", zips.build(ZipEntry(b"a", zeros, zips.DEFLATE))
    )
    lying = ZipEntry(b"a", zeros, zips.DEFLATE, size=10, crc=0)
    yield Hostile("zip: a bomb that says it is small", DamagedArchive, "more than", zips.build(lying))
    for title, method in {"bzip2": zips.BZIP2, "LZMA": zips.LZMA, "Zstandard": zips.ZSTD}.items():
        data = zips.build(ZipEntry(b"a", zeros, method))
        yield Hostile(f"zip, {title}: a bomb", ArchiveTooLarge, "becomes more", data)
    several = [ZipEntry(b"%d" % number, bytes(MIB // 4), zips.DEFLATE) for number in range(40)]
    yield Hostile("zip: a bomb in small files", ArchiveTooLarge, "becomes more", zips.build(*several))
    stored = [ZipEntry(b"%d" % number, bytes(MIB)) for number in range(9)]
    yield Hostile("zip: 9 MiB where 8 are allowed", ArchiveTooLarge, "bytes", zips.build(*stored))
    one = entry(b"0", bytes(MIB))
    copies = [entry(b"%d" % number, kind=tars.HARD, target=b"0") for number in range(1, 12)]
    yield Hostile("tar: 12 MiB by hard links", ArchiveTooLarge, "bytes", tars.build(one, *copies))
    plain = [entry(b"%d" % number, bytes(MIB)) for number in range(9)]
    yield Hostile("tar: 9 MiB where 8 are allowed", ArchiveTooLarge, "bytes", tars.build(*plain))
    bomb = tars.build(entry(b"a", zeros))
    hidden = tars.build(entry(b"a")) + bytes(300 * MIB)
    for suffix, compress in COMPRESS.items():
        yield Hostile(f"tar.{suffix}: a bomb", ArchiveTooLarge, "becomes more", compress(bomb))
        yield Hostile(f"{suffix}: a bomb", ArchiveTooLarge, "becomes more", compress(zeros), f"a.{suffix}")
    yield Hostile("tar.gz: a bomb behind its end", ArchiveTooLarge, "becomes more", gzip.compress(hidden, 1))
    device = header(b"a", 300 * MIB, tars.PIPE)
    yield Hostile("tar.gz: a bomb in a pipe", UnsafeArchive, "special", gzip.compress(device + bytes(MIB)))
    parts = b"".join(gzip.compress(bytes(MIB)) for _ in range(4))
    yield Hostile("gz: a bomb in several streams", ArchiveTooLarge, "becomes more", parts, "a.gz")
