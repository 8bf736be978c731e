"""What all routes share: who may pass, and how an error looks."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from http import HTTPStatus
from types import TracebackType
from typing import Any, ClassVar, TypeVar

from jupyter_core.utils import ensure_async
from jupyter_server.auth.utils import HTTP_METHOD_TO_AUTH_ACTION
from tornado.web import HTTPError

from ..destinations import HOME, Destination, Destinations, HealthChecks
from ..downloads import Downloads
from ..errors import BigUploadError, Forbidden, InvalidName, Malformed, Unauthorized
from ..operations.answering import Answering
from ..operations.service import OperationService
from ..operations.tables import KeptRecipes
from ..threads import in_thread
from ..uploads import UploadService
from .bodies.body import SmallBody
from .bodies.incoming import IncomingHandler
from .contents import ContentsBridge
from .parsing.query import query_argument

#: The resource of Jupyter's authorisation that uploads belong to.
RESOURCE = "contents"

#: Most bytes of a path, on every system that matters.
PATH_MAX = 4096

D = TypeVar("D")

#: Reasons for what tornado and jupyter_server refuse themselves.
_REASONS = {
    HTTPStatus.BAD_REQUEST: Malformed.reason,
    HTTPStatus.UNAUTHORIZED: Unauthorized.reason,
    HTTPStatus.FORBIDDEN: Unauthorized.reason,
}


@dataclass(frozen=True)
class Services:
    """What the routes are given."""

    uploads: UploadService
    contents: ContentsBridge
    destinations: Destinations
    health: HealthChecks
    operations: OperationService
    downloads: Downloads
    answering: Answering
    recipes: KeptRecipes


class ServiceHandler(IncomingHandler):
    """A route of the upload service."""

    #: Verbs that change nothing, of those that usually do.
    looks: ClassVar[frozenset[str]] = frozenset()

    def initialize(self, services: Services) -> None:
        """Take what `extension.py` put together."""
        self.service = services.uploads
        self.contents = services.contents
        self.destinations = services.destinations
        self.health = services.health
        self.operations = services.operations
        self.downloads = services.downloads
        self.answering = services.answering
        self.recipes = services.recipes

    async def admit(self) -> None:
        """Settle login, XSRF and authorisation, before any of the body is read.

        The decorators on the verbs say the same, but the body has been taken by the time they run, and the
        base class turns nobody away unless the server is told to.
        """
        if self.request.method == "OPTIONS":
            return  # a browser asks before it logs in
        method = self.request.method or ""
        action = "read" if method in self.looks else HTTP_METHOD_TO_AUTH_ACTION.get(method, "write")
        if not self.current_user:
            raise Unauthorized("Log in first.")
        allowed = await ensure_async(self.authorizer.is_authorized(self, self.current_user, action, RESOURCE))
        if not allowed:
            raise Forbidden(f"You may not {action} {RESOURCE} on this server.")
        if not self.request.path.isascii():
            # tornado takes each byte of such a path for a character of its own, and so for another path.
            raise Malformed("The path of the URL is not percent-encoded.")

    def argument(self, name: str, default: D) -> str | D:
        """Return an argument of the query, exactly as the client wrote it, or `default`.

        Raises
        ------
        Malformed
            When it is given twice, or is no UTF-8.
        """
        given = query_argument(self.request.query, name)
        return default if given is None else given

    def note_activity(self) -> None:
        """Note that bytes move: culling looks at whatever setting has a name that ends so."""
        self.settings["bigupload_last_activity"] = datetime.now(timezone.utc)

    def update_api_activity(self) -> None:
        """Note that someone is at work here.

        The base class reads an argument of the query for that while it answers, and never answers a request
        whose argument is no text.
        """
        with contextlib.suppress(HTTPError):
            super().update_api_activity()

    async def destination(self, name: str) -> Destination:
        """Return the destination of this name, by what settings and the person's file say now.

        Raises
        ------
        Unsupported
            When there is none, or it can't be used.
        """
        if name != HOME:  # which no file of a person's changes
            await self.destinations.refresh()
        return self.destinations.find(name)

    async def place(self, name: str, path: str) -> Destination:
        """Return the destination of this name, in which `path` may be touched.

        Raises
        ------
        InvalidName
            When no file system could hold such a path. Nothing looks into it before this is known.
        Unsupported
            As `destination`.
        Hidden
            When the server does not show files like that one.
        """
        for error in _too_long([path]):
            if error is not None:
                raise error
        destination = await self.destination(name)
        if destination.url is None:
            await self.contents.refuse_hidden(path)
        return destination

    async def refusals(self, name: str, paths: Sequence[str]) -> Sequence[BigUploadError | None]:
        """Return, for each of many paths, why it may not be touched in the destination of this name.

        Raises
        ------
        Unsupported
            As `destination`.
        """
        destination = await self.destination(name)
        too_long = await in_thread(_too_long)(paths)
        if destination.url is not None:
            return too_long
        hidden = await self.contents.hidden(paths)
        return [one or other for one, other in zip(too_long, hidden, strict=True)]

    def read_json(self) -> dict[str, Any]:
        """Return the body, a JSON object; `{}` for an empty one.

        Raises
        ------
        Malformed
            When it is anything else.
        """
        body = self.whole_body()
        if not body.strip():
            return {}
        try:
            fields = json.loads(body)
        except (ValueError, RecursionError):  # nested without end
            raise Malformed("The body is not JSON.") from None
        if not isinstance(fields, dict):
            raise Malformed("The body is not a JSON object.")
        return fields

    def whole_body(self) -> bytearray | bytes:
        """Return the body of a request that is kept as a whole."""
        return self._sink.data if isinstance(self._sink, SmallBody) else b""

    def log_exception(
        self,
        typ: type[BaseException] | None,
        value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        """Log a traceback only for what nobody foresaw."""
        if isinstance(value, BigUploadError):
            self.log.info("%s %s: %s", self.request.method, self.request.path, value)
        else:
            super().log_exception(typ, value, tb)

    def send_error(self, status_code: int = 500, **kwargs: Any) -> None:
        """Answer with the status of the error tree."""
        error = kwargs.get("exc_info", (None, None))[1]
        if isinstance(error, BigUploadError):
            status_code = self.status_of(error)
        super().send_error(status_code, **kwargs)

    def status_of(self, error: BigUploadError) -> int:
        """Return the status of an error, which a protocol may have another one for."""
        return error.status

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Write the error as JSON with a stable reason."""
        error = kwargs.get("exc_info", (None, None))[1]
        if isinstance(error, BigUploadError):
            answer = error.as_json()
        else:
            status = HTTPStatus(status_code)
            message = error.log_message if isinstance(error, HTTPError) else None
            answer = {
                "message": message or status.phrase,
                "reason": _REASONS.get(status, status.name.lower()),
                "retryable": status_code >= HTTPStatus.INTERNAL_SERVER_ERROR,
            }
        self.finish(json.dumps(answer))


def _too_long(paths: Sequence[str]) -> Sequence[BigUploadError | None]:
    return [
        InvalidName(f"A path has at most {PATH_MAX} bytes.")
        if len(path) > PATH_MAX // 4 and len(path.encode("utf-8", "surrogatepass")) > PATH_MAX
        else None
        for path in paths
    ]
