"""Some rows of a text, as DuckDB reads them: in a table of its own."""

from __future__ import annotations

import io
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from ..reading import Connection, CsvText
from ..recipe import Dialect
from ..source import Source

_KIND = "first(CAST(error_type AS VARCHAR) ORDER BY column_idx)"
_NOT_A_ROW = ""


@dataclass(frozen=True)
class Loaded:
    """Rows in a table.

    Parameters
    ----------
    table : str
        Its name. Its columns are `c0`, `c1`, … of text.
    good : Sequence[int]
        Which of the rows that were given it has, in their order.
    bad : Mapping[int, str]
        Those that are no rows of so many columns, and DuckDB's kind of error.
    """

    table: str
    good: Sequence[int]
    bad: Mapping[int, str]


def load(connection: Connection, rows: Sequence[bytes], dialect: Dialect, width: int, table: str) -> Loaded:
    """Make a table of rows: whole ones, without the ends of their lines."""
    plain = replace(dialect, header=False, skip=0, encoding="utf-8", compression="none")
    bad = _bad(connection, rows, plain, width, table)
    good = [number for number in range(len(rows)) if number not in bad]
    if bad:
        _read(connection, [rows[number] for number in good], plain, width, table)
    return Loaded(table, good, bad)


def _bad(
    connection: Connection, rows: Sequence[bytes], dialect: Dialect, width: int, table: str
) -> dict[int, str]:
    """Return the rows that DuckDB rejects.

    Behind some errors it loses count, and makes two rows of one. Then halves are looked at.
    """
    bad = _read(connection, rows, dialect, width, table)
    ((count,),) = connection.rows(f"SELECT count(*) FROM {table}")  # noqa: S608  # a name of our own
    if count + len(bad) == len(rows):
        return bad
    if len(rows) == 1:
        return bad or {0: _NOT_A_ROW}
    half = len(rows) // 2
    first = _bad(connection, rows[:half], dialect, width, table)
    second = _bad(connection, rows[half:], dialect, width, table)
    # Halves that are right are no proof for the whole, which is made once more of the rows that are left.
    return {**first, **{number + half: kind for number, kind in second.items()}}


def _read(
    connection: Connection, rows: Sequence[bytes], dialect: Dialect, width: int, table: str
) -> dict[int, str]:
    data = b"".join(row + b"\n" for row in rows)
    source = Source("rows", len(data), "", lambda: io.BytesIO(data))
    text = CsvText.of(connection, source, dialect, width)
    connection.sql.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT * FROM {text.relation}")  # noqa: S608
    last = "(SELECT max(scan_id) FROM reject_scans)"
    found = connection.rows(
        f"SELECT byte_position, {_KIND} FROM reject_errors WHERE scan_id = {last} GROUP BY ALL"  # noqa: S608
    )
    starts = list(accumulate((len(row) + 1 for row in rows), initial=0))
    # DuckDB counts bytes from 1. Where it says that the row begins may be the one before.
    return {bisect_right(starts, position - 1) - 1: kind for position, kind in sorted(found, reverse=True)}
