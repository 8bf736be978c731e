"""A file or a folder, once more somewhere else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...errors import Malformed
from ...stores.base import OnConflict
from ..copying import copy, copy_target
from ..copying.target import ON_CONFLICT, WHERE
from ..job import Job
from ..kind import Kind


def run(job: Job) -> Mapping[str, Any]:
    """Copy it."""
    to = copy_target(job.operation.new)
    if to is None:  # never: the schema was checked
        raise Malformed("There is no such target.")
    return copy(job, to, OnConflict(job.parameters["on_conflict"]))


KIND = Kind(
    name="copy",
    title="Copy",
    description="Copies a file, or all that is in a folder, to another folder, bucket, or both.",
    parameters={
        "type": "object",
        "properties": {**WHERE, **ON_CONFLICT},
        "additionalProperties": False,
    },
    takes="any",
    makes=copy_target,
    run=run,
)
