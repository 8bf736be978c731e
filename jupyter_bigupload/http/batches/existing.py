"""What has the names of many files: `api/bigupload/existing`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from ...destinations import HOME
from ...stores.many import Found
from ...threads import in_thread
from ..base import RESOURCE, ServiceHandler
from .entries import known_file
from .pieces import read_lists, write_lists

#: Most files of a request, most bytes of its body, and seconds in which it must have come.
MOST_FILES = 100_000
MOST_BYTES = 2**26
PATIENCE = 600.0


class ExistingHandler(ServiceHandler):
    """Looks for names before the first byte is sent."""

    json_limit = MOST_BYTES
    patience = PATIENCE

    @web.authenticated
    @authorized(action="write", resource=RESOURCE)
    async def post(self) -> None:
        """Tell what is there of a set of files; what could not be there is left out."""
        destination = self.argument("destination", HOME)
        asked = await in_thread(read_lists)(self.whole_body(), {"files": known_file}, MOST_FILES)
        files = asked["files"]
        refusals = await self.refusals(destination, [file.path for file in files])
        allowed = [index for index, refused in enumerate(refusals) if refused is None]
        found = await self.service.batches.find(destination, [files[index] for index in allowed])
        self.finish(await in_thread(_answer)(found, allowed))


def _answer(found: Sequence[Found], indices: Sequence[int]) -> bytes:
    return write_lists({"existing": (_as_json(one, indices[one.index]) for one in found)})


def _as_json(found: Found, index: int) -> dict[str, Any]:
    return {
        "index": index,
        "kind": found.kind.value,
        "size": found.size,
        "last_modified": None if found.modified is None else int(found.modified * 1000),
        "identical": found.identical,
    }
