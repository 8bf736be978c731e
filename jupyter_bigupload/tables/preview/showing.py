"""What is shown of a table of DuckDB's that has the rows which are asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..checking import Conversion, as_text, conversion, message
from ..profiling.columns import LONGEST, Looked
from ..reading import TYPED_DIALECT, Connection
from ..recipe import Column, Dialect, Recipe
from ..sniffing import Guess


@dataclass(frozen=True)
class Kept:
    """A column that is shown.

    Parameters
    ----------
    made : Conversion
        Of what is in the file.
    text : str
        SQL of the text of that.
    """

    column: Column
    made: Conversion
    text: str


def kept(
    recipe: Recipe, inputs: Sequence[tuple[str, str]], dialect: Dialect = TYPED_DIALECT
) -> Sequence[Kept]:
    """Return the columns that a recipe keeps.

    Parameters
    ----------
    inputs : Sequence
        The name in the table of DuckDB's, and the type, of each of the recipe's columns.
    """
    return [
        Kept(column, conversion(column, dialect, name, native), as_text(native, name))
        for column, (name, native) in zip(recipe.columns, inputs, strict=True)
        if column.keep
    ]


def looked_at(columns: Sequence[Kept]) -> Sequence[Looked]:
    """Return the columns for a profile."""
    return [Looked(one.made.native, one.made.value, one.made.fits) for one in columns]


def values_in(connection: Connection, table: str, columns: Sequence[Kept]) -> list[list[str | None]]:
    """Return the values of all rows as text."""
    asked = [f"left({as_text(one.made.native, one.made.value)}, {LONGEST})" for one in columns]
    if not asked:
        return []
    return [
        list(row)
        for row in connection.rows(f"SELECT {', '.join(asked)} FROM {table} ORDER BY rowid")  # noqa: S608
    ]


def rejects_in(connection: Connection, table: str, columns: Sequence[Kept]) -> list[dict[str, Any]]:
    """Return what does not fit, by rows."""
    made = []
    for number, one in enumerate(columns):
        if one.made.fits == "true":
            continue
        asked = (
            f"row_number() OVER (ORDER BY rowid) - 1 AS row, {one.text} AS text, {one.made.reason} AS reason"
        )
        source = f"(SELECT {asked}, {one.made.fits} AS fits FROM {table})"  # noqa: S608  # of our own
        wrong = f"SELECT row, left(text, {LONGEST}), reason FROM {source} WHERE NOT fits"  # noqa: S608
        made += [
            {
                "row": row,
                "column": number,
                "text": found,
                "reason": reason,
                "message": message(reason, one.column.type, one.column.format),
            }
            for row, found, reason in connection.rows(wrong)
        ]
    return sorted(made, key=lambda one: (one["row"], one["column"]))


def columns_of(
    recipe: Recipe,
    natives: Sequence[str],
    why: Sequence[Guess | None],
    profiles: Sequence[Mapping[str, Any]],
    *,
    with_profile: bool,
) -> list[dict[str, Any]]:
    """Return what is told of all columns; of the first rows, where the rows begin with them.

    Parameters
    ----------
    natives : Sequence[str]
        DuckDB's types of them all.
    profiles : Sequence
        Of those that are kept.
    """
    made = []
    found = iter(profiles)
    for column, native, guess in zip(recipe.columns, natives, why, strict=True):
        profile = next(found) if column.keep else None
        made.append(
            {
                "source": column.source,
                "name": column.name,
                "type": column.type,
                "native": native,
                "why": _why(guess) if with_profile else None,
                "profile": profile if with_profile else None,
            }
        )
    return made


def _why(found: Guess | None) -> dict[str, Any] | None:
    if found is None or found.narrower is None:
        return None
    rows = [{"line": line, "text": text[:LONGEST]} for line, text in found.rows]
    return {"narrower": found.narrower, "rows": rows, "ambiguous": list(found.ambiguous)}
