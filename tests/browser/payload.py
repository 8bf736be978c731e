"""Files to upload, and how to tell that they arrived unchanged."""

from __future__ import annotations

import hashlib
import random
from pathlib import Path

MIB = 2**20


def write_payload(path: Path, size: int) -> Path:
    """Write `size` bytes that no compression and no shift leaves unnoticed; the same for the same name."""
    noise = random.Random(path.name)  # noqa: S311  # a test has nothing to hide
    with path.open("wb") as file:
        for begun in range(0, size, MIB):
            file.write(noise.randbytes(min(MIB, size - begun)))
    return path


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    sha = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(MIB):
            sha.update(piece)
    return sha.hexdigest()
