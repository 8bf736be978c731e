"""An import that becomes a commit of its database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..dolt.committing import commit_import
from ..dolt.database.place import own_database
from ..dolt.parameters import AUTHOR, ENDINGS, IMPORT, MESSAGE, author_of, check_author, waiting
from ..extras import needs
from ..job import Job
from ..kind import Kind


def run(job: Job) -> Mapping[str, Any]:
    """Commit it."""
    given = job.parameters
    with own_database(job) as database:
        commit = commit_import(
            database.path, given["import"], given["message"], author_of(given), waiting(job)
        )
    return {"commit": commit}


KIND = Kind(
    name="commit_import",
    title="Commit import",
    description="Makes the changes of an import one commit of the database.",
    parameters={
        "type": "object",
        "properties": {"import": IMPORT, "message": MESSAGE, **AUTHOR},
        "required": ["import", "message"],
        "additionalProperties": False,
    },
    endings=ENDINGS,
    offered=False,
    missing=needs("dolt"),
    check=check_author,
    run=run,
)
