"""A file or a folder that gets another name, where it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...errors import Malformed
from ..copying import rename
from ..job import Job
from ..kind import Kind
from ..model import NewOperation


def run(job: Job) -> Mapping[str, Any]:
    """Rename it."""
    made = _made(job.operation.new)
    if made is None:  # never: the schema was checked
        raise Malformed("There is no such name.")
    return rename(job, made[1])


def _made(new: NewOperation) -> tuple[str, str] | None:
    """Return destination and path that it gets; None for what the schema refuses."""
    name = new.parameters.get("name")
    if not isinstance(name, str):
        return None
    folder, slash, _ = new.path.rstrip("/").rpartition("/")
    return new.destination, f"{folder}{slash}{name}"


KIND = Kind(
    name="rename",
    title="Rename",
    description="Gives a file or a folder another name, in the folder or bucket where it is.",
    parameters={
        "type": "object",
        "properties": {
            "name": {
                "type": "string",
                "title": "New name",
                "format": "name",
                "pattern": "^[^/]+$",
                "maxLength": 1024,
            }
        },
        "required": ["name"],
        "additionalProperties": False,
    },
    takes="any",
    makes=_made,
    run=run,
)
