"""Recipes as JSON."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from ...errors import Malformed
from .model import Column, Dialect, Format, Recipe, Rejects, is_type

_VERSION = 1
#: Columns of one table. More is no table, and no page could show it.
_MOST_COLUMNS = 10_000
_LONGEST_NAME = 1024
_COMPRESSIONS = ("none", "gzip", "zstd")
_LONGEST_DELIMITER = 4


def as_json(recipe: Recipe) -> dict[str, Any]:
    """Return the recipe as JSON has it."""
    columns = [{**asdict(column), "rejects": column.rejects.value} for column in recipe.columns]
    dialect = {**asdict(recipe.dialect), "nulls": list(recipe.dialect.nulls)}
    return {
        "version": _VERSION,
        "format": recipe.format.value,
        "dialect": dialect,
        "sheet": recipe.sheet,
        "columns": columns,
    }


def parse(value: object) -> Recipe:
    """Return the recipe that JSON describes; what is not given is as in `Recipe`.

    Raises
    ------
    Malformed
        When it is none; the message says where.
    """
    given = _object(value, "recipe", {"version", "format", "dialect", "sheet", "columns"})
    if given.get("version", _VERSION) != _VERSION:
        raise Malformed(f"recipe.version: this server reads version {_VERSION}.")
    names = [one.value for one in Format]
    if given.get("format") not in names:
        raise Malformed(f"recipe.format: one of {', '.join(names)}.")
    sheet = given.get("sheet")
    if sheet is not None and not isinstance(sheet, str):
        raise Malformed("recipe.sheet: text, or null.")
    columns = given.get("columns", [])
    if not isinstance(columns, list) or len(columns) > _MOST_COLUMNS:
        raise Malformed(f"recipe.columns: a list of at most {_MOST_COLUMNS}.")
    recipe = Recipe(
        Format(given["format"]),
        _dialect(given.get("dialect", {})),
        sheet,
        tuple(_column(one, f"recipe.columns.{number}") for number, one in enumerate(columns)),
    )
    _check_names(recipe)
    return recipe


def _check_names(recipe: Recipe) -> None:
    for what, names in (
        ("source", [one.source for one in recipe.columns]),
        ("name", [one.name.casefold() for one in recipe.kept]),
    ):
        if len(set(names)) < len(names):
            raise Malformed(f"recipe.columns: two have the same {what}.")


def _dialect(value: object) -> Dialect:
    given = _object(value, "recipe.dialect", {one.name for one in fields(Dialect)})
    for name, kind in (("header", bool), ("skip", int)):
        if name in given and type(given[name]) is not kind:
            raise Malformed(f"recipe.dialect.{name}: {'a number' if kind is int else 'true or false'}.")
    if given.get("skip", 0) < 0:
        raise Malformed("recipe.dialect.skip: a number of lines, or 0.")
    nulls = given.get("nulls", [""])
    if not isinstance(nulls, list) or not all(isinstance(one, str) for one in nulls):
        raise Malformed("recipe.dialect.nulls: a list of texts.")
    texts = {name: one for name, one in given.items() if name not in {"header", "skip", "nulls"}}
    for name, text in texts.items():
        if not isinstance(text, str):
            raise Malformed(f"recipe.dialect.{name}: text.")
        _check_text(name, text)
    dialect = Dialect(**{**given, "nulls": tuple(nulls)})
    marks = [one for one in (dialect.delimiter, dialect.quote, dialect.comment) if one]
    if len(set(marks)) < len(marks) or dialect.escape == dialect.delimiter:
        raise Malformed("recipe.dialect: delimiter, quote and comment have to differ.")
    if dialect.thousands and dialect.thousands == dialect.decimal:
        raise Malformed("recipe.dialect: the marks of decimals and of thousands have to differ.")
    return dialect


def _check_text(name: str, text: str) -> None:
    if name == "compression":
        if text not in _COMPRESSIONS:
            raise Malformed(f"recipe.dialect.compression: one of {', '.join(_COMPRESSIONS)}.")
    elif name == "encoding":
        try:
            codecs.lookup(text)
            "".encode(text)
        except (LookupError, ValueError):
            raise Malformed(f"recipe.dialect.encoding: {text!r} is none that is known.") from None
    elif name == "delimiter":
        if not 1 <= len(text.encode()) <= _LONGEST_DELIMITER or set(text) & set("\r\n\0"):
            raise Malformed("recipe.dialect.delimiter: one to four characters, and no line break.")
    elif len(text.encode()) > 1 and name not in {"thousands", "decimal"}:
        raise Malformed(f"recipe.dialect.{name}: one character of ASCII, or none.")
    elif len(text) > 1 or text in {"\r", "\n", "\0"} or text.isalnum():
        raise Malformed(f"recipe.dialect.{name}: one character, and no letter, digit or line break.")


def _column(value: object, where: str) -> Column:
    given = _object(value, where, {one.name for one in fields(Column)})
    source = given.get("source")
    if not isinstance(source, str):
        raise Malformed(f"{where}.source: text.")
    name = given.get("name", source)
    if not isinstance(name, str) or not 0 < len(name) <= _LONGEST_NAME or "\0" in name:
        raise Malformed(f"{where}.name: 1 to {_LONGEST_NAME} characters.")
    type_name = given.get("type", "text")
    if not isinstance(type_name, str) or not is_type(type_name):
        raise Malformed(f"{where}.type: {type_name!r} is no type.")
    form = given.get("format")
    if form is not None and (not isinstance(form, str) or not 0 < len(form) <= _LONGEST_NAME):
        raise Malformed(f"{where}.format: text, or null.")
    keep = given.get("keep", True)
    rejects = given.get("rejects", Rejects.ASIDE.value)
    if type(keep) is not bool:
        raise Malformed(f"{where}.keep: true or false.")
    if rejects not in [one.value for one in Rejects]:
        raise Malformed(f"{where}.rejects: one of {', '.join(one.value for one in Rejects)}.")
    return Column(source, name, type_name, form, keep, Rejects(rejects))


def _object(value: object, where: str, known: set[str]) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise Malformed(f"{where}: an object.")
    unknown = sorted(map(str, value.keys() - known))
    if unknown:
        raise Malformed(f"{where}: there is no {unknown[0]!r}.")
    return value
