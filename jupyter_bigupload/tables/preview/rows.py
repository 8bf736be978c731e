"""Which rows of a text there are in its sample, and which are anywhere in it."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

from ..reading.connection import is_on_disk
from ..recipe import Dialect
from ..rows import RowIndex
from ..rows.indexing import read_piece
from ..rows.records import NEWLINE, Records
from ..sniffing.sampling import Sample, most_rows
from ..source import Source
from ..text import text_of

#: Seconds for which the index goes on at each question about a file that is on a disk here.
INDEXING = 0.15


@dataclass(frozen=True)
class Row:
    """A row of a text.

    Parameters
    ----------
    line : int
        Of its first character, from 1.
    byte : int
        Of the text, unpacked and in UTF-8.
    data : bytes
        What is in it, without its line's end.
    """

    line: int
    byte: int
    data: bytes


def rows_within(
    text: bytes, start: int, line: int, dialect: Dialect, *, one: bool, is_whole: bool, most: int
) -> tuple[list[Row], bool]:
    """Return the whole rows of a stretch of text, and whether they are all up to its end.

    Parameters
    ----------
    start, line : int
        Where the first row begins, and the number of its line.
    one : bool
        Whether the table has one column.
    is_whole : bool
        Whether nothing follows, so that a row without a line's end is one.
    """
    rows: list[Row] = []
    records = Records(dialect, has_one_column=one)
    is_open = is_whole and len(text) > start and not text.endswith((b"\n", b"\r"))
    data = text + b"\n" if is_open else text
    if not is_whole and data.endswith(b"\r"):
        data = data[:-1]  # it may be the first half of a line's end
    position = start
    for record in records.walk(data, start):
        if record.next < 0 and not is_whole:
            return rows, True
        if record.is_row:
            if len(rows) == most:
                return rows, False
            line += len(NEWLINE.findall(data, position, record.start))
            position = record.start
            rows.append(Row(line, record.start, data[record.start : record.end].rstrip(b"\n")))
    return rows, True


def rows_of_sample(sample: Sample, width: int, most: int | None = None) -> tuple[list[Row], bool]:
    """Return the first rows of a file, and whether it has no others."""
    start = sample.layout
    rows, all_of_it = rows_within(
        sample.text,
        start.start,
        start.line,
        sample.dialect,
        one=width == 1,
        is_whole=sample.is_whole,
        most=most or most_rows(width),
    )
    return rows, all_of_it and sample.is_whole


class Indexed:
    """The index of a file's rows, which grows with the questions. Safe for threads."""

    def __init__(self, source: Source, sample: Sample, width: int) -> None:
        self._index = RowIndex(sample.dialect, sample.layout, width)
        self._one = width == 1
        self._lock = threading.Lock()
        with source.open() as file:
            #: Whether it costs nothing but time to read all of it.
            self.is_near = is_on_disk(file)

    @property
    def rows(self) -> int:
        """Rows seen so far."""
        return self._index.rows

    @property
    def share(self) -> tuple[int, int]:
        """Rows seen so far, and the bytes of the file that have them."""
        return self._index.rows, self._index.read

    @property
    def is_over(self) -> bool:
        """Whether those are all."""
        return self._index.is_over

    def go_on(self, source: Source, seconds: float) -> None:
        """Go on for some time, unless somebody else does already."""
        if not self._lock.acquire(blocking=False):
            return
        try:
            until = time.monotonic() + seconds
            self._index.advance(source, until=lambda: time.monotonic() > until)
        finally:
            self._lock.release()

    def find(self, source: Source, start: int, count: int) -> list[Row]:
        """Return some rows; fewer where the file, or what has come of it, has no more."""
        index = self._index
        with self._lock:
            if index.rows < start + count:
                index.advance(source, until=lambda: index.rows >= start + count)
            if index.rows <= start:
                return []
            place = index.slice(start)
        wanted = min(start + count, index.rows) - place.row
        with text_of(source, index.dialect).open() as file:
            file.seek(place.offset)
            data = b""
            while piece := read_piece(file, is_complete=source.complete):
                data += piece
                rows, _ = rows_within(
                    data, 0, place.line, index.dialect, one=self._one, is_whole=False, most=wanted
                )
                if len(rows) == wanted:
                    break
            else:
                rows, _ = rows_within(
                    data, 0, place.line, index.dialect, one=self._one, is_whole=source.complete, most=wanted
                )
        return [Row(row.line, row.byte + place.offset, row.data) for row in rows[start - place.row :]]


def estimate(seen: Sequence[Row], sample: Sample, source: Source) -> int:
    """Return about how many rows a file has, by those of its first part."""
    if not seen:
        return 0
    begin, end = seen[0].byte, seen[-1].byte + len(seen[-1].data) + 1
    lines = seen[-1].line - seen[0].line + 1
    rows = len(seen) + len(NEWLINE.findall(sample.text, end)) * len(seen) / lines
    per_byte = len(sample.text) / max(1, sample.read)
    return max(len(seen), round(rows * (source.size * per_byte - begin) / (len(sample.text) - begin)))
