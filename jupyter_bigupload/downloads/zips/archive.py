"""An archive of files that are where they always were, read from anywhere in it."""

from __future__ import annotations

import asyncio
import contextlib
import zlib
from array import array
from collections import deque
from collections.abc import AsyncGenerator, Sequence

from ...errors import BigUploadError
from ...stores.reading import RangeReading
from ...threads import Turns, in_thread
from .checksums import Checksums, crc_32
from .layout import Layout
from .member import Member
from .records import central_record, descriptor, local_header

#: Small files that are read ahead, and files that are read at once only for their CRC-32.
_AHEAD = 16
_AT_ONCE = 4
#: Small pieces are handed over together, about so many bytes at once.
_GATHERED = 2**18


class Archive:
    """A stored archive, as a `Download`.

    Parameters
    ----------
    name : str
        What it is to be called.
    destination : str
        What the files' store is called.
    """

    media_type = "application/zip"

    def __init__(
        self, name: str, layout: Layout, destination: str, reading: RangeReading, checksums: Checksums
    ) -> None:
        self.name = name
        self.size = layout.size
        self.etag = layout.etag
        self.modified = layout.modified
        self._layout = layout
        self._destination = destination
        self._reading = reading
        self._checksums = checksums

    @classmethod
    async def of(
        cls,
        name: str,
        members: Sequence[Member],
        *,
        destination: str,
        reading: RangeReading,
        checksums: Checksums,
    ) -> Archive:
        """Return the archive of `members`, of which none is read."""
        return cls(name, await in_thread(Layout)(members), destination, reading, checksums)

    def read(self, start: int, end: int) -> AsyncGenerator[bytes, None]:
        """Yield a range of it (see `Download`)."""
        return _gathered(
            _Reader(self._layout, self._destination, self._reading, self._checksums).read(start, end)
        )


class _Reader:
    """Reads one range of an archive, once."""

    def __init__(self, layout: Layout, destination: str, reading: RangeReading, checksums: Checksums) -> None:
        self._layout = layout
        self._members = layout.members
        self._destination = destination
        self._reading = reading
        self._checksums = checksums
        #: The CRC-32s of what this has read, one higher: 0 for those that it has not. More may be needed for
        #: the central directory than the others keep.
        self._seen = array("Q", bytes(8 * len(self._members)))

    async def read(self, start: int, end: int) -> AsyncGenerator[bytes, None]:
        """Yield the bytes `[start, end)`, in pieces of any size."""
        computing = asyncio.ensure_future(self._compute(start, end))
        try:
            for source in (self._files(start, end), self._directory(start, end)):
                async with contextlib.aclosing(source) as pieces:
                    async for at, piece in pieces:
                        if at < end and at + len(piece) > start:
                            yield piece[max(0, start - at) : end - at]
        finally:
            computing.cancel()
            await asyncio.wait([computing])
            if not computing.cancelled():
                computing.result()

    async def _files(self, start: int, end: int) -> AsyncGenerator[tuple[int, bytes], None]:
        """Yield what is in front of the central directory, each piece with its offset."""
        layout = self._layout
        first = following = layout.member_at(start)
        ahead: deque[asyncio.Task[bytes] | None] = deque()
        try:
            for index in range(first, len(self._members)):
                if layout.start(index) >= end:
                    return
                while (
                    following < len(self._members) and len(ahead) < _AHEAD and layout.start(following) < end
                ):
                    small = self._members[following].small
                    ahead.append(asyncio.ensure_future(self._small(following)) if small else None)
                    following += 1
                reading = ahead.popleft()
                if reading is not None:
                    yield layout.start(index), await reading
                    continue
                async with contextlib.aclosing(self._large(index, start, end)) as pieces:
                    async for piece in pieces:
                        yield piece
        finally:
            left = [task for task in ahead if task is not None]
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)

    async def _small(self, index: int) -> bytes:
        """Return a small member as a whole."""
        member = self._members[index]
        data = b""
        if member.size:
            data = await self._reading.read_small(member.path, member.size, member.state.etag)
        crc = zlib.crc32(data)  # of a MiB at most: to change threads takes as long
        self._note(index, crc)
        return local_header(member, crc) + data

    async def _large(self, index: int, start: int, end: int) -> AsyncGenerator[tuple[int, bytes], None]:
        """Yield what of a large member is in `[start, end)`, or a little more."""
        member = self._members[index]
        at = self._layout.start(index)
        header = local_header(member, None)
        yield at, header
        at += len(header)
        begin, stop = max(0, start - at), min(member.size, end - at)
        crc = 0
        if begin < stop:
            pieces = self._reading.read(member.path, begin, stop, member.state.etag)
            async with contextlib.aclosing(pieces):
                done = begin
                async for piece in pieces:
                    # While the piece is on its way.
                    summing = asyncio.ensure_future(crc_32(piece, crc)) if begin == 0 else None
                    yield at + done, piece
                    done += len(piece)
                    if summing is not None:
                        crc = await summing
            if begin == 0 and stop == member.size:
                self._note(index, crc)
        at += member.size
        if at < end:
            yield at, descriptor(member, await self._crc(index))

    async def _directory(self, start: int, end: int) -> AsyncGenerator[tuple[int, bytes], None]:
        """Yield the central directory and the end."""
        layout = self._layout
        turns = Turns()
        for index in range(layout.record_at(start), len(self._members)):
            at = layout.record(index)
            if at >= end:
                return
            yield at, central_record(self._members[index], layout.start(index), await self._crc(index))
            if turns.due:
                await turns.give()
        if layout.end_at < end:
            yield layout.end_at, layout.end

    async def _compute(self, start: int, end: int) -> None:
        """Compute, while others are sent, the CRC-32s that are needed of what is not sent as a whole."""
        layout = self._layout
        first = layout.member_at(start)
        needed: list[int] = []
        if first < len(self._members) and end > layout.start(first + 1) and not self._members[first].small:
            needed.append(first)  # of all, its CRC-32 is sent first
        if start <= layout.start(first):
            needed.clear()  # it is sent as a whole
        if end > layout.central:
            needed += range(layout.record_at(start), first)
        left = iter(needed)

        async def compute() -> None:
            # Whoever needs what can't be read meets the same.
            with contextlib.suppress(BigUploadError):
                for index in left:
                    await self._crc(index)

        await asyncio.gather(*(compute() for _ in range(_AT_ONCE)))

    async def _crc(self, index: int) -> int:
        seen = self._seen[index]
        if seen:
            return seen - 1
        member = self._members[index]
        crc = await self._checksums.of(self._destination, member, self._reading)
        self._seen[index] = crc + 1
        return crc

    def _note(self, index: int, crc: int) -> None:
        self._seen[index] = crc + 1
        self._checksums.note(self._destination, self._members[index], crc)


async def _gathered(pieces: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
    """Yield the same bytes, small pieces of them together."""
    held: list[bytes] = []
    length = 0
    async with contextlib.aclosing(pieces):
        async for piece in pieces:
            held.append(piece)
            length += len(piece)
            if length >= _GATHERED:
                yield b"".join(held)
                held, length = [], 0
    if held:
        yield b"".join(held)
