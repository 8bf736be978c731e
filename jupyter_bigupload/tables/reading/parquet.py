"""Parquet, in one file or in a folder of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ...errors import NotATable
from ..sniffing.names import unique
from ..source import Source
from .connection import Connection, in_turn, literal
from .loading import Loaded
from .parquet_folder import FolderFacts, facts_of, files_of, relation_of
from .readable import readable
from .typed import TypedColumn, TypedTable

#: Columns of one table.
MOST_COLUMNS = 10_000


def open_parquet(connection: Connection, source: Source, facts: FolderFacts | None = None) -> TypedTable:
    """Return the rows of a file, of which the metadata is read, or of a folder's files.

    Parameters
    ----------
    facts : FolderFacts or None
        The metadata of a folder's files, where it is known.

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
    if source.parts:
        return _open_folder(connection, source, facts or facts_of(connection, source))
    path = literal(connection.attach(source))
    with readable("Parquet file"):
        columns = connection.rows(f"DESCRIBE SELECT * FROM read_parquet({path})")  # noqa: S608  # of our own
        ((rows,),) = connection.rows(f"SELECT num_rows FROM parquet_file_metadata({path})")  # noqa: S608
    return typed(f"read_parquet({path})", [(name, native) for name, native, *_ in columns], rows)


def _open_folder(connection: Connection, source: Source, facts: FolderFacts) -> TypedTable:
    def around(start: int, count: int) -> tuple[str, int]:
        which, before = files_of(facts, start, count)
        return relation_of(connection, source, facts, which), before

    table = typed(relation_of(connection, source, facts), facts.all_columns, sum(facts.rows))
    return replace(table, around=around)


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
