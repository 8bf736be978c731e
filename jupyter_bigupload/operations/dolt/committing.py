"""What a person decides about a database: commit or discard an import, go back, make a branch.

A person's branch moves in one step, to a commit that was made on a branch of ours.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ...errors import BranchMoved, Exists, Malformed
from .database import branches, leftovers
from .database.branches import Pending
from .database.counting import counted
from .database.database import Database, opened, patiently
from .database.library import load
from .database.locking import alone
from .database.names import require_branch

#: What is in no name or address: others show them as `Name <address>`.
_NO_PART = re.compile(r"[<>\x00-\x1f\x7f]")


@dataclass(frozen=True)
class Author:
    """Who commits; without a name it is doltlite's own."""

    name: str = ""
    email: str = ""

    def __post_init__(self) -> None:
        if _NO_PART.search(self.name + self.email) or (self.email and not self.name.strip()):
            raise Malformed("An author has a name and an address, without < and >.")

    def sign(self, database: Database) -> None:
        """Have a connection's commits be theirs (`--author` takes none without an address)."""
        if self.name.strip():
            database.rows("SELECT dolt_config('user.name', ?)", self.name.strip())
            database.rows("SELECT dolt_config('user.email', ?)", self.email.strip())


def commit_import(
    path: Path, import_id: str, message: str, author: Author, waiting: Callable[[], None]
) -> str:
    """Make the changes of an import one commit of the database's branch, and return its hash.

    Where that branch has other commits since, both are merged, as long as they do not touch the same rows.

    Raises
    ------
    Malformed
        When there is no message.
    NotFound
        When there is no such import.
    Uncommitted
        When there are changes that are in no commit.
    BranchMoved
        When the branch has commits since that can't be merged with the import.
    Locked, StorageFailed, …
        As `translated` and `alone`.
    """
    _require_message(message)
    with _working(path, waiting) as database:
        branches.require_clean(database)
        pending = branches.pending_import(database, import_id)
        author.sign(database)
        main = branches.main_branch(database)
        branch = branches.committing(import_id)
        try:
            if branches.hash_of(database, main) == pending.base:
                commit = _with_message(database, pending, branch, message)
            else:
                commit = _merged(database, pending, branch, message)
            _move(database, main, branch)
        except BaseException:
            _leave(database, main, branch)
            raise
        branches.remove(database, import_id)
        branches.remove(database, branch)
        return commit


def discard_import(path: Path, import_id: str, waiting: Callable[[], None]) -> bool:
    """Remove an import that waits; return whether the database was made for it, and has nothing now.

    Raises
    ------
    NotFound
        When there is no such import.
    Locked, StorageFailed, …
        As `translated` and `alone`.
    """
    with _working(path, waiting) as database:
        pending = branches.pending_import(database, import_id)
        patiently(lambda: branches.remove(database, import_id), waiting)
        leftovers.collect(database)
        return pending.created and is_untouched(database)


def restore_commit(
    path: Path,
    commit: str,
    message: str,
    author: Author,
    *,
    operation_id: str,
    waiting: Callable[[], None],
) -> str:
    """Make a new commit whose tables are those of an old one; return its hash.

    Raises
    ------
    Malformed
        When there is no message, or the tables are the same already.
    NotFound
        When there is no such commit.
    Uncommitted
        When there are changes that are in no commit.
    Locked, StorageFailed, …
        As `translated` and `alone`.
    """
    _require_message(message)
    with _working(path, waiting) as database:
        branches.require_clean(database)
        old = branches.hash_of(database, commit)
        author.sign(database)
        main = branches.main_branch(database)
        branch = branches.restoring(operation_id)
        try:
            # The branch begins with the old tables, and moves to the newest commit without them.
            database.rows("SELECT dolt_checkout('-b', ?, ?)", branch, old)
            database.rows("SELECT dolt_reset('--soft', ?)", main)
            if not database.rows("SELECT 1 FROM dolt_status"):
                raise Malformed("The tables are as they were in that commit: there is nothing to bring back.")
            made = _commit(database, "-A", "-m", message)
            _move(database, main, branch)
        except BaseException:
            _leave(database, main, branch)
            raise
        branches.remove(database, branch)
        return made


