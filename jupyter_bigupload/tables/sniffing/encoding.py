"""The encoding of a text, by its first bytes."""

from __future__ import annotations

import codecs

from .letters import single_byte

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: Of the bytes at even or at odd positions, those that are 0 in UTF-16 of mostly Latin text.
_MANY_ZEROS, _FEW_ZEROS = 0.3, 0.05
#: Encodings of several bytes a character, which mostly refuse what is in another.
_SEVERAL_BYTES = ("shift_jis", "euc_jp", "euc_kr", "big5", "gb18030")
_FALLBACK = "cp1252"
#: Bytes that are enough for a guess.
_SAMPLE = 2**16


def encoding_of(first: bytes, *, is_whole: bool = False) -> str:
    """Return the encoding of a text that begins with these bytes, unpacked.

    Parameters
    ----------
    is_whole : bool
        Whether that is all of it; else its last character may be cut.
    """
    for mark, name in _BOMS:
        if first.startswith(mark):
            return name
    wide = _wide(first)
    if wide is not None:
        return wide
    if _is_utf_8(first, is_whole=is_whole):
        return "utf-8"
    return _guessed(first)


def _is_utf_8(first: bytes, *, is_whole: bool) -> bool:
    """Return whether a text is UTF-8, or would be but for a few bytes, whose rows are rejected."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(first, is_whole)
    except UnicodeDecodeError:
        wrong = first.decode("utf-8", "replace").count("\ufffd")
        right = sum(1 for one in first.decode("utf-8", "ignore") if one > "\x7f")
        return right > 10 * wrong
    return True


def _wide(first: bytes) -> str | None:
    """Return the encoding where every second byte is mostly 0."""
    sample = first[: 2**14]
    half = len(sample) // 2
    if not half:
        return None
    even, odd = sample[::2].count(0) / half, sample[1::2].count(0) / half
    if odd > _MANY_ZEROS and even < _FEW_ZEROS:
        return "utf-16-le"
    return "utf-16-be" if even > _MANY_ZEROS and odd < _FEW_ZEROS else None


def _guessed(first: bytes) -> str:
    lines = b"\n".join(line for line in first.split(b"\n") if not line.isascii())[:_SAMPLE]
    found = single_byte(lines)
    if found is not None:
        return found
    try:
        from charset_normalizer import from_bytes  # noqa: PLC0415  # of the extra
    except ImportError:
        return _FALLBACK
    best = from_bytes(lines[: lines.rfind(b"\n") + 1] or lines, cp_isolation=[*_SEVERAL_BYTES]).best()
    return best.encoding if best is not None else _FALLBACK
