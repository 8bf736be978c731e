"""Parquet, in one file or in a folder of them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence

from ...errors import NotATable
from ..sniffing.names import unique
from ..source import Source
from .connection import Connection, in_turn, literal
from .loading import Loaded
from .typed import TypedColumn, TypedTable

#: Columns of one table.
MOST_COLUMNS = 10_000


def open_parquet(connection: Connection, source: Source) -> TypedTable:
    """Return the rows of a file, of which the metadata is read.

    Raises
    ------
    NotATable
        When it is damaged, or not complete.
    BigUploadError
        When it can't be read.
    """
    if not source.complete:
        raise NotATable(
            "What is in a Parquet file is told at its end: it can be read once all of it is there."
        )
    path = literal(connection.attach(source))
    with readable("Parquet file"):
        columns = connection.rows(f"DESCRIBE SELECT * FROM read_parquet({path})")  # noqa: S608  # of our own
        ((rows,),) = connection.rows(f"SELECT num_rows FROM parquet_file_metadata({path})")  # noqa: S608
    return typed(f"read_parquet({path})", [(name, native) for name, native, *_ in columns], rows)


def typed(
    relation: str, columns: Sequence[tuple[str, str]], rows: int, loaded: Loaded | None = None
) -> TypedTable:
    """Return the table of a relation whose columns have these names and types.

    What was loaded has the right names already.

    Raises
    ------
    NotATable
        When it has no columns, or too many.
    """
    if not 0 < len(columns) <= MOST_COLUMNS:
        raise NotATable(f"It has {len(columns):,} columns, and a table has 1 to {MOST_COLUMNS:,}.")
    names = ", ".join(in_turn(len(columns)))
    if loaded is None:
        relation = f"(SELECT * FROM {relation} AS t({names}))"  # noqa: S608  # of our own
    sources = unique([name for name, _ in columns])
    found = [TypedColumn(source, native) for source, (_, native) in zip(sources, columns, strict=True)]
    return TypedTable(relation, found, rows, loaded)


@contextlib.contextmanager
def readable(what: str) -> Iterator[None]:
    """Turn DuckDB's errors about a damaged file into ours."""
    import duckdb  # noqa: PLC0415  # an extra

    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise MemoryError(str(error)) from error
    except duckdb.Error as error:
        raise NotATable(f"The {what} is damaged, or not all of it is there.") from error
