"""`python -m benchmarks.relay PORT ROUND_TRIP WINDOW`: a long way to a server on this machine.

A model of TCP below whatever passes, TLS too: each byte takes half of `ROUND_TRIP` (seconds), a connection
one round trip more, and with a `WINDOW` of `slow` a sender begins with 10 segments and may have twice as
many under way after each round trip (RFC 5681, RFC 6928); a pause halves that. Nothing is lost. It prints its
port.
"""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from pathlib import Path

import psutil

from .processes import end

_ROOT = Path(__file__).parent.parent
_MSS = 1460
_FIRST_WINDOW = 10 * _MSS
#: What Linux lets one connection have under way, by its defaults.
_MOST = 4 * 2**20
_PIECE = 2**18
#: Seconds over a round trip after which a sender that was idle halves its window: Linux's least timeout.
_PAUSE = 0.2


@contextlib.contextmanager
def long_way(port: int, round_trip: float, window: str) -> Iterator[int]:
    """Start the long way to `port` in a process of its own, and return the port where it begins."""
    process = psutil.Popen(
        [sys.executable, "-m", "benchmarks.relay", str(port), str(round_trip), window],
        cwd=_ROOT,
        stdout=subprocess.PIPE,
    )
    try:
        yield int(process.stdout.readline())
    finally:
        end(process)


class _Direction:
    """One direction of a connection."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, round_trip: float, *, slow: bool
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._round_trip = round_trip
        self._slow = slow
        self._window = _FIRST_WINDOW if slow else _MOST
        self._under_way = 0
        self._pieces: deque[bytes] = deque()
        self._acknowledged = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    async def carry(self) -> None:
        """Carry all that comes, and then its end."""
        last = self._loop.time()
        piece = b"more"
        while piece:
            while self._under_way >= self._window:
                self._acknowledged.clear()
                await self._acknowledged.wait()
            piece = await self._reader.read(min(_PIECE, self._window - self._under_way))
            if self._slow and not self._under_way:
                pauses = int((self._loop.time() - last) / (self._round_trip + _PAUSE))
                self._window = max(_FIRST_WINDOW, self._window >> pauses)
            last = self._loop.time()
            self._under_way += len(piece)
            self._pieces.append(piece)
            self._loop.call_later(self._round_trip / 2, self._arrive)
            self._loop.call_later(self._round_trip, self._acknowledge, len(piece))
        await asyncio.sleep(self._round_trip)

    def _arrive(self) -> None:
        piece = self._pieces.popleft()
        if self._writer.is_closing():
            return
        if piece:
            self._writer.write(piece)
        else:
            self._writer.close()

    def _acknowledge(self, count: int) -> None:
        if self._writer.transport.get_write_buffer_size() > _MOST:  # who reads there has no room for more
            self._loop.call_later(self._round_trip / 8, self._acknowledge, count)
            return
        self._under_way -= count
        self._window = min(_MOST, self._window + count)
        self._acknowledged.set()


async def _main(port: int, round_trip: float, *, slow: bool) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(round_trip)  # SYN, and its answer
        there, away = await asyncio.open_connection("127.0.0.1", port, limit=_MOST)
        with contextlib.suppress(ConnectionError):
            await asyncio.gather(
                _Direction(reader, away, round_trip, slow=slow).carry(),
                _Direction(there, writer, round_trip, slow=slow).carry(),
            )
        for one in (writer, away):
            one.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, limit=_MOST)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1]), float(sys.argv[2]), slow=sys.argv[3] == "slow"))
