"""A file or a folder that goes somewhere else."""

from __future__ import annotations

from ..copying import PARAMETERS, copy_target, move
from ..kind import Kind

KIND = Kind(
    name="move",
    title="Move",
    description="Copies a file, or all that is in a folder, compares both, and removes the original.",
    parameters=PARAMETERS,
    takes="any",
    makes=copy_target,
    run=move,
)
