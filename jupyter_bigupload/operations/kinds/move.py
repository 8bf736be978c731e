"""A file or a folder that goes somewhere else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...errors import Malformed
from ...stores.base import OnConflict
from ..copying import copy_target, move
from ..copying.target import ON_CONFLICT, WHERE
from ..job import Job
from ..kind import Kind


def run(job: Job) -> Mapping[str, Any]:
    """Move it."""
    to = copy_target(job.operation.new)
    if to is None:  # never: the schema was checked
        raise Malformed("There is no such target.")
    return move(job, to, OnConflict(job.parameters["on_conflict"]))


KIND = Kind(
    name="move",
    title="Move",
    description="Copies a file, or all that is in a folder, compares both, and removes the original.",
    parameters={
        "type": "object",
        "properties": {**WHERE, **ON_CONFLICT},
        "additionalProperties": False,
    },
    takes="any",
    makes=copy_target,
    run=run,
)
