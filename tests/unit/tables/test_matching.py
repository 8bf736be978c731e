"""Which kept recipes are offered for which files."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jupyter_bigupload.tables.recipe import Column, Dialect, Format, Recipe, looks_alike

FOUND = Recipe(
    Format.CSV,
    Dialect(delimiter=";"),
    None,
    (Column("Zeit", "Zeit"), Column("Wert", "Wert", "int64")),
)


def test_what_a_person_mended_is_no_difference() -> None:
    kept = Recipe(
        Format.CSV,
        Dialect(delimiter=";", encoding="cp1252", decimal=",", nulls=("", "-999"), skip=2),
        None,
        (Column("zeit ", "time", "timestamp", "%d.%m.%Y %H:%M"), Column("Wert", "x", "float64", keep=False)),
    )
    assert looks_alike(kept, FOUND)


@pytest.mark.parametrize(
    "other",
    [
        replace(FOUND, format=Format.EXCEL),
        replace(FOUND, dialect=Dialect(delimiter=",")),
        replace(FOUND, dialect=Dialect(delimiter=";", header=False)),
        replace(FOUND, columns=FOUND.columns[:1]),
        replace(FOUND, columns=FOUND.columns[::-1]),
        replace(FOUND, columns=()),
        replace(FOUND, columns=(*FOUND.columns, Column("more", "more"))),
    ],
)
def test_other_columns_or_another_form_are(other: Recipe) -> None:
    assert not looks_alike(other, FOUND)
    assert not looks_alike(FOUND, other)


def test_without_a_header_types_have_to_hold_what_is_there() -> None:
    dialect = Dialect(header=False)
    numbers = Recipe(Format.CSV, dialect, None, (Column("column1", "n", "int64"),))
    words = Recipe(Format.CSV, dialect, None, (Column("column1", "column1"),))
    assert looks_alike(words, numbers)
    assert not looks_alike(numbers, words)
