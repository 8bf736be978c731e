"""What is asked of a table that someone looks at: some rows, the columns, and how it was read."""

from __future__ import annotations

from typing import Any

from ..recipe import Format, Recipe
from ..sniffing import sample_of
from ..source import Source
from .cache import Cache
from .text import preview_text
from .typed import preview_typed

__all__ = ["Cache", "preview"]


def preview(
    source: Source,
    recipe: Recipe | None = None,
    *,
    start: int = 0,
    count: int = 100,
    sheet: str | None = None,
    cache: Cache | None = None,
) -> dict[str, Any]:
    """Return rows of a file, and all that is known of it, as the wire has it.

    What a recipe does not say is found out: all of it where there is none, the columns where it has none.

    Raises
    ------
    NotATable
        When nothing that is known here reads the file.
    Malformed
        When a column's format can't be one of its type.
    BigUploadError
        When the file can't be read.
    """
    cache = cache or Cache()
    key = (source.name, source.state, source.size, source.complete)
    dialect = None if recipe is None else recipe.dialect
    sample = cache.get(("sample", *key, dialect, recipe and recipe.format), lambda: sample_of(source, recipe))
    if sample.format is Format.CSV:
        return preview_text(source, sample, recipe, start=start, count=count, cache=cache)
    return preview_typed(source, sample, recipe, start=start, count=count, sheet=sheet, cache=cache)
