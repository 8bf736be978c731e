"""What `<id>.json` holds: an upload without its parts, and the SHA-256 of it all in the first line."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, fields
from typing import Any

from ...stores.base import OnConflict
from ..lifecycle import State
from ..model import Failure, Upload
from ..parts import Parts

#: Raised when a change makes older records unreadable.
_VERSION = 2
#: What the log says of an upload, and not its record.
_LOGGED = {"parts", "stamp"}


class UnreadableRecord(Exception):
    """A record that can't be believed."""


class DamagedRecord(UnreadableRecord):
    """A record whose content is not what was written."""


class ForeignRecord(UnreadableRecord):
    """A record of another version of this package: it is that one's to read, and to remove."""


def encode(upload: Upload) -> bytes:
    """Return the bytes of `<id>.json`."""
    record = {
        field.name: getattr(upload, field.name) for field in fields(upload) if field.name not in _LOGGED
    }
    record["handle"] = None if upload.handle is None else dict(upload.handle)
    record["metadata"] = dict(upload.metadata)
    record["failure"] = None if upload.failure is None else asdict(upload.failure)
    body = json.dumps({"version": _VERSION, **record}).encode()
    return hashlib.sha256(body).hexdigest().encode() + b"\n" + body


def decode(data: bytes, parts: Parts | None = None) -> Upload:
    """Return the upload that `encode` wrote, with `parts`.

    Raises
    ------
    DamagedRecord
        When the bytes are not what was written.
    ForeignRecord
        When they are of a version that this code doesn't know.
    """
    digest, _, body = data.partition(b"\n")
    if hashlib.sha256(body).hexdigest().encode() != digest:
        raise DamagedRecord("the digest does not match")
    record: dict[str, Any] = json.loads(body)
    if record.pop("version") != _VERSION:
        raise ForeignRecord("written by another version")
    if "keeper" in record:  # until 0.1.0
        record["owner"] = record.pop("keeper")
    failure = record["failure"]
    return Upload(
        **{
            **record,
            "state": State(record["state"]),
            "on_conflict": OnConflict(record["on_conflict"]),
            "parts": parts or Parts(),
            "failure": Failure(**failure) if failure else None,
        }
    )
