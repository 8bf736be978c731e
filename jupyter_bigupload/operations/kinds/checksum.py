"""The checksum of a file, as the pages of data archives give them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from ..job import Job
from ..kind import Kind

_PIECE = 2**20


def run(job: Job) -> Mapping[str, Any]:
    """Read all of the file."""
    algorithm = job.parameters["algorithm"]
    digest = hashlib.new(algorithm, usedforsecurity=False)
    with job.open() as file:
        size = file.seek(0, 2)
        file.seek(0)
        done = 0
        while piece := file.read(_PIECE):
            digest.update(piece)
            done += len(piece)
            job.progress(done, max(size, done))
    return {"algorithm": algorithm, "checksum": digest.hexdigest(), "size": done}


KIND = Kind(
    name="checksum",
    title="Compute checksum",
    description="Reads the file and computes its checksum, to be compared with that of the source.",
    parameters={
        "type": "object",
        "properties": {
            "algorithm": {
                "type": "string",
                "title": "Algorithm",
                "enum": ["sha256", "sha512", "sha1", "md5"],
                "default": "sha256",
            }
        },
        "additionalProperties": False,
    },
    run=run,
)
