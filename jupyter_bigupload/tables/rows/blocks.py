"""Rows of a block of text, counted fast: by what bytes objects do in C."""

from __future__ import annotations

from dataclasses import dataclass

from ..recipe import Dialect
from .records import Records

#: Stands for a delimiter of several characters. A block that has it is read the slow way.
_UNIT = b"\x1f"
#: Fields of a row that go on behind their quotes, from which on DuckDB makes two rows of it.
ODD = 2
#: Pieces that an irregular block is cut into, and bytes of those that are not cut any more.
_PIECES, _SMALL = 16, 256


@dataclass(frozen=True)
class Counted:
    """What is in a block.

    Parameters
    ----------
    rows : int
        That end in it.
    lines : int
        Line ends, those within quotes too.
    quoted : bool
        Whether its end is within quotes.
    newlines : frozenset[bytes]
        The kinds of line ends outside quotes.
    broken : bool
        Whether it has rows of which DuckDB makes two.
    """

    rows: int
    lines: int
    quoted: bool
    newlines: frozenset[bytes]
    broken: bool = False


class Blocks:
    """Counts the rows of blocks that end with a line.

    A text whose quotes are all at the start and the end of fields is split at them: every second piece is
    outside. What is not so regular goes through `Records`, which is exact and some ten times slower: as few
    lines as possible around it.
    """

    def __init__(self, dialect: Dialect, records: Records, *, has_one_column: bool) -> None:
        self._records = records
        self._has_one_column = has_one_column
        self._comment = dialect.comment.encode()
        self._quote = dialect.quote.encode()
        self._escape = dialect.escape.encode() if dialect.quote else b""
        self._delimiter = dialect.delimiter.encode()
        separator = self._delimiter if len(self._delimiter) == 1 else _UNIT
        table = bytearray(b"x" * 256)
        for byte in (separator, b"\n", b"\r"):
            table[byte[0]] = 44
        if self._quote:
            table[self._quote[0]] = 34
        self._table = bytes(table)

    def count(self, block: bytes, *, quoted: bool) -> Counted:
        """Return what is in a block that begins at a record's start, or within quotes."""
        if self._comment and self._comment in block:
            return self._in_pieces(block, quoted=quoted)
        if not self._quote or self._quote not in block:
            if quoted:
                return Counted(0, _lines(block), quoted=True, newlines=frozenset())
            return self._outside(block, block, begins_row=True, quoted=False)
        if self._escape and self._escape != self._quote and self._escape in block:
            pieces = self._without_escapes(block).split(self._quote)
        else:
            pieces = block.split(self._quote)
        ends_quoted = quoted ^ (len(pieces) % 2 == 0)
        outside = self._quote.join(pieces[1 if quoted else 0 :: 2])
        marked = (self._quote if quoted else b"") + outside + (self._quote if ends_quoted else b"")
        if not self._is_regular(marked):
            return self._in_pieces(block, quoted=quoted)
        return self._outside(block, outside, begins_row=not quoted, quoted=ends_quoted)

    def _is_regular(self, outside: bytes) -> bool:
        """Return whether each quoted stretch, of which one quote is left, is a field of its own."""
        if len(self._delimiter) > 1:
            if _UNIT in outside:
                return False
            outside = outside.replace(self._delimiter, _UNIT)
        marks = outside.translate(self._table)
        if b'x"' in marks or b'"x' in marks:
            return False
        return self._escape == self._quote or b'""' not in marks

    def _without_escapes(self, block: bytes) -> bytes:
        """Return a block of the same length in which no quote is escaped."""
        return block.replace(self._escape * 2, b"xx").replace(self._escape + self._quote, b"xx")

    def _outside(self, block: bytes, outside: bytes, *, begins_row: bool, quoted: bool) -> Counted:
        kinds = _kinds(outside)
        if len(kinds) > 1:
            outside = outside.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
            newline = b"\n"
        else:
            newline = next(iter(kinds), b"\n")
        rows = outside.count(newline)
        lines = rows if outside is block else _lines(block)
        if not self._has_one_column:
            rows -= _empty(outside, newline, begins_row=begins_row)
        return Counted(rows, lines, quoted, kinds)

    def _in_pieces(self, block: bytes, *, quoted: bool) -> Counted:
        size = len(block) // _PIECES
        if size < _SMALL:
            return self._slowly(block, quoted=quoted)
        rows = lines = position = 0
        broken = False
        kinds: frozenset[bytes] = frozenset()
        while position < len(block):
            end = block.find(b"\n", position + size) + 1 or len(block)
            found = self.count(block[position:end], quoted=quoted)
            rows, lines, quoted = rows + found.rows, lines + found.lines, found.quoted
            kinds |= found.newlines
            broken |= found.broken
            position = end
        return Counted(rows, lines, quoted, kinds, broken)

    def _slowly(self, block: bytes, *, quoted: bool) -> Counted:
        rows, broken = 0, False
        kinds: set[bytes] = set()
        for record in self._records.walk(block, quoted=quoted):
            # Of a row that goes on in another block, not all is seen.
            is_whole = record.start >= 0 and record.next >= 0
            broken |= record.odd >= (ODD if is_whole else 1)
            if record.next < 0:
                return Counted(rows, _lines(block), quoted=True, newlines=frozenset(kinds), broken=broken)
            rows += record.is_row
            kinds.add(block[record.end : record.next])
        return Counted(rows, _lines(block), quoted=False, newlines=frozenset(kinds), broken=broken)


def _kinds(text: bytes) -> frozenset[bytes]:
    if b"\r" not in text:
        return frozenset((b"\n",)) if b"\n" in text else frozenset()
    both = text.count(b"\r\n")
    kinds = {b"\r\n"} if both else set()
    if text.count(b"\n") > both:
        kinds.add(b"\n")
    if text.count(b"\r") > both:
        kinds.add(b"\r")
    return frozenset(kinds)


def _lines(block: bytes) -> int:
    count = block.count(b"\n")
    if b"\r" in block:
        count += block.count(b"\r") - block.count(b"\r\n")
    return count


def _empty(text: bytes, newline: bytes, *, begins_row: bool) -> int:
    """Return the number of lines that are empty."""
    twice = newline * 2
    count = int(begins_row and text.startswith(newline))
    position = text.find(twice)
    while position >= 0:
        count += 1
        position = text.find(twice, position + len(newline))
    return count
