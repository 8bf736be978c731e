"""Start, list, look at, cancel and delete operations."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import secrets
import time
from collections.abc import Awaitable, Callable
from typing import Any

from jupyter_server.auth.decorator import authorized
from jupyter_server.utils import url_path_join
from tornado import web

from ...destinations import HOME
from ...errors import Malformed
from ...operations.model import NewOperation
from ..base import RESOURCE, ServiceHandler
from ..parsing.fields import field
from .resource import as_json, kind_as_json

#: Seconds for which a request may wait for a change, and between two looks meanwhile.
_LONGEST_WAIT, _LOOK = 30, 0.25


class OperationsHandler(ServiceHandler):
    """All operations."""

    @web.authenticated
    @authorized(action="read", resource=RESOURCE)
    async def get(self) -> None:
        """List them, the newest first; with `wait`, once they differ from what `since` stands for."""

        async def listed() -> dict[str, Any]:
            found = await self.operations.list()
            return {"operations": [as_json(one, self.operations.timeout) for one in found]}

        self.finish(await changed(self, listed))

    @web.authenticated
    @authorized(action="write", resource=RESOURCE)
    async def post(self) -> None:
        """Start one."""
        fields = self.read_json()
        new = NewOperation(
            kind=field(fields, "kind", str),
            destination=field(fields, "destination", str, HOME),
            path=await self._path(fields),
            parameters=field(fields, "parameters", dict, {}),
        )
        await self.place(new.destination, new.path)
        kind = self.operations.kinds.get(new.kind)
        made = None if kind is None else kind.makes(new)
        if made is not None:
            await self.place(*made)
        key = self.request.headers.get("Idempotency-Key")
        operation_id = secrets.token_hex(16) if key is None else hashlib.sha256(key.encode()).hexdigest()[:32]
        operation = await self.operations.start(new, operation_id)
        self.set_status(201)
        self.set_header("Location", url_path_join(self.base_url, "api/bigupload/operations", operation.id))
        self.finish(as_json(operation, self.operations.timeout))

    async def _path(self, fields: dict[str, Any]) -> str:
        """Return the path of the file: as it is given, or that which an upload got.

        That of a folder into which something comes may be left out.
        """
        upload_id = field(fields, "upload", str, "")
        if not upload_id:
            kind = self.operations.kinds.get(field(fields, "kind", str))
            is_folder = kind is not None and kind.takes == "nothing"
            return field(fields, "path", str, "" if is_folder else None)
        upload = await self.service.status(upload_id)
        fields["destination"] = upload.destination
        return upload.path


class OperationHandler(ServiceHandler):
    """One operation."""

    @web.authenticated
    @authorized(action="read", resource=RESOURCE)
    async def get(self, operation_id: str) -> None:
        """Describe it; with `wait`, once it differs from what `since` stands for."""

        async def described() -> dict[str, Any]:
            return as_json(await self.operations.get(operation_id), self.operations.timeout)

        self.finish(await changed(self, described))

    @web.authenticated
    @authorized(action="write", resource=RESOURCE)
    async def delete(self, operation_id: str) -> None:
        """Forget it, once it is over; what it made stays."""
        await self.operations.delete(operation_id)
        self.set_status(204)
        self.finish()


class CancelHandler(ServiceHandler):
    """The end of one operation before its time."""

    @web.authenticated
    @authorized(action="write", resource=RESOURCE)
    async def post(self, operation_id: str) -> None:
        """Ask for it; the answer may say that it is still under way."""
        operation = await self.operations.cancel(operation_id)
        self.finish(as_json(operation, self.operations.timeout))


class KindsHandler(ServiceHandler):
    """What can be done with a file or a folder."""

    @web.authenticated
    @authorized(action="read", resource=RESOURCE)
    async def get(self) -> None:
        """List the kinds of operations, with the schemas of their parameters."""
        self.finish({"kinds": [kind_as_json(kind) for kind in self.operations.kinds.values()]})


async def changed(handler: ServiceHandler, look: Callable[[], Awaitable[dict[str, Any]]]) -> dict[str, Any]:
    """Return what `look` finds, with a `version` that stands for it.

    With `wait` in the query, seconds, that is once it differs from the version that is `since`, or the time
    is over.

    Raises
    ------
    Malformed
        When `wait` is no number of seconds that a request may wait.
    """
    wait = str(handler.argument("wait", "0"))
    if not re.fullmatch(r"[0-9]{1,2}", wait) or int(wait) > _LONGEST_WAIT:
        raise Malformed(f"'wait' must be a whole number of seconds from 0 to {_LONGEST_WAIT}.")
    since = handler.argument("since", "")
    until = time.monotonic() + int(wait)
    while True:
        found = await look()
        version = hashlib.sha256(json.dumps(found).encode()).hexdigest()[:16]
        if version != since or time.monotonic() >= until or handler.request.connection is None:
            return {**found, "version": version}
        await asyncio.sleep(_LOOK)
