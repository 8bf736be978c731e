"""A route whose bodies are taken while they come."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import Callable
from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..base import RESOURCE, ServiceHandler, Services
from .body import ClientGone, StreamingBody
from .connection import let_more_arrive, prepare_connection
from .incoming import Sink


class StreamingHandler(ServiceHandler):
    """Begins with what a body is for before any of it is read, and answers once that is done."""

    #: Those of which the body is taken so.
    verbs = frozenset({"POST"})

    def initialize(self, services: Services) -> None:
        """Take the services, and make what the request's bytes go through."""
        super().initialize(services)
        self.body = StreamingBody()
        self._undo: Callable[[], None] = lambda: None
        self._answering: asyncio.Task[dict[str, Any] | bytes | None] | None = None

    @abstractmethod
    async def take_body(self) -> dict[str, Any] | bytes | None:
        """Put the body where it belongs, and return the answer, or its JSON; None for one without a body."""

    async def accept_body(self) -> Sink | None:
        """Begin with what the body is for, and return once it is known whether it will be taken."""
        if self.request.method not in self.verbs:
            return await super().accept_body()
        self._undo = prepare_connection(self.request)
        self._answering = asyncio.ensure_future(self.take_body())
        self._answering.add_done_callback(self._taken)
        wanted = asyncio.ensure_future(self.body.wanted.wait())
        await asyncio.wait([self._answering, wanted], return_when=asyncio.FIRST_COMPLETED)
        wanted.cancel()
        if self._answering.done():
            self._answering.result()
        return self.body

    async def data_received(self, chunk: bytes) -> None:
        """Pass on what came; the socket is not read before there is room."""
        if self._answering is not None and not self._answering.done():
            self.note_activity()
        await super().data_received(chunk)
        if self.request.method in self.verbs and self.body_length is None:
            await let_more_arrive(len(chunk))

    def on_finish(self) -> None:
        """Leave the connection to the next request as it was."""
        self._undo()
        super().on_finish()

    def on_connection_close(self) -> None:
        """Tell whoever is reading that the rest will never come."""
        self.body.fail(ClientGone("the client closed the connection"))
        super().on_connection_close()

    @web.authenticated
    @authorized(action="write", resource=RESOURCE)
    async def post(self, *_arguments: str | None, **_named: str | None) -> None:
        """Answer once every byte is where it belongs."""
        self.body.finish()
        assert self._answering is not None  # noqa: S101  # begun by accept_body() for this verb
        self.finish(await self._answering)

    def _taken(self, answering: asyncio.Task[dict[str, Any] | bytes | None]) -> None:
        """Keep nothing of what still comes, and refuse it when it can't be taken."""
        self.body.discard()
        error = None if answering.cancelled() else answering.exception()
        if isinstance(error, ClientGone):
            self.log.info("%s: %s", self.request.path, error)
        elif isinstance(error, Exception):
            self.refuse(error)
