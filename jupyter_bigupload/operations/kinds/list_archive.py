"""What is in an archive, without extracting it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..archives import open_archive
from ..job import Job
from ..kind import Kind
from .extract import ENDINGS, bounds

#: Entries that are told; the rest is counted.
_MOST_ENTRIES = 1000


def run(job: Job) -> Mapping[str, Any]:
    """Read all headers; of a compressed tar, that is all of it."""
    entries = []
    count, size = 0, 0
    with job.open() as file:
        archive = open_archive(file, job.path.rpartition("/")[2])
        for entry in archive.entries(bounds(job), job.progress):
            count += 1
            size += entry.size or 0
            if count <= _MOST_ENTRIES:
                path = entry.path.encode("utf-8", "replace").decode()
                entries.append({"path": path, "kind": entry.kind, "size": entry.size})
    return {"format": archive.format, "count": count, "bytes": size, "entries": entries}


KIND = Kind(
    name="list_archive",
    title="Look into archive",
    description="Lists what is in an archive, without extracting it.",
    parameters={"type": "object", "properties": {}, "additionalProperties": False},
    endings=ENDINGS,
    run=run,
)
