"""Take back what was sent: `api/bigupload/removal`."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado import web

from ...destinations import HOME
from ...threads import in_thread
from ..base import RESOURCE, ServiceHandler
from .entries import folder, sent_file
from .existing import MOST_BYTES, MOST_FILES, PATIENCE
from .pieces import read_lists, write_lists


class RemovalHandler(ServiceHandler):
    """Removes files that are as they were sent, and nothing else."""

    json_limit = MOST_BYTES
    patience = PATIENCE

    @web.authenticated
    @authorized(action="write", resource=RESOURCE)
    async def post(self) -> None:
        """Remove them, then those of the folders that are empty; tell what was kept, and why."""
        destination = self.argument("destination", HOME)
        kinds = {"files": sent_file, "folders": folder}
        asked = await in_thread(read_lists)(self.whole_body(), kinds, MOST_FILES)
        files, folders = asked["files"], asked["folders"]
        refusals = await self.refusals(destination, [*(file.path for file in files), *folders])
        allowed = [index for index in range(len(files)) if refusals[index] is None]
        removed = await self.service.batches.remove(
            destination,
            [files[index] for index in allowed],
            [path for path, refused in zip(folders, refusals[len(files) :], strict=True) if refused is None],
        )
        kept = {allowed[index]: error for index, error in removed.kept}
        kept.update({i: error for i, error in enumerate(refusals[: len(files)]) if error is not None})
        self.finish(
            await in_thread(write_lists)(
                {"kept": [{"index": index, "error": kept[index].as_json()} for index in sorted(kept)]},
                removed=len(removed.files),
            )
        )