def create_branch(path: Path, name: str, at: str, waiting: Callable[[], None]) -> str:
    """Make a branch at a commit or another branch; return the hash of its commit.

    Raises
    ------
    Malformed
        When no branch can be called that.
    Exists
        When there is one.
    NotFound
        When there is no such commit.
    Locked, StorageFailed, …
        As `translated` and `alone`.
    """
    require_branch(name)
    sqlite3 = load()
    with _working(path, waiting) as database:
        commit = branches.hash_of(database, at)
        if database.rows("SELECT 1 FROM dolt_branches WHERE name = ?", name):
            raise Exists(f"There is a branch {name!r} already.")
        try:
            patiently(lambda: database.rows("SELECT dolt_branch(?, ?)", name, commit), waiting)
        except sqlite3.OperationalError as error:
            if "invalid branch name" not in str(error):
                raise
            raise Malformed(f"A branch can't be called {name!r}.") from None
        return commit


def is_untouched(database: Database) -> bool:
    """Return whether there is nothing in a database but what doltlite makes with it."""
    return (
        not database.tables()
        and not database.rows("SELECT 1 FROM dolt_status")
        and len(database.rows("SELECT name FROM dolt_branches")) == 1
        and len(database.rows("SELECT commit_hash FROM dolt_log LIMIT 2")) == 1
    )


@contextlib.contextmanager
def _working(path: Path, waiting: Callable[[], None]) -> Iterator[Database]:
    """Open a database with its lock held, and remove what dead processes have left."""
    with alone(path, waiting), opened(path, writes=True) as database:
        leftovers.remove(database, waiting)
        yield database


def _with_message(database: Database, pending: Pending, branch: str, message: str) -> str:
    """Make a copy of the import's commit that has the person's message; return its hash."""
    database.rows("SELECT dolt_branch('-c', ?, ?)", pending.import_id, branch)
    database.rows("SELECT dolt_checkout(?)", branch)
    return _commit(database, "--amend", "--allow-empty", "-m", message)


def _merged(database: Database, pending: Pending, branch: str, message: str) -> str:
    """Make a commit of the import's changes on top of what the person's branch has by now."""
    sqlite3 = load()
    base = branches.hash_of(database, "HEAD")
    try:
        database.rows("SELECT dolt_checkout('-b', ?, ?)", branch, base)
        database.rows("SELECT dolt_merge('--squash', '-m', ?, ?)", message, pending.import_id)
    except sqlite3.OperationalError as error:
        raise _moved(str(error)) from error
    commit = _commit(database, "--amend", "-m", message)
    if counted(database.path, pending.table, base, commit)[0] != pending.counts:
        raise _moved("together with those, the import changes other rows than before")
    return commit


def _moved(why: str) -> BranchMoved:
    return BranchMoved(
        f"The database has commits since the import began that it can't be merged with ({why}). Discard it,"
        " and import once more."
    )


def _move(database: Database, main: str, branch: str) -> None:
    """Have a person's branch go on to the commit of one of ours, which stands on it."""
    database.rows("SELECT dolt_checkout(?)", main)
    database.rows("SELECT dolt_merge(?)", branch)


def _leave(database: Database, main: str, branch: str) -> None:
    """Remove a branch of ours after a failure. Where that fails too, the next who writes does it."""
    with contextlib.suppress(Exception):
        database.rows("SELECT dolt_checkout(?)", main)
        branches.remove(database, branch)


def _commit(database: Database, *options: str) -> str:
    places = ", ".join("?" * len(options))
    return str(database.value(f"SELECT dolt_commit({places})", *options))


def _require_message(message: str) -> None:
    if not message.strip() or "\0" in message:
        raise Malformed("A commit needs a message.")
