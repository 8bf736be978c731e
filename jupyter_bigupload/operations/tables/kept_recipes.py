"""Recipes that a person keeps: a file of JSON for each, in Jupyter's data folder."""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Final

from ...disk.errors import translated
from ...disk.writing import replace_file
from ...errors import Malformed, NotFound
from ...tables.recipe import Recipe, as_json, parse
from ...tables.recipe.matching import looks_alike

_ID: Final = re.compile(r"[0-9a-f]{16}")
_LONGEST_NAME = 200
#: Recipes that are read; nobody looks through more.
_MOST = 1000


@dataclass(frozen=True)
class KeptRecipe:
    """A recipe with a name.

    Parameters
    ----------
    saved : float
        Seconds since 1970.
    """

    id: str
    name: str
    saved: float
    recipe: Recipe

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        saved = datetime.fromtimestamp(self.saved, timezone.utc).isoformat().replace("+00:00", "Z")
        return {"id": self.id, "name": self.name, "saved": saved, "recipe": as_json(self.recipe)}


class KeptRecipes:
    """The recipes in a folder. Every method may wait for the disk, and raise `StorageFailed` or `NoSpace`.

    Parameters
    ----------
    folder : Path
        Where they are; made when first needed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def all(self) -> Sequence[KeptRecipe]:
        """Return them, the newest first. A file that is no recipe is left alone."""
        with translated():
            paths = sorted(self._folder.glob("*.json"))[:_MOST] if self._folder.is_dir() else []
        found = []
        for path in paths:
            with contextlib.suppress(OSError, ValueError, KeyError, TypeError, RecursionError, Malformed):
                fields = json.loads(path.read_bytes())
                recipe = parse(fields["recipe"])
                found.append(KeptRecipe(path.stem, str(fields["name"]), float(fields["saved"]), recipe))
        return sorted(found, key=lambda one: one.saved, reverse=True)

    def keep(self, name: str, recipe: Recipe) -> KeptRecipe:
        """Keep a recipe; one of the same name is replaced.

        Raises
        ------
        Malformed
            When that is no name.
        """
        name = name.strip()
        if not 0 < len(name) <= _LONGEST_NAME or not name.isprintable():
            raise Malformed(f"A recipe's name has 1 to {_LONGEST_NAME} characters.")
        recipe_id = hashlib.sha256(name.encode()).hexdigest()[:16]
        kept = KeptRecipe(recipe_id, name, time.time(), recipe)
        fields = {"name": name, "saved": kept.saved, "recipe": as_json(recipe)}
        with translated():
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            replace_file(self._folder / f"{recipe_id}.json", json.dumps(fields, indent=1).encode())
        return kept

    def forget(self, recipe_id: str) -> None:
        """Remove a recipe.

        Raises
        ------
        NotFound
            When there is none.
        """
        if _ID.fullmatch(recipe_id) is None:
            raise NotFound("There is no such recipe.")
        try:
            with translated():
                (self._folder / f"{recipe_id}.json").unlink()
        except NotFound:
            raise NotFound("There is no such recipe.") from None


def best_match(found: Recipe, kept: Sequence[KeptRecipe]) -> KeptRecipe | None:
    """Return the newest recipe of a file that looks like one that was just looked at; None for none."""
    return next((one for one in kept if looks_alike(one.recipe, found)), None)
