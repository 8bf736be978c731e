"""The pass before anything is made: how many rows there are, and what of them fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..reading import Connection
from .running import Progress, run
from .table import Table


@dataclass(frozen=True)
class Counts:
    """What a pass over all rows found.

    Parameters
    ----------
    rows : int
        That are as the table's columns.
    kept : int
        Of them.
    structural : int
        Rows that are not: with too many fields, too few, or none of their encoding.
    rejected : Sequence[int]
        Texts that do not fit, of each column.
    digest : int
        Of the values of all rows that are kept, in any order.
    """

    rows: int
    kept: int
    structural: int
    rejected: Sequence[int]
    digest: int

    @property
    def aside(self) -> int:
        """Rows that are not kept."""
        return self.rows - self.kept + self.structural


def count(connection: Connection, table: Table, progress: Progress) -> Counts:
    """Return what all rows are, as the columns' types.

    Raises
    ------
    BigUploadError
    MemoryError
    """
    numbers = range(len(table.columns))
    rejected = ", ".join(f"count_if(NOT f{number})" for number in numbers)
    digest = digest_of(", ".join(map(table.value, numbers)))
    query = (
        f"SELECT count(*), count_if({table.is_kept}), {digest} FILTER (WHERE {table.is_kept}), {rejected} "  # noqa: S608
        f"FROM {table.checked}"
    )
    ((rows, kept, total, *counts),) = run(connection, query, progress)
    structural = structural_count(connection) if table.csv else table.rows_aside
    # Of no rows at all DuckDB counts NULL.
    return Counts(rows, kept or 0, structural, [one or 0 for one in counts], total or 0)


def structural_count(connection: Connection) -> int:
    """Return how many rows DuckDB's last query found to be none.

    A row may have several errors. Where it says that the row begins may be another row (DuckDB 2.0).
    """
    query = f"SELECT count(DISTINCT line) FROM {structural_rows()}"  # noqa: S608  # of our own
    ((rows,),) = connection.rows(query)
    return int(rows)


def digest_of(values: str) -> str:
    """Return SQL of a digest of rows, in any order. A row has a digest of all its values together."""
    return f"sum(hash({values}))"


def structural_rows() -> str:
    """Return SQL of what DuckDB's last query found to be no row."""
    last = "(SELECT max(scan_id) FROM reject_scans)"
    return f"(SELECT * FROM reject_errors WHERE scan_id = {last})"  # noqa: S608
