"""Whether files look alike, so that the recipe of one may do for the other."""

from __future__ import annotations

from .model import Format, Recipe


def looks_alike(kept: Recipe, found: Recipe) -> bool:
    """Return whether a recipe that was kept may be used for a file that looks like `found`.

    It may where both have the same columns in the same order, and text is cut the same way. What a person
    mends is not asked: encoding, marks, words for no value, types. A header that was named by hand has no
    names in the file; then the number of columns has to do, and types that can hold what is there.
    """
    if kept.format is not found.format:
        return False
    if kept.format is Format.CSV and kept.dialect.delimiter != found.dialect.delimiter:
        return False
    if kept.format is Format.CSV and kept.dialect.header != found.dialect.header:
        return False
    if not kept.columns or len(kept.columns) != len(found.columns):
        return False
    has_names = kept.format is not Format.CSV or kept.dialect.header
    if has_names:
        return _names(kept) == _names(found)
    return all(
        one.type == "text" or other.type != "text"
        for one, other in zip(kept.columns, found.columns, strict=True)
    )


def _names(recipe: Recipe) -> list[str]:
    return [column.source.strip().casefold() for column in recipe.columns]
