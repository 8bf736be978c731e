"""What tests ask of the process that has doltlite, step by step."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jupyter_bigupload.operations.dolt import history
from jupyter_bigupload.operations.dolt.committing import Author, commit_import

from .child import Child
from .there import IDS, sql

#: The import of the operation that tests have by default.
IMPORT = f"import-{IDS[1][:8]}"
ANN = Author("Ann", "ann@example.org")


def waited() -> None:
    """Wait for somebody else."""


def commit(there: Child, path: Path, operation_id: str = IDS[1], message: str = "more") -> str:
    """Commit the import of an operation."""
    return there(commit_import, path, f"import-{operation_id[:8]}", message, ANN, waited)


def made(there: Child, path: Path, *statements: str, message: str = "by hand") -> str:
    """Run statements as a person does, and commit; return the hash."""
    return str(there(sql, path, *statements, f"SELECT dolt_commit('-A', '-m', '{message}')")[0][0])


def states(there: Child, path: Path) -> Any:
    """Return all that may not change before a commit."""
    found = there(history, path)
    return found["branches"], found["commits"], found["tables"]


def branches(there: Child, path: Path) -> list[str]:
    """Return the names of all branches."""
    return [name for (name,) in there(sql, path, "SELECT name FROM dolt_branches ORDER BY name")]
