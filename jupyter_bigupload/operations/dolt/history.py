"""What a database has: branches, tables, commits, and an import that waits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ...errors import BigUploadError
from .database import branches, leftovers
from .database.branches import Pending
from .database.database import Database, opened, require_database
from .database.locking import alone_at_once
from .database.names import is_ours

#: Commits that are told.
_MOST_COMMITS = 200
#: How doltlite writes a moment, which is of UTC.
_DATE_LENGTH = len("2026-11-28 09:30:00")


def history(database: Path) -> dict[str, Any]:
    """Return what there is in a database, as JSON; what a dead process has left half done is removed first.

    Parameters
    ----------
    database : Path
        Of a file that is no link.

    Raises
    ------
    NotFound, NotADatabase
        As `require_database`.
    Unsupported
        As `library.load`.
    """
    require_database(database)
    with opened(database) as found:
        if leftovers.are_there(found):
            _clean_up(database)
        main = branches.main_branch(found)
        waiting = branches.pending_imports(found)
        return {
            "branch": main,
            "branches": _branches(found, {one.import_id for one in waiting}),
            "tables": [_table(found, name) for name in found.tables()],
            "commits": [
                {"hash": commit, "author": author, "email": email, "date": _iso(date), "message": message}
                for commit, author, email, date, message in found.rows(
                    "SELECT commit_hash, committer, email, date, message FROM dolt_log LIMIT ?", _MOST_COMMITS
                )
            ],
            "pending": _pending(waiting[0]) if waiting else None,
        }


def _clean_up(path: Path) -> None:
    """Remove what is half done, if whoever did it is dead, and nobody else is at work now."""
    try:
        with alone_at_once(path) as is_ours_now:
            if is_ours_now:
                with opened(path, writes=True) as database:
                    branches.clean_up(database)
                    leftovers.remove_new_file(database)
    except BigUploadError:
        pass  # who writes to the database next does it


def _branches(database: Database, imports: set[str]) -> list[dict[str, Any]]:
    found = database.rows(
        "SELECT name, hash, latest_commit_date, latest_commit_message, latest_committer FROM dolt_branches"
    )
    return [
        {"name": name, "hash": tip, "date": _iso(date), "message": message, "author": author}
        for name, tip, date, message, author in found
        if name not in imports and not is_ours(name)
    ]


def _table(database: Database, name: str) -> dict[str, Any]:
    columns = [
        {"name": column.name, "type": column.type, "key": column.key > 0} for column in database.columns(name)
    ]
    return {"name": name, "rows": database.count(name), "columns": columns}


def _pending(pending: Pending) -> dict[str, Any]:
    return {
        "import": pending.import_id,
        "table": pending.table,
        "mode": pending.mode,
        "rows": pending.rows,
        "from": pending.base,
        "started": pending.started,
    }


def _iso(date: str) -> str:
    return f"{date.replace(' ', 'T')}Z" if len(date) == _DATE_LENGTH else date
