"""What a format can't hold of a recipe's types."""

from __future__ import annotations

from ...errors import Malformed
from ..checking import Conversion, conversion, finite
from ..recipe import Column, Dialect, Recipe
from .model import Options, Target

#: Whole numbers of 128 bits are decimals there, of 38 digits; DuckDB would write doubles.
_WITHOUT_INT128 = {Target.PARQUET, Target.ARROW}
_WITH_INFINITY = {"DOUBLE", "FLOAT"}


def check_partitions(recipe: Recipe, options: Options) -> None:
    """Look at the columns whose values become folders.

    Raises
    ------
    Malformed
        When one is none, or all are.
    """
    names = [column.name for column in recipe.kept]
    unknown = [name for name in options.partition_by if name not in names]
    if unknown:
        raise Malformed(f"to.partition_by: there is no column {unknown[0]!r}.")
    if len(set(options.partition_by)) < len(options.partition_by) or len(names) == len(options.partition_by):
        raise Malformed("to.partition_by: each column once, and not all of them.")


def conversion_for(
    target: Target | None, column: Column, dialect: Dialect, text: str, native: str, *, value: str
) -> Conversion:
    """Return the conversion to a column's type as a target has it; None for values in memory.

    Raises
    ------
    Malformed
        When the column's format can't be one of its type.
    """
    int128 = "DECIMAL(38,0)" if target in _WITHOUT_INT128 else "HUGEINT"
    made = conversion(column, dialect, text, native, value, int128=int128)
    if target is Target.JSON_LINES and made.native in _WITH_INFINITY:
        return finite(made, value)
    return made
