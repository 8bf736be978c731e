"""Branches of imports: what their names say, what their commits say, and what dead ones leave.

While rows are loaded the branch is `importing-<id>`; once they are all there, compared and committed on it,
it is called `import-<id>`, and the message of its commit is the record of the import. So a name is all that
tells a half import from a whole one, and it changes in one step. To be committed, a copy of the branch gets
the person's message as `committing-<id>`, and the branch of theirs moves to it, in one step too.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from typing import Any

from ....errors import NotFound, Uncommitted
from .counting import Counts
from .database import Database

#: Of an operation's id, what names its branches.
_PREFIX = 8
_WHOLE = re.compile(r"import-([0-9a-f]{8})")
_HALF = re.compile(r"(importing|restoring)-[0-9a-f]{8}")
_COMMITTING = re.compile(r"committing-([0-9a-f]{8})")


@dataclass(frozen=True)
class Pending:
    """An import that waits for a person.

    Parameters
    ----------
    import_id : str
        The name of its branch.
    rows : int
        How many were read.
    base : str
        The hash of the commit that it began from.
    started : str
        ISO 8601.
    created : bool
        Whether the database was made for it.
    """

    import_id: str
    table: str
    mode: str
    rows: int
    base: str
    started: str
    counts: Counts
    digest: str
    created: bool = False

    def as_json(self) -> str:
        """Return the message of its commit."""
        return json.dumps({"bigupload": asdict(self)})


def loading(operation_id: str) -> str:
    """Return the branch of an import while it is loaded."""
    return f"importing-{operation_id[:_PREFIX]}"


def whole(operation_id: str) -> str:
    """Return the branch of an import that is loaded."""
    return f"import-{operation_id[:_PREFIX]}"


def committing(import_id: str) -> str:
    """Return the branch on which an import gets its message."""
    return f"committing-{import_id.partition('-')[2]}"


def restoring(operation_id: str) -> str:
    """Return the branch on which an older state is brought back."""
    return f"restoring-{operation_id[:_PREFIX]}"


def main_branch(database: Database) -> str:
    """Return the branch that others open the database on."""
    return str(database.value("SELECT dolt_default_branch()"))


def hash_of(database: Database, reference: str) -> str:
    """Return the hash of a branch's last commit, or of a commit.

    Raises
    ------
    NotFound
        When there is none.
    """
    reference = main_branch(database) if reference == "HEAD" else reference
    branches = dict(database.rows("SELECT name, hash FROM dolt_branches"))
    if reference in branches:
        return str(branches[reference])
    if database.rows("SELECT 1 FROM dolt_commit_ancestors WHERE commit_hash = ? LIMIT 1", reference):
        return reference
    raise NotFound(f"There is no branch or commit {reference!r}.")


def pending_imports(database: Database) -> list[Pending]:
    """Return the imports that wait for a person, the newest first."""
    found = []
    for name, message in database.rows("SELECT name, latest_commit_message FROM dolt_branches"):
        if _WHOLE.fullmatch(name):
            pending = _parsed(message)
            if pending is not None and pending.import_id == name:
                found.append(pending)
    return sorted(found, key=lambda one: (one.started, one.import_id), reverse=True)


def pending_import(database: Database, import_id: str) -> Pending:
    """Return one of them.

    Raises
    ------
    NotFound
        When there is none of that name.
    """
    for one in pending_imports(database):
        if one.import_id == import_id:
            return one
    raise NotFound("There is no such import: it was committed or discarded already.")


def require_clean(database: Database) -> None:
    """Check that nobody has changes in the database that are in no commit.

    Raises
    ------
    Uncommitted
        When somebody has; the message names the tables.
    """
    tables = sorted({name for (name,) in database.rows("SELECT table_name FROM dolt_status")})
    if tables:
        raise Uncommitted(
            f"The database has changes that are in no commit ({', '.join(map(repr, tables[:5]))}). Commit"
            " them (SELECT dolt_commit('-A', '-m', '…')) or undo them (SELECT dolt_reset('--hard')), then try"
            " again."
        )


def is_half(database: Database) -> bool:
    """Return whether there is a branch that a dead process may have left."""
    names = [name for (name,) in database.rows("SELECT name FROM dolt_branches")]
    return any(_HALF.fullmatch(name) or _COMMITTING.fullmatch(name) for name in names)


def clean_up(database: Database) -> bool:
    """Remove what dead processes have left half done; return whether there was any. The lock is held.

    An import whose branch a person's has moved to is committed, and goes with what it was committed by.
    """
    branches = dict(database.rows("SELECT name, hash FROM dolt_branches"))
    log = "SELECT 1 FROM dolt_log(?) WHERE commit_hash = ?"
    left = []
    for name, tip in branches.items():
        committing_match = _COMMITTING.fullmatch(name)
        if _HALF.fullmatch(name):
            left.append(name)
        elif committing_match:
            import_id = f"import-{committing_match[1]}"
            if import_id in branches and database.rows(log, main_branch(database), tip):
                left.append(import_id)
            left.append(name)
    for name in left:
        remove(database, name)
    return bool(left)


def remove(database: Database, branch: str) -> None:
    """Remove a branch, with all that is on it alone."""
    database.rows("SELECT dolt_branch('-D', ?)", branch)


def _parsed(message: str) -> Pending | None:
    try:
        fields: dict[str, Any] = json.loads(message)["bigupload"]
        return Pending(**{**fields, "counts": Counts(**fields["counts"])})
    except (ValueError, TypeError, KeyError):
        return None
