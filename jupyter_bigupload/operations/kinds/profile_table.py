"""What is in all rows of a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..extras import needs
from ..job import Job
from ..kind import Kind
from ..tables.work import RECIPE, check_recipe, limits_of, recipe_of, source_of


def run(job: Job) -> Mapping[str, Any]:
    """Read all of it."""
    from ...tables.profiling import profile  # noqa: PLC0415  # an extra

    return {"profile": profile(source_of(job), recipe_of(job), job.progress, limits_of(job))}


KIND = Kind(
    name="profile_table",
    title="Check all rows",
    description="Counts rows, nulls and distinct values of a table, and finds what does not fit its types.",
    parameters={
        "type": "object",
        "properties": {"recipe": RECIPE},
        "required": ["recipe"],
        "additionalProperties": False,
    },
    takes="any",
    offered=False,
    missing=needs("tables"),
    check=check_recipe,
    run=run,
)
