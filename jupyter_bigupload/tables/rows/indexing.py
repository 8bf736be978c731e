"""An index of the rows of a text: how many there are, and where. DuckDB is held against it."""

from __future__ import annotations

import sys
import zlib
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from gzip import BadGzipFile
from typing import BinaryIO, NamedTuple

from ...errors import NotATable
from ..recipe import Dialect
from ..source import Source
from ..text import text_of
from .blocks import Blocks
from .layout import Layout, layout
from .records import NEWLINE, Records

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

#: Bytes that are looked at at once, and between entries of the index: 40 GB of text have 8 MB of them.
_BLOCK = 2**17
#: Bytes of the longest line. No table has one, and all of a line is in memory.
LONGEST_LINE = 64 * 2**20
#: Bytes from the start that hold skipped lines and the header.
HEAD = 2**20

#: What is told how many bytes of how many are done; it raises to end it.
Progress = Callable[[int, int], None]


class Place(NamedTuple):
    """Where a row is.

    Parameters
    ----------
    offset : int
        Byte of the text, unpacked and in UTF-8.
    row : int
        Its number, from 0.
    line : int
        Of its first character, from 1.
    """

    offset: int
    row: int
    line: int


class RowIndex:
    """Where rows are: an entry for about each 128 KiB of text.

    Parameters
    ----------
    dialect : Dialect
        How the text is written.
    start : Layout
        What is before the first row.
    columns : int
        Of the table; empty lines are rows where there is one.

    Attributes
    ----------
    rows, lines : int
        Seen so far: whole rows, and lines with those before the first row.
    position : int
        Byte of the text up to which they are counted.
    is_over : bool
        Whether that is all.
    newlines : set of bytes
        The kinds of line ends outside quotes so far. DuckDB reads texts that have one.
    is_broken : bool
        Whether there are rows of which DuckDB makes two.
    """

    def __init__(self, dialect: Dialect, start: Layout, columns: int) -> None:
        self.dialect = dialect
        self.rows, self.lines, self.position = 0, start.line - 1, start.start
        self.is_over = False
        self.newlines: set[bytes] = set()
        self.is_broken = False
        self.read = 0
        self._is_quoted = False
        one = columns == 1
        self._records = Records(dialect, has_one_column=one)
        self._blocks = Blocks(dialect, self._records, has_one_column=one)
        self._rows, self._offsets, self._lines = array("q"), array("q"), array("q")

    def advance(
        self,
        source: Source,
        progress: Progress = lambda done, total: None,
        *,
        until: Callable[[], bool] = lambda: False,
    ) -> None:
        """Go on with what has come since, to the end or until a function says that it is enough.

        Raises
        ------
        NotATable
            When a line has no end.
        """
        if self.is_over:
            return
        raw: list[BinaryIO] = []

        def opened() -> BinaryIO:
            raw.append(source.open())
            return raw[-1]

        with text_of(replace(source, open=opened), self.dialect).open() as text:
            text.seek(self.position)
            for block, has_end in blocks(text, is_complete=source.complete):
                self._enter(block, has_end=has_end)
                self.read = min(raw[-1].tell(), source.size)
                progress(self.read, source.size)
                if until():
                    return
        self.is_over = source.complete
        if self.is_over and self._is_quoted:  # what is never closed is one row, which is rejected
            self.rows += 1
            self._is_quoted = False

    def slice(self, row: int) -> Place:
        """Return the last place in the index that is not behind a row."""
        found = max(0, bisect_right(self._rows, row) - 1)
        # Rows of many entries may be as many as those of one, where one is longer than a block.
        return Place(self._offsets[found], self._rows[found], self._lines[found])

    def places(self, source: Source, rows: Iterable[int]) -> Iterator[Place]:
        """Yield where rows are, in their order. They ascend, and are within those seen.

        Each stretch between two entries that has one is read once more.
        """
        return (place for place, _ in self.texts(source, rows))

    def texts(self, source: Source, rows: Iterable[int]) -> Iterator[tuple[Place, bytes]]:
        """Yield where rows are, and what they are, without their lines' ends."""
        wanted = iter(rows)
        row = next(wanted, None)
        with text_of(source, self.dialect).open() as text:
            while row is not None:
                begin = self.slice(row)
                for place, found, _ in self._stretch(text, begin):
                    while place.row == row:
                        yield place, found
                        row = next(wanted, None)
                    if row is None:
                        break
                else:
                    if row is not None and self.slice(row) == begin:
                        raise ValueError("there is no such row")

    def at(self, source: Source, offsets: Iterable[int]) -> Iterator[Place]:
        """Yield the rows that have the bytes at some offsets, which ascend.

        What is in no row, as an empty line is, counts to the next one: so does DuckDB.
        """
        entry = -1
        rows: list[tuple[Place, bytes, int]] = []
        starts: list[int] = []
        with text_of(source, self.dialect).open() as text:
            for offset in offsets:
                found = max(0, bisect_right(self._offsets, offset) - 1)
                if found != entry:
                    begin = Place(self._offsets[found], self._rows[found], self._lines[found])
                    rows, entry = list(self._stretch(text, begin)), found
                    starts = [place.offset for place, _, _ in rows]
                number = max(0, bisect_right(starts, offset) - 1)
                place, _, behind = rows[number]
                if offset >= behind and place.row + 1 < self.rows:
                    following = rows[number + 1][0] if number + 1 < len(rows) else None
                    yield following or next(self.places(source, [place.row + 1]), place)
                else:
                    yield place

    def _stretch(self, text: BinaryIO, begin: Place) -> Iterator[tuple[Place, bytes, int]]:
        """Yield all rows from one entry up to the next, with the byte behind each and its line's end."""
        behind = bisect_right(self._offsets, begin.offset)
        end = self._offsets[behind] if behind < len(self._offsets) else self.position
        text.seek(begin.offset)
        return self._within(_read(text, end - begin.offset), begin)

    def _within(self, data: bytes, begin: Place) -> Iterator[tuple[Place, bytes, int]]:
        """Yield all rows in a stretch of text; what is behind its last line end is one too."""
        row, line, position = begin.row, begin.line, 0
        if not data.endswith((b"\n", b"\r")):
            data += b"\n"
        for record in self._records.walk(data):
            if record.is_row:
                line += _count(data, position, record.start)
                position = record.start
                behind = begin.offset + (record.next if record.next >= 0 else record.end)
                yield Place(begin.offset + record.start, row, line), data[record.start : record.end], behind
                row += 1

    def _enter(self, block: bytes, *, has_end: bool) -> None:
        if not self._is_quoted and (not self._rows or self.rows > self._rows[-1]):
            self._rows.append(self.rows)
            self._offsets.append(self.position)
            self._lines.append(self.lines + 1)
        if not has_end:
            ended = block[: max(block.rfind(b"\n"), block.rfind(b"\r")) + 1]
            self.newlines |= self._blocks.count(ended, quoted=self._is_quoted).newlines
        counted = self._blocks.count(block if has_end else block + b"\n", quoted=self._is_quoted)
        self.rows += counted.rows
        self.is_broken |= counted.broken
        self.lines += counted.lines
        self.position += len(block)
        self._is_quoted = counted.quoted
        if has_end:
            self.newlines |= counted.newlines


