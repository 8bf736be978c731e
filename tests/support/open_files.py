"""What this process has open."""

from __future__ import annotations

import contextlib
from pathlib import Path


def open_below(folder: Path) -> list[str]:
    """Return the paths of all that is open of `folder`, itself included; deleted files, too."""
    found = []
    for descriptor in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # the one that lists them
            found.append(str(descriptor.readlink()))
    return [path for path in found if path.startswith(str(folder))]
