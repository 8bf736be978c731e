"""What people have chosen to download, kept for a time under an address.

A download manager goes on with a `GET`, also when the server was restarted meanwhile. So a selection that is
too long for a URL is kept in a file. Its id opens nothing by itself: whoever comes with it has to log in.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..disk.errors import as_ours
from ..errors import NoSpace, NotFound, StorageFailed
from ..threads import in_thread

#: Seconds without a request after which one is removed, and how many are kept at most.
_KEPT = 24 * 3600.0
_MOST = 200
_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Selection:
    """Paths of a destination; those of folders may end with `/`."""

    destination: str
    paths: Sequence[str]


class Selections:
    """Selections in files.

    Parameters
    ----------
    folder : Path
        Where they are kept; made when it is needed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def keep(self, selection: Selection) -> tuple[str, float]:
        """Keep a selection; return its id, and until when it is kept, seconds since 1970.

        Raises
        ------
        NoSpace, StorageFailed
            When the disk does not take it.
        """
        try:
            return await in_thread(self._keep)(selection)
        except OSError as error:
            ours = as_ours(error)
            raise (ours if isinstance(ours, NoSpace) else _failed(error)) from error

    async def find(self, selection_id: str) -> Selection:
        """Return what was chosen, which is kept a while longer.

        Raises
        ------
        NotFound
            When there is no such selection, or no longer.
        """
        try:
            return await in_thread(self._find)(selection_id)
        except OSError as error:
            raise _failed(error) from error

    def _keep(self, selection: Selection) -> tuple[str, float]:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._sweep()
        selection_id = secrets.token_hex(16)
        path = self._folder / f"{selection_id}.json"
        new = path.with_suffix(".new")
        fields = {"destination": selection.destination, "paths": list(selection.paths)}
        try:
            new.write_text(json.dumps(fields))
            new.replace(path)
        except BaseException:
            new.unlink(missing_ok=True)
            raise
        return selection_id, path.stat().st_mtime + _KEPT

    def _find(self, selection_id: str) -> Selection:
        gone = NotFound("There is no such selection, or no longer: choose the files again.")
        if not _ID.fullmatch(selection_id):
            raise gone
        path = self._folder / f"{selection_id}.json"
        try:
            if path.stat().st_mtime + _KEPT < time.time():
                raise gone
            fields = json.loads(path.read_text())
            selection = Selection(fields["destination"], fields["paths"])
            os.utime(path)
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            raise gone from None
        return selection

    def _sweep(self) -> None:
        """Remove those that nobody came back for, and the oldest of too many."""
        found: list[tuple[float, Path]] = []
        for path in self._folder.iterdir():
            with contextlib.suppress(FileNotFoundError):
                found.append((path.stat().st_mtime, path))
        found.sort(reverse=True)
        for number, (used, path) in enumerate(found):
            if number >= _MOST - 1 or used + _KEPT < time.time():
                path.unlink(missing_ok=True)


def _failed(error: OSError) -> StorageFailed:
    return StorageFailed(f"The server can't keep what was chosen: {error.strerror or error}.")
