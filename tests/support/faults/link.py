"""The way between a client and the proxy, as slow and as far as a real one."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from random import Random

#: Payload of one TCP segment over Ethernet, bytes.
MSS = 1460

#: Bytes of one direction that may be on their way when nothing else bounds them.
_MOST_UNDER_WAY = 32 * 2**20

#: Seconds that one piece takes on a link of limited bandwidth: small, so that it flows and does not jerk.
_PIECE_SECONDS = 0.02

_PIECE = 256 * 2**10


@dataclass(frozen=True)
class Link:
    """What a way to the server is like. The default is one that adds nothing.

    Parameters
    ----------
    delay : float
        Seconds that every byte takes, each way. It does not lower the throughput, except by `loss`. A new
        connection costs one round trip more.
    bandwidth : float, optional
        Bytes a second, each way, shared by all connections.
    stall_chance : float
        Probability, for each MiB, that a connection stands still: what loss looks like from above TCP.
    stall : float
        Seconds that it stands still then.
    loss : float
        Probability that a segment is lost. Each connection then has a congestion window as TCP Reno has:
        one segment more for each round trip, half as many after a loss, so that a single long stream gets
        about `MSS / (2 * delay) * 1.22 / sqrt(loss)` bytes a second. The model has no timeouts and no losses
        by congestion, so that a real link is rather slower.
    """

    delay: float = 0.0
    bandwidth: float | None = None
    stall_chance: float = 0.0
    stall: float = 1.0
    loss: float = 0.0

    @property
    def kinds(self) -> tuple[str, ...]:
        """What it does to whatever passes."""
        return tuple(
            kind
            for kind, present in (
                ("delay", self.delay > 0),
                ("bandwidth", self.bandwidth is not None),
                ("stalls", self.stall_chance > 0),
                ("loss", self.loss > 0),
            )
            if present
        )


class Direction:
    """One direction of a link: the line that all connections send on, one after another."""

    def __init__(self, link: Link, random: Random) -> None:
        self.link = link
        self.random = random
        self._free = 0.0

    def occupy(self, count: int, since: float) -> float:
        """Put `count` bytes on the line at `since` or when it is free; return when the last has left."""
        if self.link.bandwidth is None:
            return since
        self._free = max(since, self._free) + count / self.link.bandwidth
        return self._free


class Lane:
    """One direction of one connection: what goes in comes out later, in order."""

    def __init__(self, direction: Direction) -> None:
        link = direction.link
        self._direction = direction
        self._window = _Window(link.loss, 2 * link.delay, direction.random) if link.loss > 0 else None
        self._under_way: deque[tuple[float, bytes]] = deque()
        self._bytes = 0
        self._moved = asyncio.Event()
        self._last = 0.0

    @property
    def delay(self) -> float:
        """Seconds that every byte takes at least."""
        return self._direction.link.delay

    async def put(self, data: bytes) -> None:
        """Send `data` (empty: the end); return when the sender may send more."""
        for begun in range(0, max(1, len(data)), self._piece):
            await self._send(data[begun : begun + self._piece])

    async def get(self) -> bytes:
        """Wait for what arrives next; empty at the end. Safe to cancel."""
        while not self._under_way:
            self._moved.clear()
            await self._moved.wait()
        arrives, data = self._under_way[0]
        await asyncio.sleep(max(0.0, arrives - time.monotonic()))
        self._under_way.popleft()
        self._bytes -= len(data)
        self._moved.set()
        return data

    @property
    def _piece(self) -> int:
        if self._window is not None:
            return MSS
        bandwidth = self._direction.link.bandwidth
        return _PIECE if bandwidth is None else max(MSS, min(_PIECE, int(bandwidth * _PIECE_SECONDS)))

    async def _send(self, data: bytes) -> None:
        link, random = self._direction.link, self._direction.random
        while self._bytes > _MOST_UNDER_WAY:
            self._moved.clear()
            await self._moved.wait()
        late = 0.0
        if self._window is not None and data:
            late = await self._window.send(len(data))
        if link.stall_chance > 0 and random.random() < link.stall_chance * len(data) / 2**20:
            late += link.stall
        left = self._direction.occupy(len(data), time.monotonic())
        self._last = max(self._last, left + link.delay + late)
        self._under_way.append((self._last, data))
        self._bytes += len(data)
        self._moved.set()
        await asyncio.sleep(left - time.monotonic())


class _Window:
    """Reno's congestion window, round trip by round trip."""

    def __init__(self, loss: float, round_trip: float, random: Random) -> None:
        self._loss = loss
        self._round_trip = round_trip
        self._random = random
        self._segments = 10.0  # RFC 6928
        self._threshold = float("inf")
        self._round_began = 0.0
        self._sent = 0
        self._lost = False

    async def send(self, count: int) -> float:
        """Wait until `count` bytes fit; return the seconds by which a loss makes them late."""
        while self._sent >= int(self._segments):
            await asyncio.sleep(self._round_began + self._round_trip - time.monotonic())
            self._next_round(full=True)
        if time.monotonic() > self._round_began + self._round_trip:
            self._next_round(full=False)
        segments = -(-count // MSS)
        self._sent += segments
        lost = self._random.random() < 1 - (1 - self._loss) ** segments
        self._lost = self._lost or lost
        # It is sent again as soon as the acknowledgements of what came after it are in.
        return self._round_trip if lost else 0.0

    def _next_round(self, *, full: bool) -> None:
        """Adapt the window; it grows only when it was what held the sender back."""
        if self._lost:
            self._segments = self._threshold = max(2.0, self._segments / 2)
        elif full:
            self._segments = min(
                self._segments + (self._segments if self._segments < self._threshold else 1),
                max(self._threshold, self._segments + 1),
            )
        self._round_began = time.monotonic()
        self._sent = 0
        self._lost = False


async def carry(source: Callable[[], Awaitable[bytes]], lane: Lane) -> None:
    """Feed a lane from `source` until that ends."""
    data = b"more"
    while data:
        data = await source()
        await lane.put(data)
