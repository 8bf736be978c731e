"""How a file is read as a table: small JSON that is kept, and used for the next file that looks alike."""

from __future__ import annotations

from .matching import looks_alike
from .model import Column, Dialect, Format, Recipe, Rejects
from .parsing import as_json, parse

__all__ = ["Column", "Dialect", "Format", "Recipe", "Rejects", "as_json", "looks_alike", "parse"]
