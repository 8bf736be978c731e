"""One small JSON file an upload, so that uploads outlive the server.

Home folders are often on NFS: hence no database, and every change replaces the whole file in one step.
The first line is the SHA-256 of the rest, so that a damaged record is noticed and never believed.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ..disk import in_thread, replace_file
from ..errors import NotFound
from ..stores.base import OnConflict
from .lifecycle import State
from .model import Failure, Upload
from .ranges import RangeSet

#: Raised when a change makes older records unreadable.
_VERSION = 1
_ID = re.compile(r"[0-9a-z-]{1,64}")


class DamagedRecord(Exception):
    """A record whose content is not what was written."""


def encode(upload: Upload) -> bytes:
    """Return the bytes of the record's file."""
    body = json.dumps(
        {
            "version": _VERSION,
            **asdict(upload),
            "received": [list(r) for r in upload.received],
        }
    ).encode()
    return hashlib.sha256(body).hexdigest().encode() + b"\n" + body


def decode(data: bytes) -> Upload:
    """Return the upload that `encode` wrote.

    Raises
    ------
    DamagedRecord
        When the bytes are not what was written, or of a version that this code doesn't know.
    """
    digest, _, body = data.partition(b"\n")
    if hashlib.sha256(body).hexdigest().encode() != digest:
        raise DamagedRecord("the digest does not match")
    fields: dict[str, Any] = json.loads(body)
    if fields.pop("version") != _VERSION:
        raise DamagedRecord("written by another version")
    failure = fields["failure"]
    return Upload(
        **{
            **fields,
            "state": State(fields["state"]),
            "on_conflict": OnConflict(fields["on_conflict"]),
            "received": RangeSet.of((start, end) for start, end in fields["received"]),
            "failure": Failure(**failure) if failure else None,
        }
    )


class Records:
    """The records of one server root.

    Parameters
    ----------
    folder : Path
        Where they are kept; made when first needed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, upload_id: str) -> Path:
        """Return where the record of `upload_id` is.

        Raises
        ------
        NotFound
            When that is no id of ours, whatever it is (a path, for instance).
        """
        if not _ID.fullmatch(upload_id):
            raise NotFound("There is no such upload.")
        return self._folder / f"{upload_id}.json"

    async def load(self, upload_id: str) -> Upload:
        """Return the upload.

        Raises
        ------
        NotFound
            When there is no record.
        DamagedRecord
            When there is one that can't be believed.
        """
        try:
            return decode(await in_thread(self.path(upload_id).read_bytes)())
        except FileNotFoundError:
            raise NotFound("There is no such upload, or no longer.") from None

    async def save(self, upload: Upload) -> None:
        """Replace the record in one step; it outlives the death of this process."""
        await in_thread(self._save)(upload)

    async def delete(self, upload_id: str) -> None:
        """Remove the record; it may be gone already."""
        await in_thread(self.path(upload_id).unlink)(missing_ok=True)

    async def ids(self) -> list[str]:
        """Return the ids of all records."""
        return await in_thread(self._ids)()

    def _save(self, upload: Upload) -> None:
        path = self.path(upload.id)
        try:
            replace_file(path, encode(upload))
        except FileNotFoundError:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            replace_file(path, encode(upload))

    def _ids(self) -> list[str]:
        return sorted(path.stem for path in self._folder.glob("*.json"))
