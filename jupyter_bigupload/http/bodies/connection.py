"""A connection that brings a body of any size, in large pieces.

jupyter_server has no setting for that: tornado's defaults are 64 KiB a read and 512 MiB a body, and it copies
what it reads three times. Other connections are not touched.
"""

from __future__ import annotations

import asyncio
import copy
import time
from collections.abc import Callable
from typing import cast

from tornado.httputil import HTTPServerRequest
from tornado.iostream import IOStream, StreamClosedError

#: Bytes handed to a store at once. Smaller ones cost a change of threads too often, see benchmarks/.
PIECE = 2**20
#: Less than this at once from a socket means that the sender is slower than we are. To read each such piece
#: as it comes (Chromium sends 24 KiB) costs a turn of the event loop, and processor time the sender needs.
_SHORT_READ = 2**18
#: Seconds to let more arrive then; the kernel's buffer holds what a network brings in that time.
_PAUSE = 0.003
#: Seconds after which what came is handed over even if it is little: on a slow link, too, bytes are progress.
LINGER = 1.0


def prepare_connection(request: HTTPServerRequest) -> Callable[[], None]:
    """Let `request` bring its body so; return what is to be called when it is over."""
    connection = request.connection
    if connection is None:
        return _nothing
    connection.set_max_body_size(2**63 - 1)  # type: ignore[attr-defined]  # HTTP1Connection's, the only kind that serves
    params = getattr(connection, "params", None)
    stream = getattr(connection, "stream", None)
    if params is None or not isinstance(stream, IOStream):
        return _nothing
    connection.params = copy.copy(params)  # type: ignore[attr-defined]  # shared by all connections until now
    connection.params.chunk_size = PIECE  # type: ignore[attr-defined]  # as above
    stream.read_chunk_size = PIECE
    if "Content-Length" not in request.headers:
        return _nothing  # of its chunks tornado gathers what has come already
    read_bytes = stream.read_bytes

    def read_piece(num_bytes: int, partial: bool = False) -> asyncio.Future[bytes]:  # noqa: FBT001, FBT002  # as tornado has it
        read = _read_piece(stream, num_bytes) if partial else read_bytes(num_bytes)
        return asyncio.ensure_future(read)

    def undo() -> None:
        stream.read_bytes = read_bytes  # type: ignore[method-assign]  # as below

    stream.read_bytes = read_piece  # type: ignore[method-assign]  # of this one stream, for this body
    return undo


def _nothing() -> None:
    """Where nothing was changed."""


async def let_more_arrive(length: int) -> None:
    """Return a little later after a read of few bytes, so that the next read brings more."""
    if length < _SHORT_READ:
        await asyncio.sleep(_PAUSE)


async def _read_piece(stream: IOStream, most: int) -> bytes:
    """Read straight into the memory that a store is handed, until it is full or nothing came for a time."""
    piece = bytearray(min(most, PIECE))
    length = 0
    began = time.monotonic()
    with memoryview(piece) as view:
        while True:
            try:
                came = await stream.read_into(view[length:], partial=True)  # type: ignore[arg-type]  # any buffer does
            except StreamClosedError:
                if not length:
                    raise
                # What came counts; the next read says that there is no more. The stream still has the memory.
                return bytes(view[:length])
            length += came
            if length == len(piece) or time.monotonic() - began > LINGER:
                break
            if len(piece) - length > _SHORT_READ:  # for the last of it nobody waits
                await let_more_arrive(came)
    del piece[length:]
    return cast("bytes", piece)  # whoever gets it takes any buffer
