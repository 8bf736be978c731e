"""The reader of each format."""

from __future__ import annotations

from ..recipe import Format, Recipe
from ..rows import Progress
from ..source import Source
from .arrow import open_arrow
from .connection import Connection
from .excel import open_excel
from .json_lines import open_json_lines
from .parquet import open_parquet
from .typed import TypedTable


def typed_table(
    connection: Connection, source: Source, recipe: Recipe, progress: Progress = lambda done, total: None
) -> TypedTable:
    """Return all rows of a file of any format but CSV.

    Raises
    ------
    NotATable
        When it is damaged, or not of the recipe's format.
    NoSpace, MemoryError
    BigUploadError
        When it can't be read.
    """
    match recipe.format:
        case Format.JSON_LINES:
            return open_json_lines(connection, source, recipe, progress)
        case Format.PARQUET:
            return open_parquet(connection, source)
        case Format.ARROW:
            return open_arrow(connection, source, progress)
        case Format.EXCEL:
            return open_excel(connection, source, recipe, progress)
        case Format.CSV:
            raise ValueError("CSV has no types: see `CsvText`")
