"""Files with tables, for tests."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jupyter_bigupload.tables.reading import DuckLimits
from jupyter_bigupload.tables.recipe import Column, Dialect, Format, Recipe
from jupyter_bigupload.tables.source import Source

LIMITS = DuckLimits(memory=256 * 2**20, threads=2)


def source_at(path: Path) -> Source:
    """Return a file of the disk."""
    return Source(path.name, path.stat().st_size, "as it is", lambda: path.open("rb"))


def written(folder: Path, data: bytes, name: str = "given.csv") -> Source:
    """Return a new file."""
    path = folder / name
    path.write_bytes(data)
    return source_at(path)


def recipe_of(columns: Sequence[Column], dialect: Dialect | None = None) -> Recipe:
    """Return the recipe of a text."""
    return Recipe(Format.CSV, dialect or Dialect(), None, tuple(columns))


def typed(**types: str) -> list[Column]:
    """Return columns by name and type."""
    return [Column(name, name, kind) for name, kind in types.items()]