def index(
    source: Source, dialect: Dialect, columns: int, progress: Progress = lambda done, total: None
) -> RowIndex:
    """Return the index of all rows of a file.

    Raises
    ------
    NotATable
        When a line has no end.
    """
    made = begin(source, dialect, columns)
    made.advance(source, progress)
    return made


def begin(source: Source, dialect: Dialect, columns: int) -> RowIndex:
    """Return an index that has nothing yet but where the rows begin."""
    return RowIndex(dialect, layout(head(source, dialect), dialect), columns)


def head(source: Source, dialect: Dialect, size: int = HEAD) -> bytes:
    """Return the first bytes of a text."""
    with text_of(source, dialect).open() as text:
        return _read(text, size)


def _read(file: BinaryIO, size: int) -> bytes:
    pieces = []
    while size > 0 and (piece := file.read(size)):
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


def _count(data: bytes, start: int, end: int) -> int:
    return sum(1 for _ in NEWLINE.finditer(data, start, end))


def blocks(file: BinaryIO, *, is_complete: bool) -> Iterator[tuple[bytes, bool]]:
    """Yield blocks that end with a line, and what is behind the last line's end where nothing more comes."""
    rest: Sequence[bytes] = ()
    waiting = 0
    while piece := read_piece(file, is_complete=is_complete):
        cut = _last_line(piece)
        if not cut and waiting + len(piece) > LONGEST_LINE:
            raise NotATable(f"A line is longer than {LONGEST_LINE // 2**20} MiB.")
        if cut:
            yield b"".join((*rest, piece[:cut])), True
            rest = (piece[cut:],)
            waiting = len(piece) - cut
        else:
            rest = (*rest, piece)
            waiting += len(piece)
    last = b"".join(rest)
    if last and is_complete:
        yield last, last.endswith((b"\n", b"\r"))


def read_piece(file: BinaryIO, *, is_complete: bool) -> bytes:
    """Return what comes next of a text; what is packed may break off where the rest is still to come.

    Raises
    ------
    NotATable
        When what is packed is damaged.
    """
    try:
        return file.read(_BLOCK)
    except EOFError:
        if is_complete:
            raise NotATable("What is packed breaks off before its end.") from None
        return b""
    except (zlib.error, zstd.ZstdError, BadGzipFile) as error:
        raise NotATable(f"What is packed is damaged: {error}.") from None


def _last_line(piece: bytes) -> int:
    """Return where the last line in it ends; 0 for nowhere."""
    newline = piece.rfind(b"\n") + 1
    if newline:
        return newline
    # A carriage return at the very end may be the first half of a line's end.
    return piece.rfind(b"\r", 0, len(piece) - 1) + 1
