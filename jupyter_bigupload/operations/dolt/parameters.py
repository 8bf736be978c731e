"""What the operations on databases have in common: parameters, and how they wait."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from typing import Any

from ..job import Job
from .committing import Author

#: With what the names of databases end.
ENDINGS = (".db", ".dolt", ".doltlite", ".sqlite", ".sqlite3")

IMPORT: Mapping[str, Any] = {"type": "string", "title": "Import", "pattern": "^import-[0-9a-f]{8}$"}
MESSAGE: Mapping[str, Any] = {"type": "string", "title": "Message", "minLength": 1, "maxLength": 10_000}
AUTHOR: Mapping[str, Any] = {
    "author": {"type": "string", "title": "Author", "maxLength": 200, "default": ""},
    "email": {"type": "string", "title": "Email", "maxLength": 200, "default": ""},
}


def author_of(parameters: Mapping[str, Any]) -> Author:
    """Return who commits.

    Raises
    ------
    Malformed
        When there can be no such author.
    """
    return Author(parameters.get("author", ""), parameters.get("email", ""))


def check_author(parameters: Mapping[str, Any]) -> None:
    """Check what the schema can't.

    Raises
    ------
    Malformed
        As `author_of`.
    """
    author_of(parameters)


def waiting(job: Job) -> Callable[[], None]:
    """Return what says that an operation waits for somebody else, as often as it likes."""
    steps = itertools.count(1)
    return lambda: job.progress(0, None, "waiting", next(steps))
