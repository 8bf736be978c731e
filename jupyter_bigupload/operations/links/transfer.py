"""The bytes of a link on their way into an upload: several ranges at once, or one after the other."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from dataclasses import dataclass

from ...digests import Hasher
from ...errors import BigUploadError, RemoteFailed
from ...tasks import all_of
from ...threads import in_bytes_thread
from ..fetching import Fetcher, Remote
from ..file_upload import FileUpload
from .meter import Meter
from .threads import streamed

#: Bytes that are read back at once, for a digest.
_READ_BACK = 64 * 2**20


class Transfer:
    """What a link leads to, on its way into an upload of it.

    Parameters
    ----------
    hasher : Hasher or None
        Is fed all bytes of the file, in order, where a digest of them is wanted.
    """

    def __init__(
        self, fetcher: Fetcher, remote: Remote, file: FileUpload, meter: Meter, hasher: Hasher | None
    ) -> None:
        self._fetcher = fetcher
        self._remote = remote
        self._file = file
        self._meter = meter
        self._hasher = hasher

    async def run(self, connections: int) -> None:
        """Bring what is missing of the file.

        Parameters
        ----------
        connections : int
            Ranges that may be read at once.

        Raises
        ------
        BigUploadError
            As `Fetcher.read` and `FileUpload.send`; what came by then is kept.
        """
        if self._remote.size is None:
            async with contextlib.aclosing(self._whole()) as body:
                await self._file.write(0, None, body)
            return
        self._meter.add(self._file.received)
        if not self._remote.ranges:
            await self._in_order(self._remote.size)
        elif self._hasher is None or self._file.can_read_back:
            await self._side_by_side(connections)
            await self._hash(0, self._remote.size)
        else:
            await self._in_turns(self._hasher, self._remote.size, connections)

    async def _side_by_side(self, connections: int) -> None:
        """Bring several ranges at once, or fewer where the site does not want so many."""
        waiting = deque(_Range(start, end) for start, end in self._file.missing(connections))
        at_work = connections

        async def bring_next_ones() -> None:
            nonlocal at_work
            try:
                while waiting:
                    this = waiting.popleft()
                    await self._bring(this, None)
            except RemoteFailed:
                if at_work == 1:
                    raise
                waiting.append(this)  # for one that gets on
            finally:
                at_work -= 1

        await all_of(bring_next_ones() for _ in range(connections))

    async def _in_turns(self, hasher: Hasher, size: int, connections: int) -> None:
        """Read several pieces at once, those that are stored too; each waits for its turn to be digested."""
        pieces = iter(self._pieces(size))
        turn = asyncio.Event()
        turn.set()

        async def bring_next_ones() -> None:
            nonlocal turn
            for first, last, is_missing in pieces:
                mine, turn = turn, asyncio.Event()
                after = turn
                async with contextlib.aclosing(self._read(first, last)) as read:
                    held, failure = await _Cut(read, self._meter if is_missing else None).take(last - first)
                if failure is None:
                    await mine.wait()
                    await in_bytes_thread(_feed)(hasher, held)
                    after.set()
                if is_missing and held:
                    await self._file.send(first, first + sum(map(len, held)), held)
                if failure is not None:
                    raise failure

        await all_of(bring_next_ones() for _ in range(connections))

    def _pieces(self, size: int) -> Iterator[tuple[int, int, bool]]:
        """Yield all of the file in pieces that can be held, each with whether it is missing."""
        at = 0
        for start, end in (*self._file.missing(1), (size, size)):
            for piece in self._file.steps(at, start):
                yield *piece, False
            for piece in self._file.steps(start, end):
                yield *piece, True
            at = end

    async def _in_order(self, size: int) -> None:
        at = 0
        for start, end in self._file.missing(1):
            await self._hash(at, start)
            await self._bring(_Range(start, end), self._hasher)
            at = end
        await self._hash(at, size)

    async def _bring(self, this: _Range, hasher: Hasher | None) -> None:
        """Read a range from the link, and store it part by part; it begins where that failed, then."""
        async with contextlib.aclosing(self._read(this.start, this.end)) as pieces:
            cut = _Cut(pieces, self._meter)
            for first, last in self._file.steps(this.start, this.end):
                held, failure = await cut.take(last - first)
                length = sum(map(len, held))
                if length:
                    await asyncio.gather(
                        self._file.send(first, first + length, held), in_bytes_thread(_feed)(hasher, held)
                    )
                    this.start = first + length
                if failure is not None:
                    raise failure

    async def _hash(self, start: int, end: int) -> None:
        """Feed the hasher what is stored of `[start, end)`, or what the link has there."""
        if self._hasher is None or start == end:
            return
        if self._file.can_read_back:
            for at in range(start, end, _READ_BACK):
                await self._file.read_back(at, min(at + _READ_BACK, end), _Told(self._hasher, self._meter))
            return
        async with contextlib.aclosing(self._read(start, end)) as pieces:
            async for piece in pieces:
                await in_bytes_thread(_feed)(self._hasher, [piece])

    async def _whole(self) -> AsyncGenerator[bytes, None]:
        """Yield all of a file of unknown length."""
        async with contextlib.aclosing(self._read(0, None)) as pieces:
            async for piece in pieces:
                await in_bytes_thread(_feed)(self._hasher, [piece])
                self._meter.add(len(piece))
                yield piece

    def _read(self, start: int, end: int | None) -> AsyncGenerator[bytes, None]:
        return streamed(lambda: self._fetcher.read(self._remote, start, end))


@dataclass
class _Range:
    """What is still to come of a range of the file, `[start, end)`."""

    start: int
    end: int


class _Cut:
    """Pieces of any length, taken by numbers of bytes; a meter is told of those that are new."""

    def __init__(self, pieces: AsyncIterator[bytes], meter: Meter | None) -> None:
        self._pieces = pieces
        self._meter = meter
        self._rest = b""

    async def take(self, count: int) -> tuple[Sequence[bytes], BigUploadError | None]:
        """Return the next `count` bytes; fewer, and why, when no more of them come."""
        held: list[bytes] = []
        while count:
            try:
                piece = self._rest or await anext(self._pieces)
            except BigUploadError as error:
                return held, error
            held.append(piece[:count])
            self._rest = piece[count:]
            count -= len(held[-1])
            if self._meter is not None:
                self._meter.add(len(held[-1]))
        return held, None


class _Told:
    """A hasher that tells of each piece that it is fed."""

    def __init__(self, hasher: Hasher, meter: Meter) -> None:
        self._hasher = hasher
        self._meter = meter

    def update(self, data: bytes, /) -> None:
        self._meter.alive()
        self._hasher.update(data)


def _feed(hasher: Hasher | None, pieces: Sequence[bytes]) -> None:
    if hasher is not None:
        for piece in pieces:
            hasher.update(piece)
