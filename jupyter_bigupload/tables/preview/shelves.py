"""The rows of files that have types of their own, any of them at once."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from ..profiling.columns import LONGEST
from ..reading import Connection, TypedColumn
from ..reading.arrow import ArrowBatches, natives_of
from ..reading.loading import Loaded
from ..reading.parquet import open_parquet
from ..reading.parquet_folder import facts_of
from ..reading.readable import readable
from ..reading.structure import SENTENCES
from ..recipe import Column, Format, Recipe
from ..sniffing import Guess
from ..sniffing.names import unique
from ..sniffing.sampling import ROWS
from ..source import Source


@dataclass(frozen=True)
class Window:
    """Some rows in a table of DuckDB's.

    Parameters
    ----------
    table : str
        Its name; it has the columns `c0`, `c1`, …
    lines : Sequence[int]
        Of each row.
    structural : Sequence
        The rows among them that are none, as the wire has them.
    """

    table: str
    lines: Sequence[int]
    structural: Sequence[Mapping[str, Any]] = ()


class Shelf(ABC):
    """The rows of a file. Safe for threads.

    Attributes
    ----------
    recipe : Recipe
        That was found.
    columns : Sequence[TypedColumn]
        Of the file.
    why : Sequence
        Why each one has its type.
    more : Mapping
        What else is told of the file.
    first : int
        Rows that a first look is at.
    """

    recipe: Recipe
    columns: Sequence[TypedColumn]
    why: Sequence[Guess | None]
    more: Mapping[str, Any] = MappingProxyType({})
    first: int = ROWS

    @abstractmethod
    def rows(self) -> tuple[int, bool]:
        """Return how many rows there are, and whether that is exact."""

    @abstractmethod
    def load(self, connection: Connection, start: int, count: int) -> Window:
        """Read some rows; fewer, where there are no more."""


class ParquetShelf(Shelf):
    """A file, or a folder, of Parquet."""

    def __init__(self, source: Source) -> None:
        self._source = source
        with Connection() as connection:
            self._facts = facts_of(connection, source) if source.parts else None
            table = open_parquet(connection, source, self._facts)
        self.columns, self._rows = table.columns, table.rows
        self.recipe, self.why = _as_is(Format.PARQUET, table.columns), [None] * len(table.columns)

    def rows(self) -> tuple[int, bool]:
        """Return what the metadata says."""
        return self._rows, True

    def load(self, connection: Connection, start: int, count: int) -> Window:
        """Read some rows; of the file, the row groups with them."""
        table = open_parquet(connection, self._source, self._facts)
        window = table.window(start, count)
        with readable("Parquet file"):
            connection.rows(f"CREATE OR REPLACE TEMP TABLE shown AS SELECT * FROM {window}")  # noqa: S608
        ((found,),) = connection.rows("SELECT count(*) FROM shown")
        return Window("shown", range(start + 1, start + 1 + found))


class ArrowShelf(Shelf):
    """An Arrow file or stream."""

    def __init__(self, source: Source) -> None:
        self._source = source
        with Connection() as connection, ArrowBatches(source) as batches:
            self._natives = natives_of(connection, batches.schema)
            self._rows, self._is_all = batches.rows, batches.is_all
        names = unique([name for name, _ in self._natives])
        self.columns = [
            TypedColumn(name, native) for name, (_, native) in zip(names, self._natives, strict=True)
        ]
        self.recipe, self.why = _as_is(Format.ARROW, self.columns), [None] * len(names)

    def rows(self) -> tuple[int, bool]:
        """Return what the heads of the batches say."""
        return self._rows, self._is_all

    def load(self, connection: Connection, start: int, count: int) -> Window:
        """Read some rows; of the file, the batches with them."""
        loaded = Loaded(connection, [native for _, native in self._natives])
        with ArrowBatches(self._source) as batches:
            for table in batches.tables(start, min(start + count, batches.rows)):
                loaded.add_batch(table)
        return Window(loaded.relation, range(start + 1, start + 1 + loaded.rows))


def _as_is(kind: Format, columns: Sequence[TypedColumn]) -> Recipe:
    return Recipe(kind, columns=tuple(Column(one.source, one.source, "as_is") for one in columns))


def structural(line: int, byte: int, reason: str, text: str) -> dict[str, Any]:
    """Return a row that is none as the wire has it."""
    return {
        "line": line,
        "byte": byte,
        "reason": reason,
        "message": SENTENCES[reason],
        "text": text[:LONGEST],
    }
