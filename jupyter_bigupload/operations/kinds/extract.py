"""All that is in an archive, in a folder of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from ...destinations import HOME
from ...stores.base import OnConflict
from ..archives import Bounds, open_archive
from ..job import Job
from ..kind import Kind
from ..model import NewOperation

#: With what the names of archives end.
ENDINGS = (
    *(".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz", ".tar.zst"),
    *(".gz", ".bz2", ".xz", ".zst"),
)


def bounds(job: Job) -> Bounds:
    """Return how much may come out of an archive."""
    return Bounds(
        most_files=job.limits.files, most_bytes=job.limits.output, min_free=job.limits.min_free_space
    )


def run(job: Job) -> Mapping[str, Any]:
    """Extract into a hidden folder, and name that once all of it is there."""
    on_conflict = OnConflict(job.parameters["on_conflict"])
    with job.open() as file, job.folder(_target(job.operation.new), on_conflict) as folder:
        archive = open_archive(file, job.path.rpartition("/")[2])
        folder.facts = asdict(archive.extract_into(folder.path, bounds(job), job.progress))
    return folder.response


def _target(new: NewOperation) -> str:
    """Return the path of the folder: as asked for, or the archive's without its ending, beside it."""
    folder = new.parameters.get("folder", "")
    if folder:
        return str(folder).rstrip("/")
    where, slash, name = new.path.rpartition("/")
    if new.destination != HOME:
        where, slash = "", ""
    return f"{where}{slash}{_without_ending(name)}"


def _without_ending(name: str) -> str:
    lower = name.lower()
    longest = max((ending for ending in ENDINGS if lower.endswith(ending)), key=len, default="")
    return name[: len(name) - len(longest)] or name


KIND = Kind(
    name="extract",
    title="Extract",
    description="Extracts all that is in an archive into a new folder.",
    parameters={
        "type": "object",
        "properties": {
            "folder": {
                "type": "string",
                "title": "Folder",
                "description": "From the home folder. By default one beside the archive, with its name.",
                "maxLength": 4096,
            },
            "on_conflict": {
                "type": "string",
                "title": "If there is a folder of that name",
                "oneOf": [
                    {"const": "rename", "title": "Keep both"},
                    {"const": "fail", "title": "Stop"},
                ],
                "default": "rename",
            },
        },
        "additionalProperties": False,
    },
    endings=ENDINGS,
    makes=lambda new: (HOME, _target(new)),
    run=run,
)
