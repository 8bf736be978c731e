"""What a format can't hold of a recipe's types."""

from __future__ import annotations

from dataclasses import replace

from ...errors import Malformed
from ..recipe import Column, Recipe
from .model import Options, Target

#: Whole numbers of 128 bits are decimals there, of 38 digits; DuckDB would write doubles.
_WITHOUT_INT128 = {Target.PARQUET, Target.ARROW}


def suited(recipe: Recipe, options: Options) -> Recipe:
    """Return the recipe with types that the target has.

    Raises
    ------
    Malformed
        When it is partitioned by what is no column, or by all of them.
    """
    names = [column.name for column in recipe.kept]
    unknown = [name for name in options.partition_by if name not in names]
    if unknown:
        raise Malformed(f"to.partition_by: there is no column {unknown[0]!r}.")
    if len(set(options.partition_by)) < len(options.partition_by) or len(names) == len(options.partition_by):
        raise Malformed("to.partition_by: each column once, and not all of them.")
    return replace(recipe, columns=tuple(_suited(column, options.target) for column in recipe.columns))


def _suited(column: Column, target: Target) -> Column:
    if column.type == "int128" and target in _WITHOUT_INT128:
        return replace(column, type="decimal(38,0)")
    return column
