"""Rows with the values that a recipe makes of them, in a table of their own: each is made once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..checking import conversion, message
from ..profiling import Looked
from ..profiling.columns import LONGEST
from ..reading import Connection
from ..recipe import Recipe


class Values:
    """The columns of a recipe that are kept, made of the columns `c0`, `c1`, … of a small table.

    Parameters
    ----------
    table : str
        Of DuckDB's; the new one's name is made of its.

    Raises
    ------
    Malformed
        When a column's format can't be one of its type.
    """

    def __init__(self, connection: Connection, recipe: Recipe, table: str) -> None:
        self._connection = connection
        self._table = f"{table}_typed"
        found = [(at, column) for at, column in enumerate(recipe.columns) if column.keep]
        self.columns = [column for _, column in found]
        self._inputs = [f"c{at}" for at, _ in found]
        self.conversions = [
            conversion(column, recipe.dialect, f"c{at}", value=f"v{number}")
            for number, (at, column) in enumerate(found)
        ]
        casts = "".join(f", {made.cast} AS v{number}" for number, made in enumerate(self.conversions))
        fits = "".join(f", {made.fits} AS f{number}" for number, made in enumerate(self.conversions))
        connection.sql.execute(
            f"CREATE OR REPLACE TEMP TABLE {self._table} AS "  # noqa: S608  # of expressions of our own
            f"SELECT *{fits} FROM (SELECT *{casts} FROM {table})"
        )

    @property
    def relation(self) -> str:
        """The new table."""
        return self._table

    @property
    def looked(self) -> Sequence[Looked]:
        """The columns, for a profile of the relation."""
        return [
            Looked(made.native, self._value(number), f"f{number}")
            for number, made in enumerate(self.conversions)
        ]

    def texts(self) -> list[list[str | None]]:
        """Return the values of all rows as text."""
        if not self.columns:
            return []
        asked = [f"left(CAST({self._value(number)} AS VARCHAR), {LONGEST})" for number in self._numbers]
        rows = self._connection.rows(f"SELECT {', '.join(asked)} FROM {self._table} ORDER BY rowid")  # noqa: S608
        return [list(row) for row in rows]

    def misfits(self, number: int, most: int) -> list[tuple[int, str, str]]:
        """Return the first texts of a column that do not fit: the row, the text, and why."""
        text, made = self._inputs[number], self.conversions[number]
        return self._connection.rows(
            f"SELECT rowid, {text}, {made.reason} FROM {self._table} "  # noqa: S608
            f"WHERE NOT f{number} ORDER BY rowid LIMIT {most}"
        )

    def with_misfits(self) -> list[int]:
        """Return which columns have texts that do not fit."""
        if not self.columns:
            return []
        counts = ", ".join(f"bool_and(f{number})" for number in self._numbers)
        (found,) = self._connection.rows(f"SELECT {counts} FROM {self._table}")  # noqa: S608
        return [number for number, all_fit in enumerate(found) if all_fit is False]

    def rejects(self, most: int) -> list[dict[str, Any]]:
        """Return all texts that do not fit, as the wire has them."""
        made = [
            {
                "row": row,
                "column": number,
                "text": text[:LONGEST],
                "reason": reason,
                "message": message(reason, self.columns[number].type, self.columns[number].format),
            }
            for number in self.with_misfits()
            for row, text, reason in self.misfits(number, most)
        ]
        return sorted(made, key=lambda one: (one["row"], one["column"]))

    @property
    def _numbers(self) -> range:
        return range(len(self.columns))

    def _value(self, number: int) -> str:
        return f"CASE WHEN f{number} THEN v{number} END"
