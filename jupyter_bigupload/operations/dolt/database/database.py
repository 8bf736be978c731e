"""A database, open: what is asked of it, and what it is asked with."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ....errors import Locked, NotADatabase, NotFound
from .failures import translated
from .library import load
from .names import quoted, same

if TYPE_CHECKING:
    from sqlite3 import Connection

#: How the files of doltlite and of SQLite begin.
_DOLT, _SQLITE = b"CTLD", b"SQLite format 3\0"
#: Seconds for which a call waits for somebody else's, before it is tried again.
_BUSY = 1.0
#: How often that is done: for half a minute.
ATTEMPTS = 30
#: Steps of SQLite's machine between two signs of life.
_STEPS = 2_000_000


@dataclass(frozen=True)
class TableColumn:
    """A column of a table, as it is declared.

    Parameters
    ----------
    required : bool
        Whether a row has to say its value.
    key : int
        Its place in the primary key, from 1; 0 where it is not in it.
    computed : bool
        Whether it is made of the others.
    """

    name: str
    type: str
    required: bool
    key: int
    computed: bool


def require_database(path: Path) -> None:
    """Check that a file is a database with a history, or empty, before anything opens it.

    Raises
    ------
    NotFound
        When there is no file.
    NotADatabase
        When it is another.
    """
    try:
        with path.open("rb") as file:
            start = file.read(len(_SQLITE))
    except (FileNotFoundError, NotADirectoryError):
        raise NotFound(f"There is no database {path.name!r}.") from None
    except IsADirectoryError:
        raise NotADatabase(f"{path.name!r} is a folder.") from None
    if start == _SQLITE:
        raise NotADatabase(
            f"{path.name!r} is a database of SQLite itself, which has no history: import into a new one."
        )
    if start and not start.startswith(_DOLT):
        raise NotADatabase(f"{path.name!r} is no database that doltlite can read.")


class Database:
    """A connection, on a branch or at a commit.

    Parameters
    ----------
    path : Path
        Of a file that is there (`require_database`).
    at : str
        A branch, or the hash of a commit; `""` for the branch that others open it on.
    writes : bool
        Whether it may write. A connection that may not holds up nobody who does.

    Raises
    ------
    NotFound
        When there is no such branch or commit.
    NotADatabase, StorageFailed
        When it can't be opened.
    """

    def __init__(self, path: Path, at: str = "", *, writes: bool = False) -> None:
        # Doltlite takes what is behind an @ for a branch, but only behind the name of a file that is there.
        name = quote(str(path)) + (f"@{quote(at)}" if at else "")
        sqlite3 = load()
        try:
            with translated():
                connection = sqlite3.connect(
                    f"file:{name}?mode={'rw' if writes else 'ro'}",
                    uri=True,
                    isolation_level=None,
                    timeout=_BUSY,
                    cached_statements=32,
                )
        except Exception as error:
            if at and "not found" in str(error):
                raise NotFound(f"There is no branch or commit {at!r}.") from None
            raise
        self.connection: Connection = connection
        self.path = path

    def close(self) -> None:
        """Let it go; what was not committed is undone."""
        self.connection.close()

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return what a statement answers."""
        with translated():
            return self.connection.execute(sql, values).fetchall()

    def value(self, sql: str, *values: Any) -> Any:
        """Return the first value of the first row that a statement answers; None where there is none."""
        found = self.rows(sql, *values)
        return found[0][0] if found else None

    def run(self, sql: str, *values: Any) -> int:
        """Run a statement; return how many rows it changed."""
        with translated():
            return self.connection.execute(sql, values).rowcount

    @contextlib.contextmanager
    def alive(self, tell: Callable[[], None]) -> Iterator[None]:
        """Have `tell` called now and then while statements run; what it raises ends them, and is raised."""
        raised: list[BaseException] = []

        def handler() -> int:
            try:
                tell()
            except BaseException as error:  # noqa: BLE001  # raised again below
                raised.append(error)
                return 1
            return 0

        self.connection.set_progress_handler(handler, _STEPS)
        try:
            yield
        except Exception:
            if raised:
                raise raised[0] from None
            raise
        finally:
            self.connection.set_progress_handler(None, 0)

    def tables(self) -> list[str]:
        """Return the names of all tables of a person's, in order."""
        found = self.rows(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%'"
            " ESCAPE '\\' AND name NOT LIKE 'dolt\\_%' ESCAPE '\\' ORDER BY name"
        )
        return [name for (name,) in found]

    def table(self, name: str) -> str | None:
        """Return the name of a table as it was made; None where there is none."""
        return next((table for table in self.tables() if same(table, name)), None)

    def columns(self, table: str) -> Sequence[TableColumn]:
        """Return the columns of a table; none where there is no such table."""
        return [
            TableColumn(name, kind, bool(not_null) and default is None, key, hidden != 0)
            for _, name, kind, not_null, default, key, hidden in self.rows(
                f"PRAGMA table_xinfo({quoted(table)})"
            )
        ]

    def count(self, table: str) -> int:
        """Return how many rows a table has."""
        return int(self.value(f"SELECT count(*) FROM {quoted(table)}"))  # noqa: S608  # quoted


def patiently(call: Callable[[], Any], waiting: Callable[[], None]) -> Any:
    """Call something again as long as somebody else writes to the database.

    Parameters
    ----------
    waiting : Callable
        Called before each further attempt.

    Raises
    ------
    Locked
        When they still do.
    """
    for _ in range(ATTEMPTS - 1):
        try:
            return call()
        except Locked:
            waiting()
    return call()


@contextlib.contextmanager
def opened(path: Path, at: str = "", *, writes: bool = False) -> Iterator[Database]:
    """Open a database, and close it behind the block."""
    database = Database(path, at, writes=writes)
    try:
        yield database
    finally:
        database.close()
