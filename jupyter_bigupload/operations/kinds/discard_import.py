"""An import that is not wanted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..dolt.committing import discard_import
from ..dolt.database.place import own_database, remove_database
from ..dolt.parameters import ENDINGS, IMPORT, waiting
from ..extras import needs
from ..job import Job
from ..kind import Kind


def run(job: Job) -> Mapping[str, Any]:
    """Discard it, and the database too, if it was made for it and has nothing else."""
    with own_database(job) as database:
        is_empty = discard_import(database.path, job.parameters["import"], waiting(job))
        if is_empty:
            remove_database(database.path)
            return {"removed": {"destination": job.operation.new.destination, "path": database.shown}}
    return {}


KIND = Kind(
    name="discard_import",
    title="Discard import",
    description="Removes an import that waits to be committed; the database stays as it is.",
    parameters={
        "type": "object",
        "properties": {"import": IMPORT},
        "required": ["import"],
        "additionalProperties": False,
    },
    endings=ENDINGS,
    offered=False,
    missing=needs("dolt"),
    run=run,
)
