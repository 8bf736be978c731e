"""A file or a folder, once more somewhere else."""

from __future__ import annotations

from ..copying import PARAMETERS, copy, copy_target
from ..kind import Kind

KIND = Kind(
    name="copy",
    title="Copy",
    description="Copies a file, or all that is in a folder, to another folder, bucket, or both.",
    parameters=PARAMETERS,
    takes="any",
    makes=copy_target,
    run=copy,
)
