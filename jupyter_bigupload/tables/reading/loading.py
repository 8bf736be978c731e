"""Rows that DuckDB does not read by itself, in a table of its own, some at a time."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ...errors import NoSpace
from .connection import Connection, in_turn, literal

if TYPE_CHECKING:
    import pyarrow as pa

#: Rows, and characters of them, that are handed over at once.
_MOST_ROWS, _MOST_TEXT = 122_880, 16 * 2**20
_NUMBERS = itertools.count()


@dataclass(frozen=True)
class BadRow:
    """What is wrong with a row that is none of the table.

    Parameters
    ----------
    reason : str
        One of `structure.SENTENCES`.
    text : str
        What is in it; empty where it can be looked up in the file.
    """

    reason: str
    text: str = ""


class TextRow(NamedTuple):
    """A row as it was read.

    Parameters
    ----------
    line : int
        Of the file or the sheet, from 1.
    values : Sequence or BadRow
        Of each column its text, or None.
    """

    line: int
    values: Sequence[str | None] | BadRow


class Loaded:
    """Tables with what was read so far.

    They are in the connection's folder for what does not fit into memory, where it has one.

    Parameters
    ----------
    natives : Sequence[str]
        DuckDB's types of the columns.

    Attributes
    ----------
    relation : str
        SQL to select from: `line`, `c0`, `c1`, …
    bad : str
        SQL to select from: `row` among all rows, from 0, `line`, `reason`, `text`.
    rows, bad_rows : int
        How many there are in each.
    """

    def __init__(self, connection: Connection, natives: Sequence[str]) -> None:
        self._connection = connection
        number = next(_NUMBERS)
        scratch = connection.limits.scratch
        self._file: Path | None = None if scratch is None else scratch / f"{secrets.token_hex(8)}.duckdb"
        if self._file is not None:
            connection.removes(self._file)
            connection.rows(f"ATTACH {literal(str(self._file))} AS loaded{number}")
        kind, place = ("TEMP TABLE", "temp") if self._file is None else ("TABLE", f"loaded{number}.main")
        self.relation, self.bad = f"{place}.rows{number}", f"{place}.bad{number}"
        columns = [f"{name} {kind}" for name, kind in zip(in_turn(len(natives)), natives, strict=True)]
        connection.rows(f"CREATE {kind} {self.relation} ({', '.join(['line BIGINT', *columns])})")
        connection.rows(f"CREATE {kind} {self.bad} (row BIGINT, line BIGINT, reason VARCHAR, text VARCHAR)")
        self.rows = self.bad_rows = 0
        self._width = len(natives)

    def add(self, rows: Iterable[TextRow]) -> None:
        """Add rows of text.

        Raises
        ------
        NoSpace, MemoryError
            And what the rows raise; those before are added then.
        """
        waiting: list[TextRow] = []
        size = 0
        for row in rows:
            waiting.append(row)
            if not isinstance(row.values, BadRow):
                size += sum(map(len, filter(None, row.values)))
            if len(waiting) >= _MOST_ROWS or size >= _MOST_TEXT:
                self._add_texts(waiting)
                waiting, size = [], 0
        self._add_texts(waiting)

    def add_batch(self, batch: pa.Table) -> None:
        """Add rows that have the table's types already; their lines are counted from 1."""
        import pyarrow as pa  # noqa: PLC0415  # an extra

        lines = pa.array(range(self.rows + 1, self.rows + 1 + batch.num_rows), pa.int64())
        names = ["line", *in_turn(self._width)]
        self._insert(self.relation, pa.table([lines, *batch.columns], names=names))
        self.rows += batch.num_rows

    def _add_texts(self, rows: Sequence[TextRow]) -> None:
        import pyarrow as pa  # noqa: PLC0415  # an extra

        good, bad = [], []
        for number, row in enumerate(rows, self.rows + self.bad_rows):
            if isinstance(row.values, BadRow):
                bad.append((number, row.line, row.values.reason, row.values.text))
            else:
                good.append(row)
        if good:
            lines = pa.array([row.line for row in good], pa.int64())
            columns = [
                pa.array(column, pa.string()) for column in zip(*(row.values for row in good), strict=True)
            ]
            self._insert(self.relation, pa.table([lines, *columns], names=["line", *in_turn(self._width)]))
        if bad:
            self._insert(
                self.bad,
                pa.table(list(map(list, zip(*bad, strict=True))), names=["row", "line", "reason", "text"]),
            )
        self.rows += len(good)
        self.bad_rows += len(bad)

    def _insert(self, table: str, batch: pa.Table) -> None:
        sql = self._connection.sql
        sql.register("given_rows", batch)
        try:
            self._connection.rows(f"INSERT INTO {table} SELECT * FROM given_rows")  # noqa: S608  # of our own
        finally:
            sql.unregister("given_rows")
        limits = self._connection.limits
        if self._file is not None and self._file.stat().st_size > limits.disk:
            raise NoSpace("What does not fit into memory needs more disk than it may have.")
