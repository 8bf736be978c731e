"""The preview of a CSV file: its first rows at once, and any others by the index."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..profiling import profile_of
from ..profiling.columns import FEW_ROWS, LONGEST, Ask
from ..reading import Connection
from ..reading.structure import OTHER, STRUCTURAL
from ..recipe import Recipe, as_json
from ..rows import fields
from ..sniffing import Guess, Sample
from ..sniffing.sampling import guesses_of, names_of, recipe_of
from ..source import Source
from .cache import Cache
from .loading import Loaded, load
from .rows import INDEXING, Indexed, Row, estimate, rows_of_sample
from .showing import Kept, columns_of, kept, looked_at, rejects_in, values_in

#: Rows by which the number of columns is found.
_BY_WIDTH = 1000
_SAMPLE, _WINDOW = "sample", "shown"


@dataclass(frozen=True)
class First:
    """What the first part of a file says.

    Parameters
    ----------
    recipe : Recipe
        Complete.
    why : Sequence[Guess or None]
        Of each column, where its type is the one that was guessed.
    profiles : Sequence
        Of each column that is kept.
    rows : Sequence[Row]
        The first ones.
    is_all : bool
        Whether there are no others.
    """

    recipe: Recipe
    why: Sequence[Guess | None]
    profiles: Sequence[dict[str, Any]]
    rows: Sequence[Row]
    is_all: bool


def preview_text(
    source: Source, sample: Sample, given: Recipe | None, *, start: int, count: int, cache: Cache
) -> dict[str, Any]:
    """Return the answer for a CSV file."""
    key = (source.name, source.state, source.size, source.complete)
    asked = replace(given, sheet=None) if given else None
    first = cache.get(("first", *key, asked), lambda: _first(sample, asked))
    recipe, width = first.recipe, len(first.recipe.columns)
    at_start = start + count <= len(first.rows) or first.is_all
    name = source.state if source.complete else source.name
    indexed = cache.get(
        ("index", source.name, name, recipe.dialect, width == 1),
        lambda: Indexed(source, sample, width),
    )
    if at_start:
        rows = list(first.rows[start : start + count])
        if not first.is_all and source.complete and indexed.is_near:
            indexed.go_on(source, INDEXING)
    else:
        rows = indexed.find(source, start, count)
    with Connection() as connection:
        shown = _shown(connection, rows, recipe)
    return {
        "recipe": as_json(recipe),
        "size": source.size,
        "arrived": source.size,
        "complete": source.complete,
        "rows": _rows(first, indexed, sample, source),
        "start": start,
        "columns": columns_of(recipe, _natives(recipe), first.why, first.profiles, with_profile=start == 0),
        **shown,
    }


def _rows(first: First, indexed: Indexed, sample: Sample, source: Source) -> dict[str, Any]:
    if first.is_all:
        return {"count": len(first.rows), "exact": True}
    rows, read = indexed.share
    if indexed.is_over:
        return {"count": rows, "exact": True}
    if rows > len(first.rows) and read:
        return {"count": max(rows, round(rows / read * source.size)), "exact": False}
    return {"count": estimate(first.rows, sample, source), "exact": False}


def _first(sample: Sample, given: Recipe | None) -> First:
    has_columns = given is not None and bool(given.columns)
    width = len(given.columns) if given is not None and has_columns else _width(sample)
    rows, is_all = rows_of_sample(sample, width)
    with Connection() as connection:
        loaded = load(connection, [row.data for row in rows], sample.dialect, width, _SAMPLE)
        texts = [
            [text for (text,) in connection.rows(f"SELECT c{number} FROM {_SAMPLE}")]  # noqa: S608
            for number in range(width)
        ]
        lines = [rows[number].line for number in loaded.good]
        values = [list(zip(lines, column, strict=True)) for column in texts]
        guesses = guesses_of(values, sample.dialect)
        if given is not None and has_columns:
            recipe = given
        else:
            names = names_of(sample.layout.header, width)
            recipe, guesses = _checked(connection, recipe_of(sample, names, guesses), guesses, lines)
        looked = looked_at(_kept(recipe))
        profiles = profile_of(_asking(connection), _SAMPLE, looked, is_small=len(rows) <= FEW_ROWS)
    why = [
        found if (found.type, found.format) == (column.type, column.format) else None
        for found, column in zip(guesses, recipe.columns, strict=True)
    ]
    return First(recipe, why, profiles, rows, is_all)


def _asking(connection: Connection) -> Ask:
    def ask(query: str, *, is_long: bool) -> list[tuple[Any, ...]]:  # the sample is small
        return connection.rows(query)

    return ask


def _width(sample: Sample) -> int:
    """Return how many columns most rows have; a header of a table without rows has the last word."""
    found, _ = rows_of_sample(sample, 2, _BY_WIDTH)
    header = sample.layout.header
    rows = [fields(row.data, sample.dialect) for row in found]
    widths = Counter(map(len, rows))
    if not widths:
        return max(1, len(header or ()))
    width = max(widths, key=lambda one: (widths[one], one))
    if header is not None and width == len(header) + 1:
        # A delimiter at the end of each row is no column.
        return width - 1 if not any(row[-1] for row in rows if len(row) == width) else width
    return width


def _natives(recipe: Recipe) -> Sequence[str]:
    found = iter(_kept(recipe))
    return [next(found).made.native if column.keep else "VARCHAR" for column in recipe.columns]


def _kept(recipe: Recipe) -> Sequence[Kept]:
    inputs = [(f"c{number}", "VARCHAR") for number in range(len(recipe.columns))]
    return kept(recipe, inputs, recipe.dialect)


def _checked(
    connection: Connection, recipe: Recipe, guesses: Sequence[Guess], lines: Sequence[int]
) -> tuple[Recipe, list[Guess]]:
    """Return a recipe whose columns hold all of the sample: what does not fit as DuckDB has it is text."""
    columns, found = list(recipe.columns), list(guesses)
    for number, one in enumerate(_kept(recipe)):
        column, made = one.column, one.made
        if made.fits == "true":
            continue
        wrong = connection.rows(
            f"SELECT rowid, c{number} FROM {_SAMPLE} WHERE NOT {made.fits} ORDER BY rowid LIMIT 3"  # noqa: S608
        )
        if wrong:
            columns[number] = replace(column, type="text", format=None)
            rows = [(lines[row], text) for row, text in wrong]
            found[number] = Guess("text", None, column.type, rows)
    return replace(recipe, columns=tuple(columns)), found


def _shown(connection: Connection, rows: Sequence[Row], recipe: Recipe) -> dict[str, Any]:
    """Return values, rejects, and rows that are none."""
    loaded = load(connection, [row.data for row in rows], recipe.dialect, len(recipe.columns), _WINDOW)
    columns = _kept(recipe)
    return {
        "values": values_in(connection, _WINDOW, columns),
        "lines": [rows[number].line for number in loaded.good],
        "rejects": rejects_in(connection, _WINDOW, columns),
        "structural": _structural(rows, loaded),
    }


def _structural(rows: Sequence[Row], loaded: Loaded) -> list[dict[str, Any]]:
    made = []
    for number, kind in sorted(loaded.bad.items()):
        reason, sentence = STRUCTURAL.get(kind, OTHER)
        row = rows[number]
        text = row.data[: 4 * LONGEST].decode("utf-8", "backslashreplace")[:LONGEST]
        made.append({"line": row.line, "byte": row.byte, "reason": reason, "message": sentence, "text": text})
    return made
