"""doltlite, loaded where it takes the place of nothing that somebody else uses.

It is the library of SQLite with other storage, and gets in front of the one that Python's `sqlite3` is linked
with. Once that is loaded it is too late: doltlite would then start the interpreter again, with the arguments
that it has, and what a worker was told by its standard input would be lost.
"""

from __future__ import annotations

import contextlib
import functools
import os
import sys
from types import ModuleType

from ....errors import Unsupported
from ...extras import require

#: By this variable doltlite knows that it was loaded. A child of the process inherits it, and loads nothing.
_MARK = "_DOLTLITE_BOOTSTRAPPED"


@functools.cache
def load() -> ModuleType:
    """Return the module `sqlite3`, with doltlite below it.

    Raises
    ------
    ExtraMissing
        When doltlite is not installed.
    Unsupported
        When `sqlite3` is loaded already, or this Python can't do with another one.
    """
    require("dolt")
    if sys.platform == "darwin":
        raise Unsupported("On macOS, doltlite can't be loaded into a process that is already running.")
    if "sqlite3" in sys.modules or "_sqlite3" in sys.modules:
        raise Unsupported("In this process sqlite3 was loaded before doltlite, which would have to be first.")
    os.environ.pop(_MARK, None)
    try:
        import doltlite  # noqa: F401, PLC0415  # it takes the place of SQLite's library
    except RuntimeError as error:
        raise Unsupported(f"doltlite can't be loaded: {error}") from error
    finally:
        os.environ.pop(_MARK, None)
    import sqlite3  # noqa: PLC0415  # not before

    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        try:
            connection.execute("SELECT dolt_version()").fetchone()
        except sqlite3.OperationalError as error:
            raise Unsupported(
                "This Python has a SQLite of its own built in, so that doltlite can't take its place."
            ) from error
    return sqlite3
