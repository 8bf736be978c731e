"""Tars block by block, so that they can say what no library would write."""

from __future__ import annotations

FILE, HARD, LINK, CHARACTER, BLOCK_DEVICE, FOLDER, PIPE = b"0", b"1", b"2", b"3", b"4", b"5", b"6"
LONG_NAME, LONG_TARGET, PAX, PAX_OF_ALL, SPARSE = b"L", b"K", b"x", b"g", b"S"
END = bytes(1024)


def header(
    name: bytes = b"a.txt",
    size: int | bytes = 0,
    kind: bytes = FILE,
    target: bytes = b"",
    *,
    mode: int | bytes = 0o644,
    time: int | bytes = 1_700_000_000,
    magic: bytes = b"ustar\x0000",
    prefix: bytes = b"",
) -> bytes:
    fields = b"".join(
        [
            name[:100].ljust(100, b"\0"),
            _octal(mode, 8),
            _octal(0, 8),
            _octal(0, 8),
            _octal(size, 12),
            _octal(time, 12),
            b" " * 8,
            kind,
            target[:100].ljust(100, b"\0"),
            magic,
            bytes(80),
            prefix.ljust(155, b"\0"),
            bytes(12),
        ]
    )
    return fields[:148] + b"%06o\0 " % sum(fields) + fields[156:]


def entry(name: bytes = b"a.txt", content: bytes = b"", kind: bytes = FILE, target: bytes = b"", mode: int = 0o644) -> bytes:  # fmt: skip  # noqa: E501
    return header(name, len(content), kind, target, mode=mode) + padded(content)


def padded(content: bytes) -> bytes:
    return content + bytes(-len(content) % 512)


def pax(kind: bytes = PAX, **values: bytes) -> bytes:
    return entry(b"pax", b"".join(record(key.encode(), value) for key, value in values.items()), kind)


def record(key: bytes, value: bytes) -> bytes:
    rest = b" " + key + b"=" + value + b"\n"
    length = len(rest)
    while len(b"%d" % length) + len(rest) != length:
        length = len(b"%d" % length) + len(rest)
    return b"%d" % length + rest


def long_name(name: bytes, kind: bytes = LONG_NAME) -> bytes:
    return entry(b"././@LongLink", name + b"\0", kind)


def build(*parts: bytes) -> bytes:
    return b"".join(parts) + END


def _octal(value: int | bytes, width: int) -> bytes:
    return value if isinstance(value, bytes) else b"%0*o\0" % (width - 1, value)
