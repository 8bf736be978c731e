"""What becomes of a request's body, on every route and for every verb.

Left to itself, tornado keeps up to 512 MiB of a body in memory before it asks anyone whether the request may
pass. Here nothing is read until that is settled. Then a body is taken by whoever wants it, or dropped: up to
a limit, and not for long, since whoever sends it need not even be logged in.
"""

from __future__ import annotations

import asyncio
from asyncio import Future
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from jupyter_server.base.handlers import APIHandler
from tornado import web

from ...errors import BigUploadError, TooLarge
from ..parsing.headers import parse_content_length
from .body import SmallBody, StreamingBody

#: Verbs whose bodies are wanted.
WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
#: Most bytes of a body of JSON.
JSON_LIMIT = 2**20
#: Most bytes of a body that are dropped. Many clients read the answer only once they have sent everything;
#: but to let 40 GB come for nothing is worse than a connection that ends early.
DROPPED = 2**26
#: Seconds in which a body must have come that is small, or dropped.
PATIENCE = 60.0
#: More bytes than any body has.
_ENDLESS = 2**63


class Sink(Protocol):
    """What takes a body."""

    async def feed(self, data: bytes) -> None:
        """Take what came; return when there is room for more."""


@web.stream_request_body
class IncomingHandler(APIHandler):
    """A route whose requests are admitted before their bodies are read."""

    #: Most bytes of a body of JSON; seconds in which it must have come, None for the usual ones.
    json_limit = JSON_LIMIT
    patience: float | None = None
    #: Bytes of the body, where the client announces them.
    body_length: int | None = None
    # Those that have not come yet; None when only the end of the body tells.
    _to_come: int | None = 0
    _sink: Sink | None = None
    _refused: Exception | None = None
    _dropped = 0
    # Whether any of the body came, the answer does not wait for it, the client is gone.
    _begun = _early = _gone = False
    _deadline: asyncio.TimerHandle | None = None

    async def admit(self) -> None:
        """Return if the request may pass.

        Raises
        ------
        HTTPError, BigUploadError
            When it may not.
        """

    async def accept_body(self) -> Sink | None:
        """Return what takes the body of a request that may pass; None to have it dropped.

        Raises
        ------
        TooLarge
            When it is known to be more than is taken, or dropped.
        """
        wanted = self.request.method in WITH_BODY
        limit = self.json_limit if wanted else DROPPED
        if self._to_come is not None and self._to_come > limit:
            raise _too_large(limit)
        return SmallBody(limit) if wanted else None

    async def prepare(self) -> None:  # type: ignore[override]  # as APIHandler does: the argument is for pages
        """Settle what becomes of the body. tornado reads none of it before this returns."""
        try:
            self._measure()
            await super().prepare()
            await self.admit()
            self._sink = await self.accept_body()
        except (web.HTTPError, BigUploadError) as error:
            self.refuse(error)
        else:
            if not isinstance(self._sink, StreamingBody) and self.request.connection is not None:
                # HTTP1Connection's, the only kind that serves; it closes the connection.
                self.request.connection.set_body_timeout(self.patience or PATIENCE)  # type: ignore[attr-defined]

    async def data_received(self, chunk: bytes) -> None:
        """Pass on what came, or drop it."""
        self._begun = True
        if self._to_come is not None:
            self._to_come -= len(chunk)
        try:
            if self._sink is not None:
                await self._sink.feed(chunk)
            else:
                self._drop(len(chunk))
        except TooLarge as error:
            self.refuse(error)

    def refuse(self, error: Exception) -> None:
        """Answer `error`, instead of what was asked for, once the client may be expected to read it.

        That is when the body has ended, if not much of it is to come. Else it is now, and the connection
        ends.
        """
        if self._refused is not None or self._gone or self._finished:
            return
        self._refused = error
        self._sink = None
        # tornado looks the verb up when the body has ended.
        setattr(self, (self.request.method or "").lower(), _raising(error))
        if self._waits_for_continue() or max(self._to_come or 0, self._dropped) > DROPPED:
            self._answer_now()
        elif self._to_come != 0:
            self._deadline = asyncio.get_running_loop().call_later(PATIENCE, self._answer_now)

    def finish(self, *args: Any, **kwargs: Any) -> Future[None]:
        """Send the answer. One that does not wait for the body ends the connection, and says so."""
        if self._early:
            self.set_header("Connection", "close")
        return super().finish(*args, **kwargs)

    def on_connection_close(self) -> None:
        """Answer nobody any more."""
        self._gone = True
        self._forget_deadline()
        super().on_connection_close()

    def on_finish(self) -> None:
        """Wait for nothing any more."""
        self._forget_deadline()
        super().on_finish()

    def _measure(self) -> None:
        headers = self.request.headers
        if "Content-Length" in headers:
            self._to_come = _ENDLESS  # until it is known: what can't be read is not waited for
            self.body_length = self._to_come = parse_content_length(headers["Content-Length"])
        elif "Transfer-Encoding" in headers:
            self._to_come = None

    def _drop(self, length: int) -> None:
        self._dropped += length
        if self._dropped <= DROPPED:
            return
        if self._refused is None:
            raise _too_large(DROPPED)
        self._answer_now()

    def _waits_for_continue(self) -> bool:
        """Whether the client sends nothing of the body until it is told to (RFC 9110, section 10.1.1)."""
        expected = self.request.headers.get("Expect", "").lower() == "100-continue"
        return expected and self._to_come != 0 and not self._begun

    def _answer_now(self) -> None:
        error = self._refused
        if error is None or self._gone or self._finished:
            return
        self._early = True
        exc_info = (type(error), error, error.__traceback__)
        self.log_exception(*exc_info)
        self.send_error(error.status_code if isinstance(error, web.HTTPError) else 500, exc_info=exc_info)

    def _forget_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"The body of this request may have {limit} bytes at most.", limit=limit)


def _raising(error: Exception) -> Callable[..., Awaitable[None]]:
    async def verb(*_args: str, **_kwargs: str) -> None:
        raise error

    return verb
