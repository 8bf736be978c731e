"""One connection: what arrives on it, what is sent on it, and the ways in which it can end."""

from __future__ import annotations

import asyncio
import contextlib
import select
import socket
import struct

from .link import Direction, Lane, carry
from .message import Inbox

_READ = 256 * 2**10

#: Seconds between two looks at whether the other side has left.
_LOOK_EVERY = 0.2

#: SO_LINGER with a time of 0 makes a close send RST, and forget what was not sent yet.
_RESET = struct.pack("ii", 1, 0)


class Connection:
    """A TCP connection; with a link, everything on it is as slow as the link is.

    Parameters
    ----------
    link : tuple of Direction, optional
        From and to the other side.
    """

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        link: tuple[Direction, Direction] | None = None,
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._tasks: list[asyncio.Task[None]] = []
        self._outbound: Lane | None = None
        self._sent_all: asyncio.Task[None] | None = None
        self._ended = False
        if link is None:
            self.inbox = Inbox(self._read)
        else:
            inbound, self._outbound = Lane(link[0]), Lane(link[1])
            self._tasks.append(asyncio.create_task(self._carry_in(inbound)))
            self._sent_all = asyncio.create_task(self._carry_out(self._outbound))
            self.inbox = Inbox(inbound.get)

    @classmethod
    async def open(cls, host: str, port: int) -> Connection:
        """Connect, with nothing in between."""
        return cls(*await asyncio.open_connection(host, port, limit=_READ))

    async def send(self, data: bytes) -> None:
        """Send, and return when more may be sent."""
        if self._outbound is not None:
            await self._outbound.put(data)
            return
        self._writer.write(data)
        await self._writer.drain()

    def end_sending(self) -> None:
        """Send FIN: nothing more comes from here, but answers are still read."""
        self._writer.write_eof()

    async def until_left(self) -> None:
        """Wait until the other side has closed, without reading what it may have sent before."""
        raw: socket.socket = self._writer.get_extra_info("socket")
        # Nothing tells of it: a transport that does not read does not see the end either.
        while not _was_left(raw):  # as said
            await asyncio.sleep(_LOOK_EVERY)

    async def close(self) -> None:
        """End as one does, once everything is sent."""
        if self._outbound is not None and self._sent_all is not None and not self._ended:
            await self._outbound.put(b"")
            await self._sent_all
        self._stop()
        self._writer.close()
        with contextlib.suppress(ConnectionError):
            await self._writer.wait_closed()

    def reset(self) -> None:
        """End at once, with RST."""
        self._stop()
        raw: socket.socket | None = self._writer.get_extra_info("socket")
        if raw is not None and raw.fileno() >= 0:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self._writer.transport.abort()

    async def _read(self) -> bytes:
        return await self._reader.read(_READ)

    async def _carry_in(self, lane: Lane) -> None:
        await asyncio.sleep(2 * lane.delay)  # the handshake
        try:
            await carry(self._read, lane)
        except ConnectionError:
            await lane.put(b"")

    async def _carry_out(self, lane: Lane) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await lane.get():
                self._writer.write(data)
                await self._writer.drain()

    def _stop(self) -> None:
        self._ended = True
        for task in (*self._tasks, self._sent_all):
            if task is not None:
                task.cancel()


def _was_left(raw: socket.socket) -> bool:
    if raw.fileno() < 0:
        return True
    watch = select.poll()
    watch.register(raw.fileno(), select.POLLRDHUP)
    return bool(watch.poll(0))
