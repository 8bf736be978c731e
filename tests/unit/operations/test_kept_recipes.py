"""Recipes that a person keeps."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_bigupload.errors import Malformed, NotFound
from jupyter_bigupload.operations.tables import KeptRecipes
from jupyter_bigupload.tables.recipe import Column, Dialect, Format, Recipe, Rejects

RECIPE = Recipe(
    Format.CSV,
    Dialect(delimiter=";", decimal=",", nulls=("", "NA"), header=False, skip=2),
    None,
    (Column("a", "A", "int64"), Column("b", "b", "date", "%d.%m.%Y", keep=False, rejects=Rejects.NULL)),
)


def test_they_are_there_again(tmp_path: Path) -> None:
    kept = KeptRecipes(tmp_path / "recipes").keep(" sensors ", RECIPE)

    assert KeptRecipes(tmp_path / "recipes").all() == [kept]
    assert (kept.name, kept.recipe) == ("sensors", RECIPE)


def test_one_of_the_same_name_is_replaced(tmp_path: Path) -> None:
    recipes = KeptRecipes(tmp_path)
    recipes.keep("sensors", RECIPE)
    recipes.keep("others", RECIPE)
    newest = recipes.keep("sensors", Recipe(Format.PARQUET))

    assert [one.name for one in recipes.all()] == ["sensors", "others"]
    assert recipes.all()[0] == newest


def test_one_that_is_forgotten_is_gone(tmp_path: Path) -> None:
    recipes = KeptRecipes(tmp_path)
    kept = recipes.keep("sensors", RECIPE)
    recipes.forget(kept.id)

    assert recipes.all() == []
    for unknown in (kept.id, "../../etc/passwd", ""):
        with pytest.raises(NotFound):
            recipes.forget(unknown)


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 201])
def test_what_is_no_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(Malformed):
        KeptRecipes(tmp_path).keep(name, RECIPE)


@pytest.mark.parametrize("text", [b"", b"[]", b"{", b'{"name": "a", "saved": 1, "recipe": {}}', b"\xff"])
def test_a_file_that_is_no_recipe_is_left_alone(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "0123456789abcdef.json").write_bytes(text)

    assert KeptRecipes(tmp_path).all() == []
    assert (tmp_path / "0123456789abcdef.json").read_bytes() == text
