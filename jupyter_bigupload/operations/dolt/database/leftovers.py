"""What processes that died have left in a database and beside it, and the room that it takes.

To give room back, doltlite copies what is needed into a new file, which then takes the name of the database.
A process that dies meanwhile leaves that file, and the next collection takes it away only if there is
something to collect.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

from ....errors import BigUploadError
from . import branches
from .database import Database, patiently

_NEW_FILE = "-gc-tmp"


def are_there(database: Database) -> bool:
    """Return whether there is anything that a dead process may have left, or a living one is at."""
    return branches.is_half(database) or new_file(database.path).exists()


def remove(database: Database, waiting: Callable[[], None]) -> None:
    """Remove all of it. The lock of the database is held.

    Raises
    ------
    Locked
        When somebody else still writes to it after `patiently` has waited.
    """
    if patiently(lambda: branches.clean_up(database), waiting):
        collect(database)
    remove_new_file(database)


def collect(database: Database) -> None:
    """Give back the room of what no branch has any more; where somebody is at work, some other time."""
    with contextlib.suppress(BigUploadError):
        database.rows("SELECT dolt_gc()")


def new_file(database: Path) -> Path:
    """Return the file that a collection makes: it is there while one is under way, or has died."""
    return database.with_name(database.name + _NEW_FILE)


def remove_new_file(database: Database) -> None:
    """Remove what a collection that died has left; where somebody is at work, some other time.

    No other program collects meanwhile: that needs the database to itself, and here it is being written to.
    """
    left = new_file(database.path)
    if not left.exists():
        return
    with contextlib.suppress(BigUploadError):
        database.run("BEGIN IMMEDIATE")
        try:
            left.unlink(missing_ok=True)
        finally:
            database.run("ROLLBACK")
