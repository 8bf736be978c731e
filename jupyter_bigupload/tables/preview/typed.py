"""The preview of files of every format but CSV."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..profiling import profile_of
from ..reading import Connection, DuckLimits, inputs_of
from ..reading.json_lines import SEVERAL
from ..recipe import Format, Recipe, as_json
from ..sniffing import Guess, Sample
from ..source import Source
from .cache import Cache
from .json_lines import JsonShelf
from .rows import Indexed
from .sheets import SheetShelf
from .shelves import ArrowShelf, ParquetShelf, Shelf
from .showing import columns_of, kept, looked_at, rejects_in, values_in

#: What a question may take. With one thread DuckDB reads no row group ahead.
_LIMITS = DuckLimits(threads=1)


@dataclass(frozen=True)
class _First:
    """What the first rows say."""

    recipe: Recipe
    why: Sequence[Guess | None]
    profiles: Sequence[dict[str, Any]]


def preview_typed(
    source: Source,
    sample: Sample,
    given: Recipe | None,
    *,
    start: int,
    count: int,
    sheet: str | None,
    cache: Cache,
) -> dict[str, Any]:
    """Return the answer for a file that is no CSV.

    Raises
    ------
    NotATable
        When it is damaged, or can't be read before all of it is there.
    Malformed
        When the recipe's columns are not those of the file.
    """
    key = (source.name, source.state, source.size, source.complete, sample.format)
    ground = (given.dialect, given.sheet, tuple(one.source for one in given.columns)) if given else None
    shelf = cache.get(("shelf", *key, ground, sheet), lambda: _shelf(source, sample, given, sheet, cache))
    recipe = given if given is not None and given.columns else shelf.recipe
    if sheet is not None and recipe.sheet != sheet:
        recipe = shelf.recipe
    first = cache.get(("typed", *key, ground, sheet, recipe), lambda: _first(shelf, recipe))
    with Connection(_LIMITS) as connection:
        window = shelf.load(connection, start, count)
        columns = kept(recipe, inputs_of(shelf.columns, recipe.columns))
        values = values_in(connection, window.table, columns)
        rejects = rejects_in(connection, window.table, columns)
    rows, is_exact = shelf.rows()
    natives = iter([one.made.native for one in columns])
    return {
        "recipe": as_json(recipe),
        "size": source.size if source.total is None else source.total,
        "arrived": source.size,
        "complete": source.complete,
        "rows": {"count": rows, "exact": is_exact and source.complete},
        "start": start,
        "columns": columns_of(
            recipe,
            [next(natives) if one.keep else "" for one in recipe.columns],
            first.why,
            first.profiles,
            with_profile=start == 0,
        ),
        "values": values,
        "lines": list(window.lines),
        "rejects": rejects,
        "structural": list(window.structural),
        **shelf.more,
    }


def _shelf(source: Source, sample: Sample, given: Recipe | None, sheet: str | None, cache: Cache) -> Shelf:
    match sample.format:
        case Format.PARQUET:
            return ParquetShelf(source)
        case Format.ARROW:
            return ArrowShelf(source)
        case Format.EXCEL:
            return SheetShelf(source, given, sheet)
        case _:
            # The index of a file that is still coming goes on with what comes.
            name = source.state if source.complete else source.name

            def indexed(lines: Sample) -> Indexed:
                key = ("lines", source.name, name, lines.dialect)
                return cache.get(key, lambda: Indexed(source, lines, SEVERAL))

            return JsonShelf(source, sample, given.columns if given else (), indexed)


def _first(shelf: Shelf, recipe: Recipe) -> _First:
    with Connection(_LIMITS) as connection:
        window = shelf.load(connection, 0, shelf.first)
        columns = kept(recipe, inputs_of(shelf.columns, recipe.columns))

        def ask(query: str, part: tuple[int, int] | None = None) -> list[tuple[Any, ...]]:
            del part  # there are few rows
            return connection.rows(query)

        profiles = profile_of(ask, window.table, looked_at(columns), is_small=True)
    found = {
        (one.source, one.type, one.format): why
        for one, why in zip(shelf.recipe.columns, shelf.why, strict=True)
    }
    whys = [found.get((one.source, one.type, one.format)) for one in recipe.columns]
    return _First(recipe, whys, profiles)
