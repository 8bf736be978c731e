"""Many small files that a page sends straight to a bucket: `api/bigupload/batches/signed` and `sent`."""

from __future__ import annotations

from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from ...destinations import HOME
from ...errors import BigUploadError
from ...threads import in_thread
from ...uploads import SignedFile
from ..base import RESOURCE, ServiceHandler
from ..signing import as_request
from .entries import new_file, signed_file
from .handler import outcome_as_json
from .pieces import read_lists, write_lists

#: Most files of a request, which have to be sent before their signatures expire; most bytes of its body.
MOST_FILES = 1_000
MOST_BYTES = 2**22


class SignedFilesHandler(ServiceHandler):
    """Permission to send many files."""

    json_limit = MOST_BYTES

    @web.authenticated
    @authorized(action="write", resource=RESOURCE)
    async def post(self) -> None:
        """Answer for each file the request with which the page sends it, or why it may not."""
        destination = self.argument("destination", HOME)
        asked = await in_thread(read_lists)(self.whole_body(), {"files": new_file}, MOST_FILES)
        files = asked["files"]
        refusals = await self.refusals(destination, [file.path for file in files])
        signed = await self.service.signed_files.sign(destination, files, refusals)
        # The bytes go elsewhere, so this is all that culling sees of them.
        self.note_activity()
        self.finish(await in_thread(write_lists)({"files": map(_as_json, signed)}))


class SentFilesHandler(ServiceHandler):
    """What became of them."""

    json_limit = MOST_BYTES

    @web.authenticated
    @authorized(action="write", resource=RESOURCE)
    async def post(self) -> None:
        """Look whether the store has the files that the page says it sent."""
        destination = self.argument("destination", HOME)
        asked = await in_thread(read_lists)(self.whole_body(), {"files": signed_file}, MOST_FILES)
        sent = asked["files"]
        refusals = await self.refusals(destination, [one.file.path for one in sent])
        outcomes = await self.service.signed_files.confirm(destination, sent, refusals)
        self.note_activity()
        self.finish(await in_thread(write_lists)({"files": map(outcome_as_json, outcomes)}))


def _as_json(signed: SignedFile | BigUploadError | None) -> dict[str, Any] | None:
    if isinstance(signed, BigUploadError):
        return {"state": "failed", "error": signed.as_json()}
    return None if signed is None else {"state": "signed", "id": signed.id, **as_request(signed.request)}
