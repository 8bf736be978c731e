"""Sheets of Excel workbooks, as texts: what cells hold, and not what is shown of it.

Cells have types one by one, so columns have none: their values are texts that are converted as strictly as
those of CSV. An error, or a formula that was never calculated, fits no type but text.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from zipfile import BadZipFile, ZipFile

from ...errors import BigUploadError, NotATable
from ..recipe import Dialect, Recipe
from ..rows import Progress
from ..sniffing.names import unique
from ..source import Source
from .connection import Connection
from .excel_cells import SheetRow, sheet_names, sheet_rows
from .loading import BadRow, Loaded, TextRow
from .typed import TypedColumn, TypedTable

#: Rows and columns that a sheet has at most.
MOST_ROWS, MOST_COLUMNS = 2**20, 2**14
#: Bytes that a sheet may be unpacked, all of its texts, and anything else of a workbook.
_LARGEST_SHEET, _LARGEST_TEXTS, _LARGEST_OTHER = 2 * 2**30, 128 * 2**20, 32 * 2**20
_MOST_PARTS = 10_000


def sheets(source: Source) -> list[str]:
    """Return the names of a workbook's sheets.

    Raises
    ------
    NotATable
        When it is damaged, none at all, or too large.
    """
    _check_sizes(source)
    with _readable(), source.open() as file:
        found = sheet_names(file)
    if not found:
        raise NotATable("The workbook has no sheet with cells.")
    return found


def rows_of(source: Source, sheet: str | None, *, skip: int = 0) -> Iterator[SheetRow]:
    """Yield the rows of a sheet, by itself the first; without empty ones, and without skipped lines.

    Raises
    ------
    NotATable
        When there is no such sheet, or it is damaged, or too large.
    """
    names = sheets(source)
    if sheet is not None and sheet not in names:
        raise NotATable(f"The workbook has no sheet {sheet!r}: it has {', '.join(map(repr, names[:20]))}.")
    with _readable(), source.open() as file:
        for count, row in enumerate(sheet_rows(file, sheet or names[0]), 1):
            if count > MOST_ROWS or row.line > MOST_ROWS or len(row.values) > MOST_COLUMNS:
                raise NotATable("The sheet has more rows or columns than any has.")
            if row.values and row.line > skip:
                yield row


def header_of(rows: Iterator[SheetRow], dialect: Dialect) -> tuple[Sequence[str], Iterator[SheetRow]]:
    """Return the names in the header, if there is one, and the rows behind it."""
    first = next(rows, None)
    if first is None:
        return [], rows
    if dialect.header:
        return [str(one or "") for one in first.values], rows
    return [], chain([first], rows)


def names_of(header: Sequence[str], width: int) -> list[str]:
    """Return the names of a sheet's columns."""
    return unique([*header, *[""] * max(0, width - len(header))])


def text_rows(rows: Iterable[SheetRow], width: int) -> Iterator[TextRow]:
    """Yield rows for a table of so many columns: a longer one is none of it, a shorter one has nulls."""
    for row in rows:
        if len(row.values) > width:
            yield TextRow(row.line, BadRow("too_many_fields", json.dumps(row.values, ensure_ascii=False)))
        else:
            yield TextRow(row.line, [*row.values, *[None] * (width - len(row.values))])


def open_excel(
    connection: Connection, source: Source, recipe: Recipe, progress: Progress = lambda done, total: None
) -> TypedTable:
    """Return the rows of a sheet.

    Raises
    ------
    NotATable
        When it is damaged, or too large.
    NoSpace, MemoryError
    BigUploadError
        When the file can't be read.
    """
    width = len(recipe.columns)
    _, rows = header_of(rows_of(source, recipe.sheet, skip=recipe.dialect.skip), recipe.dialect)
    loaded = Loaded(connection, ["VARCHAR"] * width)

    def told() -> Iterator[TextRow]:
        for row in text_rows(rows, width):
            if row.line % 1000 == 0:
                progress(row.line, MOST_ROWS)
            yield row

    loaded.add(told())
    columns = [TypedColumn(column.source, "VARCHAR") for column in recipe.columns]
    return TypedTable(loaded.relation, columns, loaded.rows, loaded)


def _check_sizes(source: Source) -> None:
    """Look at what the parts of a workbook unpack to; reading them goes no further than they say."""
    with _readable(), source.open() as file, ZipFile(file) as archive:
        parts = archive.infolist()
    if len(parts) > _MOST_PARTS:
        raise NotATable("The workbook has too many parts.")
    for part in parts:
        name = part.filename.lower()
        if name.startswith("xl/worksheets/"):
            most = _LARGEST_SHEET
        elif name.endswith("sharedstrings.xml"):
            most = _LARGEST_TEXTS
        elif name.startswith("xl/media/"):
            continue  # pictures, which nothing reads here
        else:
            most = _LARGEST_OTHER
        if part.file_size > most:
            raise NotATable(f"{part.filename!r} in the workbook is larger than {most // 2**20} MiB unpacked.")


@contextlib.contextmanager
def _readable() -> Iterator[None]:
    """Turn whatever a damaged workbook makes its readers raise into one error: they promise none."""
    try:
        yield
    except (BigUploadError, MemoryError, OSError):
        raise
    except BadZipFile as error:
        raise NotATable("The workbook is damaged, or not all of it is there.") from error
    except Exception as error:
        raise NotATable(f"The workbook can't be read: {type(error).__name__}.") from error
