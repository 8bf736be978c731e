"""What takes a request's body: memory, for a small one, or a store.

tornado pushes pieces as they come; a store pulls. Between them is a `StreamingBody`, which holds about 3 MiB
and makes the socket wait when the store is slower. A broken connection looks to the store like an error of
the body.
"""

from __future__ import annotations

import asyncio
import copy
import time
from collections import deque
from collections.abc import AsyncIterator

from tornado.httputil import HTTPServerRequest

from ..errors import TooLarge

#: Bytes handed to a store at once. Smaller ones cost a change of threads too often, see benchmarks/.
PIECE = 2**20
#: Less than this at once from a socket means that the sender is slower than we are. To read each such piece
#: as it comes (Chromium sends 24 KiB) costs a turn of the event loop, and processor time the sender needs.
_SHORT_READ = 2**18
#: Seconds to let more arrive then; the kernel's buffer holds what a network brings in that time.
_PAUSE = 0.003
#: Pieces that may wait for the store.
_WAITING = 2
#: Seconds after which what came is handed over even if it is little: on a slow link, too, bytes are progress.
_LINGER = 1.0


class ClientGone(Exception):
    """The connection ended before the body did."""


async def let_more_arrive(data: bytes, to_come: int | None) -> None:
    """Return a little later after a short read, so that the next read brings more.

    Parameters
    ----------
    to_come : int or None
        Bytes of the body that are still missing, where that is known: for the last of it nobody waits.
    """
    if len(data) < _SHORT_READ and (to_come is None or to_come > _SHORT_READ):
        await asyncio.sleep(_PAUSE)


class SmallBody:
    """The body of one request, kept as a whole.

    Parameters
    ----------
    limit : int
        Most bytes that it may have.
    """

    def __init__(self, limit: int) -> None:
        self.data = bytearray()
        self._limit = limit

    async def feed(self, data: bytes) -> None:
        """Take what came.

        Raises
        ------
        TooLarge
            As soon as it is more than the limit; then nothing of it is kept.
        """
        if len(self.data) + len(data) > self._limit:
            self.data.clear()
            raise TooLarge(f"The body of this request may have {self._limit} bytes.", limit=self._limit)
        self.data += data


class StreamingBody:
    """The body of one request: `feed` and `finish` at one end, `async for` at the other."""

    def __init__(self) -> None:
        self._gathered: list[bytes] = []
        self._length = 0
        self._ready: deque[bytes] = deque()
        self._ended = False
        self._unwanted = False
        self._failure: Exception | None = None
        self._changed = asyncio.Event()
        self._handed_over = time.monotonic()
        #: Set once someone asks for the body: then whatever can be known before it has been checked.
        self.wanted = asyncio.Event()

    async def feed(self, data: bytes) -> None:
        """Take what came; return when there is room for more."""
        if self._unwanted:
            return
        self._gathered.append(data)
        self._length += len(data)
        if self._length >= PIECE or time.monotonic() - self._handed_over > _LINGER:
            self._hand_over()
            # Once the rest will never come, nobody waits for room any more.
            while len(self._ready) >= _WAITING and not self._unwanted and self._failure is None:
                await self._change()

    def finish(self) -> None:
        """Say that the body is complete."""
        if self._gathered and not self._unwanted:
            self._hand_over()
        self._ended = True
        self._changed.set()

    def fail(self, error: Exception) -> None:
        """Say that the rest will never come, if there is one: a body that has come whole is taken."""
        if not self._ended:
            if self._gathered and not self._unwanted:
                self._hand_over()
            self._failure = error
            self._changed.set()

    def discard(self) -> None:
        """Say that nobody wants the rest: what still comes is dropped."""
        self._unwanted = True
        self._ready.clear()
        self._gathered.clear()
        self._changed.set()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Yield the body in pieces of about 1 MiB.

        Raises
        ------
        ClientGone
            When the connection broke, after what had come until then.
        """
        self.wanted.set()
        while True:
            if self._ready:
                piece = self._ready.popleft()
                self._changed.set()
                yield piece
            elif self._failure is not None:
                raise self._failure
            elif self._ended:
                return
            else:
                await self._change()

    def _hand_over(self) -> None:
        whole = self._gathered[0] if len(self._gathered) == 1 else b"".join(self._gathered)
        self._ready.append(whole)
        self._gathered.clear()
        self._length = 0
        self._handed_over = time.monotonic()
        self._changed.set()

    async def _change(self) -> None:
        self._changed.clear()
        await self._changed.wait()


def prepare_connection(request: HTTPServerRequest) -> None:
    """Let `request` bring a body of any size, in large pieces, without touching other connections.

    jupyter_server has no setting for this: tornado's defaults are 64 KiB a read and 512 MiB a body.
    """
    connection = request.connection
    if connection is None:
        return
    connection.set_max_body_size(2**63 - 1)  # type: ignore[attr-defined]  # HTTP1Connection's, the only kind that serves
    params = getattr(connection, "params", None)
    stream = getattr(connection, "stream", None)
    if params is not None and stream is not None:
        connection.params = copy.copy(params)  # type: ignore[attr-defined]  # shared by all connections until now
        connection.params.chunk_size = PIECE  # type: ignore[attr-defined]  # as above
        stream.read_chunk_size = PIECE
