"""What a server may do wrong with what it knows of uploads, wherever their bytes go."""

from __future__ import annotations

from dataclasses import replace
from unittest.mock import patch

from jupyter_bigupload.uploads.lifecycle import State
from jupyter_bigupload.uploads.model import Upload
from jupyter_bigupload.uploads.parts import Parts
from jupyter_bigupload.uploads.records import store as records
from jupyter_bigupload.uploads.records.index import Entry
from jupyter_bigupload.uploads.records.parts_log import Logged, decode_log
from jupyter_bigupload.uploads.records.store import Records
from jupyter_bigupload.uploads.removal.expiry import Expiry

_expires, _save = Expiry.expires, Records.save


def forget_a_part_over_a_restart() -> None:
    """Find in the record of an upload all of its parts but the last."""

    def decode(upload_id: str, data: bytes) -> Logged:
        logged = decode_log(upload_id, data)
        return replace(logged, parts=Parts.of(logged.parts.parts[:-1]))

    patch.object(records, "decode_log", decode).start()


def forget_uploads_over_a_restart() -> None:
    """Sweep unfinished uploads as the server starts, as if nobody would ever come back to them."""

    def expires(self: Expiry, upload: Upload | Entry) -> float | None:
        return _expires(self, upload) if upload.state is State.DONE else 0.0

    patch.object(Expiry, "expires", expires).start()


def forget_the_end() -> None:
    """Complete an upload, and do not enter that it is done."""

    async def save(self: Records, upload: Upload) -> None:
        if upload.state is not State.DONE:
            await _save(self, upload)

    patch.object(Records, "save", save).start()
