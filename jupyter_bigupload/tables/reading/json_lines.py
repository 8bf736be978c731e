"""JSON lines: one object on each line, as texts.

DuckDB's reader is not asked: it rounds numbers to doubles, takes the first of two values of one key, and
leaves out keys that it was not told of. Here each value is the text that is in the file, numbers digit by
digit; what is nested becomes JSON again, with its numbers as they are written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..recipe import Dialect, Recipe
from ..rows import Progress, index
from ..rows.indexing import blocks
from ..source import Source
from ..text import text_of
from .connection import Connection
from .json_objects import Objects
from .loading import Loaded, TextRow
from .typed import TypedColumn, TypedTable

_BOM = b"\xef\xbb\xbf"
#: Of the time that it takes to read a file, the part for counting its lines.
_COUNTING = 10
_PERCENT = 100
#: Columns for the scanner: where there are several, an empty line is no row.
SEVERAL = 2


def line_dialect(dialect: Dialect) -> Dialect:
    """Return the dialect by which the scanner of texts finds lines."""
    return replace(
        dialect, delimiter="\x1f", quote="", escape="", header=False, skip=0, comment="", nulls=("",)
    )


def open_json_lines(
    connection: Connection, source: Source, recipe: Recipe, progress: Progress = lambda done, total: None
) -> TypedTable:
    """Return all rows of a file. Its lines are counted first, and then read.

    Raises
    ------
    NotATable
        When a line has no end.
    NoSpace, MemoryError
    BigUploadError
        When the file can't be read.
    """
    dialect = line_dialect(recipe.dialect)
    counted = index(
        source, dialect, SEVERAL, lambda done, total: progress(done * _COUNTING, max(1, total) * _PERCENT)
    )
    keys = [column.source for column in recipe.columns]
    loaded = Loaded(connection, ["VARCHAR"] * len(keys))

    def told() -> Iterator[TextRow]:
        for number, row in enumerate(_rows(source, dialect, keys)):
            if number % 10_000 == 0:
                part = number / max(1, counted.rows)
                progress(_COUNTING + int(part * (_PERCENT - _COUNTING)), _PERCENT)
            yield row

    loaded.add(told())
    columns = [TypedColumn(key, "VARCHAR") for key in keys]
    return TypedTable(loaded.relation, columns, counted.rows - loaded.bad_rows, loaded, counted)


def _rows(source: Source, dialect: Dialect, keys: Sequence[str]) -> Iterator[TextRow]:
    line = 0
    objects = Objects(keys)
    with text_of(source, dialect).open() as text:
        for block, _ in blocks(text, is_complete=True):
            data = block.removeprefix(_BOM) if line == 0 else block
            if b"\r" in data:
                data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
            lines = data.removesuffix(b"\n").split(b"\n")
            numbers = [number for number, one in enumerate(lines, line + 1) if one]
            rows = objects.values([one for one in lines if one])
            yield from map(TextRow, numbers, rows)
            line += len(lines)
