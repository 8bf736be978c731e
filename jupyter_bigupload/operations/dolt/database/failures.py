"""SQLite's errors as this package's, in one place."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from ....errors import BigUploadError, Locked, NoSpace, NotADatabase, ReadOnly, RowsRefused, StorageFailed
from .library import load

_BUSY, _LOCKED, _READ_ONLY, _IO, _CORRUPT, _FULL, _CANT_OPEN, _TOO_BIG, _NO_DATABASE = (
    *(5, 6, 8, 10, 11, 13, 14, 18, 26),
)
#: What the messages have, for Pythons before 3.11, which do not tell the code.
_WORDS = (
    ("database is locked", _BUSY),
    ("is busy", _BUSY),
    ("readonly", _READ_ONLY),
    ("disk I/O error", _IO),
    ("malformed", _CORRUPT),
    ("disk is full", _FULL),
    ("unable to open", _CANT_OPEN),
    ("too big", _TOO_BIG),
    ("not a database", _NO_DATABASE),
)


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """Turn SQLite's errors into ours; what nobody foresaw stays what it is.

    Raises
    ------
    Locked
        When somebody else writes to the database.
    NotADatabase
        When it is none, or is damaged.
    RowsRefused
        When a constraint of the table, or a limit of SQLite, forbids a row.
    NoSpace, ReadOnly, StorageFailed
        As the disk has it.
    """
    sqlite3 = load()
    try:
        yield
    except (sqlite3.IntegrityError, sqlite3.DataError, OverflowError, UnicodeEncodeError) as error:
        raise RowsRefused(f"The database refuses a row: {error}.") from error
    except sqlite3.Error as error:
        ours = _as_ours(error)
        if ours is None:
            raise
        raise ours from error


def code_of(error: BaseException) -> int | None:
    """Return SQLite's primary code of an error; None where nobody knows it."""
    code = getattr(error, "sqlite_errorcode", None)
    if isinstance(code, int):
        return code & 0xFF
    return next((code for words, code in _WORDS if words in str(error)), None)


def _as_ours(error: BaseException) -> BigUploadError | None:
    match code_of(error):
        case 5 | 6:
            return Locked("Somebody else writes to the database: try again when they have committed.")
        case 8:
            return ReadOnly("The database can't be written.")
        case 10:
            return StorageFailed(f"The disk of the database answered with an error: {error}.")
        case 11:
            return NotADatabase(f"The database is damaged: {error}.")
        case 13:
            return NoSpace("The disk of the database is full.")
        case 14:
            return StorageFailed(f"The database can't be opened: {error}.")
        case 18:
            return RowsRefused(f"The database refuses a row: {error}.")
        case 26:
            return NotADatabase("This file is no database that doltlite can read.")
    return None
