"""A file as the rows that its recipe says, with what each column's check is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..checking import Conversion, as_text, is_nested, is_plain
from ..reading import TYPED_DIALECT, Connection, CsvText, TypedTable, identifier, typed_table
from ..recipe import Column, Format, Recipe, Rejects
from ..rows import RowIndex, index
from ..source import Source
from .model import Target
from .running import Progress, translated
from .targets import conversion_for


@dataclass(frozen=True)
class Table:
    """Rows, and what becomes of them.

    Parameters
    ----------
    relation : str
        SQL to select from.
    inputs : Sequence[str]
        Its columns, as SQL, in the order of the recipe's.
    all_columns, columns : Sequence[Column]
        The recipe's, and those of them that are kept.
    conversions : Sequence[Conversion]
        Of each of them.
    rows : int
        In the file, by our own count where it is text.
    index : RowIndex or None
        Of a text.
    csv : CsvText or None
        Of a CSV file.
    typed : TypedTable or None
        Of any other.
    """

    source: Source
    relation: str
    inputs: Sequence[str]
    all_columns: Sequence[Column]
    columns: Sequence[Column]
    conversions: Sequence[Conversion]
    rows: int
    index: RowIndex | None = None
    csv: CsvText | None = None
    typed: TypedTable | None = None

    @property
    def texts(self) -> Sequence[str]:
        """SQL of the text of what is in each kept column of the file."""
        pairs = zip(self.all_columns, self.inputs, strict=True)
        inputs = [name for column, name in pairs if column.keep]
        if self.typed is None:
            return inputs
        natives = self.typed.natives
        return [as_text(natives[name], name) for name in inputs]

    @property
    def rows_aside(self) -> int:
        """Rows that are none of the table, as far as reading it said so before any query."""
        return self.typed.bad_rows if self.typed is not None else 0

    @property
    def whole(self) -> str:
        """SQL to select from, of which DuckDB reads all columns.

        It does not look at what nothing is selected of. A row whose left-out column is no text would be one
        for one query, and none for another.
        """
        return self._read(self.inputs)

    @property
    def cast(self) -> str:
        """SQL to select from: the columns of the file, and `v0`, `v1`, … with what the casts make of them.

        DuckDB would make a value anew in each place that asks for it.
        """
        casts = [f"{made.cast} AS v{number}" for number, made in enumerate(self.conversions)]
        return f"(SELECT *, {', '.join(casts)} FROM {self.whole})"  # noqa: S608  # of expressions of our own

    @property
    def checked(self) -> str:
        """SQL to select from: `cast`, and `f0`, `f1`, … for whether the values are what the texts say."""
        fits = [f"{made.fits} AS f{number}" for number, made in enumerate(self.conversions)]
        return f"(SELECT *, {', '.join(fits)} FROM {self.cast})"  # noqa: S608  # of expressions of our own

    @property
    def is_kept(self) -> str:
        """SQL of whether a row of `checked` is kept."""
        return self._all_fit([column.rejects is Rejects.ASIDE for column in self.columns])

    def value(self, number: int) -> str:
        """Return SQL of a column's value of rows of `checked` that are kept."""
        if self.columns[number].rejects is Rejects.NULL and self.conversions[number].fits != "true":
            return f"CASE WHEN f{number} THEN v{number} END"
        return f"v{number}"

    def selection(self, rejected: Sequence[int]) -> str:
        """Return the query of the rows that are kept, under the names of the table.

        Parameters
        ----------
        rejected : Sequence[int]
            How many texts of each column do not fit. Where none does, nothing is asked again.
        """
        names = [identifier(column.name) for column in self.columns]
        if not any(rejected):
            values = [made.cast for made in self.conversions]
            # All others are selected.
            left_out = [
                name for name, column in zip(self.inputs, self.all_columns, strict=True) if not column.keep
            ]
            return f"SELECT {_named(values, names)} FROM {self._read(left_out)}"  # noqa: S608  # of our own
        values = [self.value(number) if count else f"v{number}" for number, count in enumerate(rejected)]
        kept = self._all_fit(
            [
                column.rejects is Rejects.ASIDE and count > 0
                for column, count in zip(self.columns, rejected, strict=True)
            ]
        )
        return f"SELECT {_named(values, names)} FROM {self.checked} WHERE {kept}"  # noqa: S608  # of our own

    def _read(self, inputs: Sequence[str]) -> str:
        """Return SQL to select from, of which DuckDB reads some columns whatever is selected."""
        if self.csv is None or not inputs:
            return self.relation
        read = " AND ".join(f"coalesce(strlen({one}), 0) >= 0" for one in inputs)
        return f"(SELECT * FROM {self.relation} WHERE {read})"  # noqa: S608  # made of names of our own

    def _all_fit(self, asked: Sequence[bool]) -> str:
        return " AND ".join(f"f{number}" for number, is_asked in enumerate(asked) if is_asked) or "true"


def _named(values: Sequence[str], names: Sequence[str]) -> str:
    return ", ".join(f"{value} AS {name}" for value, name in zip(values, names, strict=True))


def open_table(
    connection: Connection,
    source: Source,
    recipe: Recipe,
    progress: Progress,
    *,
    target: Target | None = None,
) -> Table:
    """Return the table that a recipe makes of a file; all of a text is read once, to count its rows.

    `target` is what it becomes, or None where its values are wanted in memory. Where a value that consists of
    others becomes CSV, it is JSON here already; what neither CSV nor JSON has otherwise is text.

    Raises
    ------
    NotATable
        When nothing reads the file.
    BigUploadError
        When the file can't be read, or a column's format can't be one of its type.
    """
    if recipe.format is Format.CSV:
        return _csv(connection, source, recipe, target, progress)
    with translated():
        return _typed(connection, source, recipe, target, progress)


def _csv(
    connection: Connection, source: Source, recipe: Recipe, target: Target | None, progress: Progress
) -> Table:
    counted = index(source, recipe.dialect, len(recipe.columns), progress)
    csv = CsvText.of(
        connection,
        source,
        recipe.dialect,
        len(recipe.columns),
        newlines=counted.newlines,
        is_broken=counted.is_broken,
    )
    kept = [(column, name) for column, name in zip(recipe.columns, csv.columns, strict=True) if column.keep]
    conversions = [
        conversion_for(target, column, recipe.dialect, name, "VARCHAR", value=f"v{number}")
        for number, (column, name) in enumerate(kept)
    ]
    return Table(
        source,
        csv.relation,
        csv.columns,
        recipe.columns,
        [column for column, _ in kept],
        conversions,
        counted.rows,
        counted,
        csv,
    )


def _typed(
    connection: Connection, source: Source, recipe: Recipe, target: Target | None, progress: Progress
) -> Table:
    is_csv, is_json = target is Target.CSV, target is Target.JSON_LINES
    made = typed_table(connection, source, recipe, progress)
    inputs = made.inputs(recipe.columns)

    def made_text(native: str) -> bool:
        return (is_csv and is_nested(native)) or ((is_csv or is_json) and not is_plain(native))

    kept = [
        (replace(column, type="text") if made_text(native) else column, name, native)
        for column, (name, native) in zip(recipe.columns, inputs, strict=True)
        if column.keep
    ]
    conversions = [
        conversion_for(target, column, TYPED_DIALECT, name, native, value=f"v{number}")
        for number, (column, name, native) in enumerate(kept)
    ]
    return Table(
        source,
        made.relation,
        [name for name, _ in inputs],
        recipe.columns,
        [column for column, _, _ in kept],
        conversions,
        made.all_rows,
        made.index,
        typed=made,
    )
