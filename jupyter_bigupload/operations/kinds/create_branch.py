"""A branch of a database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..dolt.committing import create_branch
from ..dolt.database.names import require_branch
from ..dolt.database.place import own_database
from ..dolt.parameters import ENDINGS, waiting
from ..extras import needs
from ..job import Job
from ..kind import Kind


def run(job: Job) -> Mapping[str, Any]:
    """Make it."""
    given = job.parameters
    with own_database(job) as database:
        commit = create_branch(database.path, given["name"], given["at"], waiting(job))
    return {"branch": given["name"], "commit": commit}


def check(parameters: Mapping[str, Any]) -> None:
    """Check what the schema can't: that a branch can be called that."""
    require_branch(parameters["name"])


KIND = Kind(
    name="create_branch",
    title="Create branch",
    description="Makes a branch of the database at one of its commits.",
    parameters={
        "type": "object",
        "properties": {
            "name": {"type": "string", "title": "Name", "minLength": 1, "maxLength": 255},
            "at": {
                "type": "string",
                "title": "Commit",
                "minLength": 1,
                "maxLength": 255,
                "default": "HEAD",
            },
        },
        "required": ["name"],
        "additionalProperties": False,
    },
    endings=ENDINGS,
    offered=False,
    missing=needs("dolt"),
    check=check,
    run=run,
)
