"""The rows of a file as Python has them, for who writes them himself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from ...errors import RowsLost
from ..checking import as_text
from ..reading import Connection, DuckLimits
from ..recipe import Recipe
from ..source import Source
from .batches import batches
from .counting import count
from .model import Checked
from .parting import check_rows
from .rejects import set_aside
from .running import Progress, Stages, translated
from .table import open_table

if TYPE_CHECKING:
    from typing_extensions import Self

_SHARES = {"rows": 10, "check": 20, "rejects": 10, "read": 60}
#: Types that come as text in their ISO form: that is several times as fast as objects of Python's. Arrow has
#: no whole numbers of 128 bits.
_AS_TEXT = {"DATE", "TIME", "TIMESTAMP", "TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE", "HUGEINT"}
#: DuckDB's types as those of recipes, where a column is taken as it is.
_TYPES = {
    "BOOLEAN": "boolean",
    **dict.fromkeys(
        ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"), "int64"
    ),
    "UBIGINT": "uint64",
    "HUGEINT": "int128",
    **dict.fromkeys(("FLOAT", "DOUBLE"), "float64"),
    "DATE": "date",
    "TIME": "time",
    **dict.fromkeys(("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS"), "timestamp"),
    "TIMESTAMP WITH TIME ZONE": "timestamptz",
    "BLOB": "blob",
}


@dataclass(frozen=True)
class RowColumn:
    """A column of the rows.

    Parameters
    ----------
    type : str
        One of a recipe's types, or `blob`.
    """

    name: str
    type: str


class TableRows:
    """The rows that fit, in the order of the file, some at a time. A context manager.

    All are counted and checked when this is made; they are read again by `batches`, once.

    Parameters
    ----------
    source : Source
        The file.
    recipe : Recipe
        How it is read.
    limits : DuckLimits
        What DuckDB may take.
    aside : Path or None
        A file for the rows that do not fit, made where there are any; None where they are an error.
    progress : Progress
        Told of bytes of the file.

    Raises
    ------
    RowsLost
        When the file has other rows than are read of it.
    RejectsFound
        When rows do not fit, and none may be left out.
    Malformed, NotATable, NoSpace, StorageFailed, MemoryError
    """

    def __init__(
        self,
        source: Source,
        recipe: Recipe,
        *,
        limits: DuckLimits,
        aside: Path | None = None,
        progress: Progress = lambda done, total: None,
    ) -> None:
        self._stages = Stages(progress, source.size, _SHARES)
        self._connection = Connection(limits)
        self._read = 0
        try:
            self._table = open_table(self._connection, source, recipe, self._stages.step("rows"))
            self._counts = count(self._connection, self._table, self._stages.step("check"))
            check_rows(self._connection, self._table, self._counts)
            self.aside = set_aside(
                self._connection, self._table, self._counts, aside, self._stages.step("rejects")
            )
        except BaseException:
            self._connection.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    @property
    def columns(self) -> Sequence[RowColumn]:
        """What each row has, in order."""
        types = [
            column.type if column.type != "as_is" else _type_of(made.native)
            for column, made in zip(self._table.columns, self._table.conversions, strict=True)
        ]
        return [RowColumn(column.name, one) for column, one in zip(self._table.columns, types, strict=True)]

    @property
    def expected(self) -> int:
        """How many rows there are."""
        return self._counts.kept

    def batches(self) -> Iterator[list[list[Any]]]:
        """Yield all rows, some at a time, as the values of each column; dates and times are ISO text.

        Raises
        ------
        RowsLost
            When they are not those that were counted.
        NoSpace, StorageFailed, MemoryError
        """
        tell = self._stages.step("read")
        numbered = [f"x{number}" for number in range(len(self._table.columns))]
        values = ", ".join(
            as_text(made.native, name) if _is_text(made.native) else name
            for name, made in zip(numbered, self._table.conversions, strict=True)
        )
        selection = self._table.selection(self._counts.rejected)
        with translated():
            query = f"SELECT {values} FROM ({selection}) AS t({', '.join(numbered)})"  # noqa: S608  # names of ours
            for batch in batches(self._connection, query):
                self._read += len(batch[0])
                yield batch
                tell(self._read, self._counts.kept)
        self.checked()

    def checked(self) -> Checked:
        """Return what was counted, once all rows were read.

        Raises
        ------
        RowsLost
            When they are not all.
        """
        if self._read != self._counts.kept:
            raise RowsLost(f"{self._read:,} rows were read of {self._counts.kept:,}.")
        return Checked(self._table.rows, self._read, self._counts.aside)


def _is_text(native: str) -> bool:
    """Return whether values come as text: so do those of a type that recipes don't have."""
    return native in _AS_TEXT or (native not in _TYPES and not native.startswith("DECIMAL"))


def _type_of(native: str) -> str:
    return _TYPES.get(native) or (native.lower() if native.startswith("DECIMAL") else "text")
