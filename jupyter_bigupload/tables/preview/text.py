"""The preview of a CSV file: its first rows at once, and any others by the index."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..checking import conversion
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
from .showing import columns_of
from .values import Values

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
        "size": source.size if source.total is None else source.total,
        "arrived": source.size,
        "complete": source.complete,
        "rows": _rows(first, indexed, sample, source),
        "start": start,
        "columns": _columns(first, with_profile=start == 0),
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
        lines = [rows[number].line for number in loaded.good]
        texts = zip(*connection.rows(f"SELECT * FROM {_SAMPLE} ORDER BY rowid"), strict=True)  # noqa: S608
        values = [list(zip(lines, column, strict=True)) for column in texts] or [[] for _ in range(width)]
        guesses = guesses_of(values, sample.dialect)
        if given is not None and has_columns:
            recipe, typed = given, Values(connection, given, _SAMPLE)
        else:
            names = names_of(sample.layout.header, width)
            found = recipe_of(sample, names, guesses)
            recipe, typed, guesses = _checked(connection, found, guesses, lines)
        is_small = len(rows) <= FEW_ROWS
        profiles = profile_of(_asking(connection), typed.relation, typed.looked, is_small=is_small)
    why = [
        found if (found.type, found.format) == (column.type, column.format) else None
        for found, column in zip(guesses, recipe.columns, strict=True)
    ]
    return First(recipe, why, profiles, rows, is_all)


def _asking(connection: Connection) -> Ask:
    def ask(query: str, part: tuple[int, int] | None = None) -> list[tuple[Any, ...]]:
        del part  # the sample is small
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


def _checked(
    connection: Connection, recipe: Recipe, guesses: Sequence[Guess], lines: Sequence[int]
) -> tuple[Recipe, Values, list[Guess]]:
    """Return a recipe whose columns hold all of the sample: what does not fit as DuckDB has it is text."""
    typed = Values(connection, recipe, _SAMPLE)
    wrong = typed.with_misfits()
    columns, found = list(recipe.columns), list(guesses)
    for number in wrong:
        rows = [(lines[row], text) for row, text, _ in typed.misfits(number, 3)]
        found[number] = Guess("text", None, columns[number].type, rows)
        columns[number] = replace(columns[number], type="text", format=None)
    if wrong:
        recipe = replace(recipe, columns=tuple(columns))
        typed = Values(connection, recipe, _SAMPLE)
    return recipe, typed, found


def _columns(first: First, *, with_profile: bool) -> list[dict[str, Any]]:
    dialect = first.recipe.dialect
    natives = [
        conversion(column, dialect, "c").native if column.keep else "VARCHAR"
        for column in first.recipe.columns
    ]
    return columns_of(first.recipe, natives, first.why, first.profiles, with_profile=with_profile)


def _shown(connection: Connection, rows: Sequence[Row], recipe: Recipe) -> dict[str, Any]:
    """Return values, rejects, and rows that are none."""
    loaded = load(connection, [row.data for row in rows], recipe.dialect, len(recipe.columns), _WINDOW)
    typed = Values(connection, recipe, _WINDOW)
    return {
        "values": typed.texts(),
        "lines": [rows[number].line for number in loaded.good],
        "rejects": typed.rejects(len(rows)),
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
