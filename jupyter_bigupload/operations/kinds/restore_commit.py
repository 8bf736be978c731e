"""The tables of an earlier commit, as a new one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..dolt.committing import restore_commit
from ..dolt.database.place import own_database
from ..dolt.parameters import AUTHOR, ENDINGS, MESSAGE, author_of, check_author, waiting
from ..extras import needs
from ..job import Job
from ..kind import Kind


def run(job: Job) -> Mapping[str, Any]:
    """Go back, by going on."""
    given = job.parameters
    with own_database(job) as database:
        commit = restore_commit(
            database.path,
            given["commit"],
            given["message"],
            author_of(given),
            operation_id=job.operation.id,
            waiting=waiting(job),
        )
    return {"commit": commit}


KIND = Kind(
    name="restore_commit",
    title="Go back to commit",
    description="Makes a new commit whose tables are those of an earlier one; nothing is lost.",
    parameters={
        "type": "object",
        "properties": {
            "commit": {"type": "string", "title": "Commit", "minLength": 1, "maxLength": 255},
            "message": MESSAGE,
            **AUTHOR,
        },
        "required": ["commit", "message"],
        "additionalProperties": False,
    },
    endings=ENDINGS,
    offered=False,
    missing=needs("dolt"),
    check=check_author,
    run=run,
)
