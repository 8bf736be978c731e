"""Tables of every format but CSV: what DuckDB selects from, and what is known of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ...errors import Malformed
from ..recipe import Column, Dialect
from ..rows import RowIndex
from .connection import in_turn
from .loading import Loaded

#: By which texts of all formats but CSV are converted.
TYPED_DIALECT = Dialect(nulls=())


@dataclass(frozen=True)
class TypedColumn:
    """A column of a file.

    Parameters
    ----------
    source : str
        Its name there, made unique.
    native : str
        DuckDB's type of it.
    """

    source: str
    native: str


@dataclass(frozen=True)
class TypedTable:
    """The rows of a file.

    Parameters
    ----------
    relation : str
        SQL to select from; it has the columns `c0`, `c1`, … and may have others.
    columns : Sequence[TypedColumn]
        What these are, in the order of the file.
    rows : int
        In the relation, as the format says it, or as they were counted.
    loaded : Loaded or None
        Where the rows are, if they are in a table of DuckDB's. Then there may be rows that are none, too.
    index : RowIndex or None
        Of a text of which each line is a row: counted by itself.
    around : Callable or None
        Returns, for the first of some rows and their count, a smaller relation that has them, and how many
        rows are before them there.
    """

    relation: str
    columns: Sequence[TypedColumn]
    rows: int
    loaded: Loaded | None = None
    index: RowIndex | None = None
    around: Callable[[int, int], tuple[str, int]] | None = None

    @property
    def natives(self) -> dict[str, str]:
        """DuckDB's types of the relation's columns."""
        return {
            name: column.native for name, column in zip(in_turn(len(self.columns)), self.columns, strict=True)
        }

    @property
    def bad_rows(self) -> int:
        """Rows of the file that are none of the table."""
        return 0 if self.loaded is None else self.loaded.bad_rows

    @property
    def all_rows(self) -> int:
        """Rows of the file, also those that are none of the table."""
        return self.rows + self.bad_rows

    def window(self, start: int, count: int) -> str:
        """Return SQL to select some rows from. DuckDB leaves out what is before them, by row groups."""
        relation, before = (self.relation, start) if self.around is None else self.around(start, count)
        return f"(SELECT * FROM {relation} LIMIT {count} OFFSET {before})"  # noqa: S608  # of our own

    def inputs(self, columns: Sequence[Column]) -> list[tuple[str, str]]:
        """Return what a recipe's columns are here: the name in SQL, and DuckDB's type.

        Raises
        ------
        Malformed
            When the file has others.
        """
        return inputs_of(self.columns, columns)


def inputs_of(columns: Sequence[TypedColumn], asked: Sequence[Column]) -> list[tuple[str, str]]:
    """Return what a recipe's columns are among those of a file: `c0` or the like, and DuckDB's type.

    Raises
    ------
    Malformed
        When the file has others.
    """
    names = in_turn(len(columns))
    found = {column.source: (name, column.native) for name, column in zip(names, columns, strict=True)}
    sources = [column.source for column in asked]
    unknown = next((one for one in sources if one not in found), None)
    if unknown is not None:
        raise Malformed(f"recipe.columns: the file has no column {unknown!r}.")
    left = next((one for one in found if one not in set(sources)), None)
    if left is not None:
        raise Malformed(f"recipe.columns: the file's column {left!r} is missing.")
    return [found[one] for one in sources]
