"""The rows of a sheet: read from its start as far as they were asked for, and kept."""

from __future__ import annotations

import shutil
import tempfile
import threading
import weakref
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from ..reading import Connection, DuckLimits, TypedColumn
from ..reading.excel import header_of, names_of, rows_of, sheets, text_rows
from ..reading.excel_cells import SheetRow
from ..reading.loading import Loaded, TextRow
from ..reading.marked import NoValue
from ..recipe import Column, Dialect, Format, Recipe, Rejects
from ..sniffing import Guess
from ..sniffing.marked import guess_marked
from ..source import Source
from .shelves import Shelf, Window, structural

#: Rows by which types are found, and rows that are read beyond those that are asked for. Some 20,000 cells
#: are read in a second.
_ROWS, _AHEAD = 2000, 500


class SheetShelf(Shelf):
    """A sheet of a workbook.

    Raises
    ------
    NotATable
        When there is no such sheet, or it is damaged.
    """

    first = _ROWS

    def __init__(self, source: Source, given: Recipe | None, sheet: str | None) -> None:
        names = sheets(source)
        name = sheet or (given.sheet if given else None) or names[0]
        dialect = given.dialect if given else None
        first = list(islice(rows_of(source, name, skip=dialect.skip if dialect else 0), _ROWS))
        if dialect is None:
            dialect = Dialect(header=_has_header(first))
        header, rows = header_of(iter(first), dialect)
        self._find(header, list(rows), given.columns if given else ())
        self.recipe = Recipe(Format.EXCEL, dialect, name, self._made)
        self.more = {"sheets": names}
        _, again = header_of(rows_of(source, name, skip=dialect.skip), dialect)
        self._left: Iterator[TextRow] = text_rows(again, len(self.columns))
        # What was read is on a disk: a sheet may have a million rows.
        folder = tempfile.mkdtemp()
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        self._connection = Connection(DuckLimits(threads=1, scratch=Path(folder)))
        self._read = Loaded(self._connection, ["VARCHAR"] * len(self.columns))
        self._is_over = False
        self._failure: Exception | None = None
        self._lock = threading.Lock()

    def _find(self, header: Sequence[str], rows: Sequence[SheetRow], given: Sequence[Column]) -> None:
        """Find out what the columns are."""
        width = max(map(len, [header, *(row.values for row in rows)]), default=0)
        sources = [column.source for column in given] or names_of(header, width)
        guesses = [_guess(rows, number) for number in range(len(sources))]
        self.why = guesses
        self._made = tuple(
            Column(one, one, guess.type, guess.format, rejects=_rejects(rows, number))
            for number, (one, guess) in enumerate(zip(sources, guesses, strict=True))
        )
        self.columns = [TypedColumn(one, "VARCHAR") for one in sources]

    def rows(self) -> tuple[int, bool]:
        """Return what was read, and whether that is all."""
        return self._read.rows, self._is_over

    def load(self, connection: Connection, start: int, count: int) -> Window:
        """Read some rows, and all before them that were not read yet."""
        with self._lock:
            self._go_on(start + count)
            window = f"{self._read.relation} WHERE rowid >= {start} AND rowid < {start + count}"
            rows = [
                TextRow(line, values)
                for line, *values in self._connection.rows(f"SELECT * FROM {window} ORDER BY rowid")  # noqa: S608
            ]
            bad = self._bad(start, rows, count)
        loaded = Loaded(connection, ["VARCHAR"] * len(self.columns))
        loaded.add(rows)
        return Window(loaded.relation, [row.line for row in rows], bad)

    def _go_on(self, rows: int) -> None:
        """Read on until there are so many rows; a sheet that is damaged somewhere stays so."""
        if self._failure is not None:
            raise self._failure
        try:
            while not self._is_over and self._read.rows < rows:
                missing = rows + _AHEAD - self._read.rows
                before = self._read.rows + self._read.bad_rows
                self._read.add(islice(self._left, missing))
                self._is_over = self._read.rows + self._read.bad_rows - before < missing
        except Exception as error:
            self._failure = error
            raise

    def _bad(self, start: int, rows: Sequence[TextRow], count: int) -> list[dict[str, object]]:
        """Return the rows near some others that are none."""
        if not self._read.bad_rows:
            return []
        first = 0 if start == 0 or not rows else rows[0].line
        last = rows[-1].line if len(rows) == count else 2**62
        where = f"line BETWEEN {first} AND {last} ORDER BY line LIMIT {max(1, count)}"
        return [
            structural(line, line, reason, text)
            for line, reason, text in self._connection.rows(
                f"SELECT line, reason, text FROM {self._read.bad} WHERE {where}"  # noqa: S608  # of our own
            )
        ]


def _has_header(rows: Sequence[SheetRow]) -> bool:
    """Return whether the first row has texts alone, all of them different, or nothing follows it."""
    if not rows:
        return False
    first = [one for one in rows[0].values if one is not None]
    return all(type(one) is str for one in first) and len(set(first)) == len(first)


def _guess(rows: Sequence[SheetRow], number: int) -> Guess:
    return guess_marked([(row.line, text) for row in rows if (text := _cell(row, number)) is not None])


def _cell(row: SheetRow, number: int) -> str | None:
    return row.values[number] if number < len(row.values) else None


def _rejects(rows: Sequence[SheetRow], number: int) -> Rejects:
    """Return what is to become of errors in cells: an empty cell, and not the loss of its row."""
    has_errors = any(type(_cell(row, number)) is NoValue for row in rows)
    return Rejects.NULL if has_errors else Rejects.ASIDE
