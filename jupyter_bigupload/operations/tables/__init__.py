"""Tables in the files of destinations: opened where they are, looked at, and kept."""

from __future__ import annotations

from .kept_recipes import KeptRecipe, KeptRecipes, best_match
from .sources import TableFiles

__all__ = ["KeptRecipe", "KeptRecipes", "TableFiles", "best_match"]
