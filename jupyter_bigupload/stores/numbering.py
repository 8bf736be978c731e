"""Names for a file whose own is taken."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import PurePath

from ..disk.paths import NAME_MAX, cut


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
