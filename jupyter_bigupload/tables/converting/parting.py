"""Where the rows that DuckDB reads are not those that our own scanner counts."""

from __future__ import annotations

import io
import os
from dataclasses import replace
from typing import Any, BinaryIO

from ...errors import RowsLost
from ..reading import Connection, CsvText
from ..recipe import Dialect
from ..rows import Place, RowIndex
from ..source import Source
from ..text import text_of
from .counting import Counts, structural_count
from .table import Table

_BUFFER = 2**18


def check_rows(connection: Connection, table: Table, counts: Counts) -> None:
    """Hold the rows that were read against those that are there.

    Raises
    ------
    RowsLost
        When they differ; it says in which line they part.
    """
    read = counts.rows + counts.structural
    if read == table.rows:
        return
    message = f"The file has {table.rows:,} rows, and {read:,} were read of it"
    if table.index is None or table.csv is None:
        raise RowsLost(f"{message}. Nothing was made of it.")
    try:
        first, last = parting(connection, table.source, table.index, len(table.inputs))
    except ValueError:
        # Its rows are no longer where they were.
        raise RowsLost(f"{message}: it has changed meanwhile. Nothing was made of it.") from None
    lines = f"in line {first:,}" if first == last else f"between the lines {first:,} and {last:,}"
    raise RowsLost(f"{message}: they part {lines}. Nothing was made of it.", line=first)


def parting(connection: Connection, source: Source, index: RowIndex, columns: int) -> tuple[int, int]:
    """Return the first and the last line of the smallest stretch known in which DuckDB counts otherwise.

    Each half is counted by itself, so that all of the text is read about once more.
    """
    text = text_of(source, index.dialect)
    dialect = replace(index.dialect, header=False, skip=0, encoding="utf-8", compression="none")
    first, behind = 0, index.rows
    begin = _place(source, index, first)
    last_line = index.lines
    while behind - first > 1:
        middle = (first + behind) // 2
        place = _place(source, index, middle)
        stretch = replace(
            text, open=_opened(text, begin.offset, place.offset), size=place.offset - begin.offset
        )
        if _count(connection, stretch, dialect, columns, index) != middle - first:
            behind, last_line = middle, max(begin.line, place.line - 1)
        else:
            first, begin = middle, place
    return begin.line, max(begin.line, last_line)


def _place(source: Source, index: RowIndex, row: int) -> Place:
    return next(index.places(source, [row]), index.slice(row))


def _count(connection: Connection, source: Source, dialect: Dialect, columns: int, index: RowIndex) -> int:
    csv = CsvText.of(connection, source, dialect, columns, newlines=index.newlines, is_broken=index.is_broken)
    read = ", ".join(f"count({name})" for name in csv.columns)
    ((rows, *_),) = connection.rows(f"SELECT count(*), {read} FROM {csv.relation}")  # noqa: S608
    return int(rows) + structural_count(connection)


def _opened(source: Source, start: int, end: int) -> Any:
    return lambda: io.BufferedReader(_Stretch(source.open(), start, end), _BUFFER)


class _Stretch(io.RawIOBase):
    """Some bytes of a file, as a file."""

    def __init__(self, file: BinaryIO, start: int, end: int) -> None:
        super().__init__()
        self._file = file
        self._start = start
        self._size = end - start
        self._position = 0
        file.seek(start)

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def tell(self) -> int:
        """Return the position in the stretch."""
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a position in the stretch."""
        begin = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._size}[whence]
        self._position = begin + offset
        self._file.seek(self._start + self._position)
        return self._position

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer with what is left of the stretch."""
        view = memoryview(buffer).cast("B")
        data = self._file.read(max(0, min(len(view), self._size - self._position)))
        view[: len(data)] = data
        self._position += len(data)
        return len(data)

    def close(self) -> None:
        """Close the file below."""
        self._file.close()
        super().close()
