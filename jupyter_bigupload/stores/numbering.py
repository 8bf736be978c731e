"""Names for a file whose own is taken."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from pathlib import PurePath

from ..disk.paths import NAME_MAX, cut
from .base import OnConflict

#: Names that are tried, where each takes a request, before a person has to think of another.
_MOST_NAMES = 1000


def numbered(name: str) -> Iterator[str]:
    """Yield `name.ext`, `name (1).ext`, `name (2).ext`, … (`name (1).tar.gz` for archives)."""
    yield name
    stem, extension = PurePath(name).stem, PurePath(name).suffix
    if stem.endswith(".tar"):
        stem, extension = stem.removesuffix(".tar"), f".tar{extension}"
    number = 1
    while True:
        tail = f" ({number}){extension}"
        yield cut(stem, NAME_MAX - len(os.fsencode(tail))) + tail
        number += 1


def candidates(path: str, on_conflict: OnConflict) -> Iterator[str]:
    """Yield the paths that a file may get, the wanted one first; no more than are worth a request each."""
    if on_conflict is not OnConflict.RENAME:
        yield path
        return
    folder, slash, name = path.rpartition("/")
    for candidate in itertools.islice(numbered(name), _MOST_NAMES):
        yield f"{folder}{slash}{candidate}"
