"""What operations on tables have in common: their file, their recipe, and what DuckDB may take."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...tables.recipe import Recipe, parse
from ...tables.source import Source
from ..job import Job
from .sources import TableFiles

if TYPE_CHECKING:
    from ...tables.reading import DuckLimits

#: Of an operation's memory, what DuckDB may take: the rest is Python's, and what DuckDB does not count.
_SHARE = 0.4
#: Bytes that DuckDB takes at most, and where nothing limits the operation.
_MOST_MEMORY = 800 * 2**20
#: Each one holds a row group in memory.
_MOST_THREADS = 4

#: JSON Schema of the recipe that an operation is told.
RECIPE: Mapping[str, Any] = {
    "type": "object",
    "title": "Recipe",
    "description": "How the file is read as a table.",
}


def check_recipe(parameters: Mapping[str, Any]) -> None:
    """Check what the schema can't.

    Raises
    ------
    Malformed
        When it is no recipe.
    """
    parse(parameters["recipe"])


def source_of(job: Job) -> Source:
    """Return the file that an operation is about.

    Raises
    ------
    BigUploadError
        When it can't be looked at.
    """
    new = job.operation.new
    return TableFiles(job.destinations, job.uploads, root=lambda: job.root, loop=job.loop).finished(
        new.destination, new.path
    )


def recipe_of(job: Job) -> Recipe:
    """Return its recipe."""
    return parse(job.parameters["recipe"])


def limits_of(job: Job) -> DuckLimits:
    """Return what DuckDB may take of what the operation may."""
    from ...tables.reading import DuckLimits  # noqa: PLC0415  # its package needs an extra

    memory = job.limits.memory
    return DuckLimits(
        memory=min(_MOST_MEMORY, int(memory * _SHARE)) if memory else _MOST_MEMORY,
        threads=min(_MOST_THREADS, os.cpu_count() or 1),
        scratch=job.scratch,
        disk=job.limits.output,
    )
