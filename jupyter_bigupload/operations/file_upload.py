"""A file while an operation saves it: what is missing, and how that is written."""

from __future__ import annotations

import asyncio
import contextlib
import functools
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Awaitable,
    Callable,
    Iterator,
    Sequence,
)
from typing import TypeVar

from ..digests import Digest, SupportsUpdate, digest_of
from ..errors import Checking
from ..stores.base import Handle
from ..stores.retries import retried
from ..tasks import all_of
from ..threads import in_bytes_thread
from ..uploads import Upload, UploadService

T = TypeVar("T")

#: Bytes of a file that are worth a body of their own.
_LEAST = 8 * 2**20
#: The largest part that is held in memory, so that its digest is known before it is sent.
_MOST_HELD = 32 * 2**20
#: Seconds between two looks at what is read back.
_LOOK = 0.5

#: Yields the bytes `[start, end)` of a file; `end` is None where nobody knows where that is.
Read = Callable[[int, int | None], AsyncGenerator[bytes, None]]
#: Told, again and again, how many more bytes have come.
Told = Callable[[int], None]


class FileUpload:
    """A file while it is saved: begun, perhaps long ago, and not complete.

    Parameters
    ----------
    uploads : UploadService
        Where it is saved.
    upload : Upload
        As it was when it was begun.
    verified : str or None
        The digest that its store holds against the bytes of a part; None where it verifies nothing.
    alive : Callable
        Called now and then while its bytes are read back.
    """

    def __init__(
        self,
        uploads: UploadService,
        upload: Upload,
        verified: str | None = None,
        alive: Callable[[], None] = lambda: None,
    ) -> None:
        self._uploads = uploads
        self._upload = upload
        self._verified = verified
        self._alive = alive

    @property
    def received(self) -> int:
        """Bytes that were there when it was begun."""
        return self._upload.received.total

    @property
    def id(self) -> str:
        """Of its upload."""
        return self._upload.id

    @property
    def handle(self) -> Handle:
        """Its store's own key to its bytes."""
        handle = self._upload.handle
        assert handle is not None  # noqa: S101  # it was begun
        return handle

    async def enter(self, start: int, end: int, digest: Digest) -> None:
        """Enter a part that its store has made itself (see `DirectParts.enter`)."""
        await self._uploads.direct.enter(self._upload.id, start, end, digest)

    @property
    def part_size(self) -> int | None:
        """Bytes of a part of its store; None where chunks of any size are as good."""
        return self._uploads.writer.part_size(self._upload)

    def missing(self, at_once: int) -> Sequence[tuple[int, int]]:
        """Return the ranges to be written, in up to `at_once` pieces or as many as there are gaps.

        It has a known size.
        """
        gaps = self._upload.received.gaps(self._size)
        part = self.part_size or 1
        length = max(_LEAST, -(-gaps.total // at_once))
        length = -(-length // part) * part
        return [(at, min(at + length, end)) for start, end in gaps.ranges for at in range(start, end, length)]

    def missing_parts(self) -> Sequence[tuple[int, int]]:
        """Return the ranges to be written, cut where the parts of its store end."""
        part = self.part_size or _LEAST
        gaps = self._upload.received.gaps(self._size).ranges
        return [step for start, end in gaps for step in _cut(start, end, part)]

    def steps(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield `[start, end)` in pieces that can be held in memory, each a part of its store if that can."""
        part = self.part_size or _LEAST
        return _cut(start, end, part if part <= _MOST_HELD else _LEAST)

    async def write(self, start: int, end: int | None, body: AsyncIterator[bytes]) -> None:
        """Store the bytes `[start, end)`; of a long body, whatever came stays when it breaks off.

        Raises
        ------
        BigUploadError
            As `UploadService.write`, or whatever `body` raises.
        """
        total = self._upload.size
        await self._uploads.write(self._upload.id, start=start, end=end, total=total, body=body)

    async def write_missing(self, read: Read, progress: Told, *, at_once: int) -> None:
        """Store all that is missing of a file of known size, `at_once` ranges at the same time.

        Where the store verifies a part as it comes, each is sent with its digest, and again while the store
        is too busy for it; of larger ones no store has to be told before.

        Raises
        ------
        BigUploadError
            As `write`, or whatever `read` or `progress` raise.
        """
        if self._verified is None or self.part_size is None or self.part_size > _MOST_HELD:
            await all_of(
                self.write(start, end, told(read(start, end), progress))
                for start, end in self.missing(at_once)
            )
            return
        parts = iter(self.missing_parts())

        async def send_next_ones() -> None:
            for start, end in parts:
                await self.send(start, end, [piece async for piece in told(read(start, end), progress)])

        await all_of(send_next_ones() for _ in range(at_once))

    async def send(self, start: int, end: int, held: Sequence[bytes]) -> None:
        """Store the bytes `[start, end)`, all or none; with their digest, where the store verifies it.

        Raises
        ------
        BigUploadError
            As `UploadService.write`.
        """
        digest = None if self._verified is None else await in_bytes_thread(digest_of)(held, self._verified)
        send = functools.partial(self._uploads.write, self._upload.id, start=start, end=end, total=self._size)
        await retried(lambda: send(body=_each(held), digest=digest))

    @property
    def can_read_back(self) -> bool:
        """Whether its store can tell what it really holds."""
        return self._uploads.can_read_back(self._upload.destination)

    async def read_back(self, start: int, end: int, hasher: SupportsUpdate) -> None:
        """Feed `hasher` what is stored of `[start, end)`.

        Raises
        ------
        BigUploadError
            As `UploadService.read_back`.
        """
        await self._uploads.read_back(self._upload.id, start, end, hasher)

    async def complete(self) -> Upload:
        """Give it its name, durably, and return it as it is then.

        Raises
        ------
        Exists
            When the name is taken.
        BigUploadError
            As `UploadService.complete`.
        """
        return await checked(lambda: self._uploads.complete(self._upload.id), self._alive)

    @property
    def _size(self) -> int:
        size = self._upload.size
        assert size is not None  # noqa: S101  # the caller knows
        return size


async def checked(attempt: Callable[[], Awaitable[T]], alive: Callable[[], None]) -> T:
    """Return what `attempt` returns once what is there has been read back, however long that takes.

    Parameters
    ----------
    alive : Callable
        Called again and again as long as more of them are read.
    """
    before = None
    while True:
        try:
            return await attempt()
        except Checking as checking:
            now = checking.details.get("checked")
            if now != before:
                alive()
            before = now
            await asyncio.sleep(_LOOK)


async def told(pieces: AsyncGenerator[bytes, None], progress: Told) -> AsyncIterator[bytes]:
    """Pass `pieces` on, and tell of each."""
    async with contextlib.aclosing(pieces):
        async for piece in pieces:
            progress(len(piece))
            yield piece


def _cut(start: int, end: int, size: int) -> Iterator[tuple[int, int]]:
    """Yield `[start, end)`, cut at the multiples of `size`."""
    while start < end:
        border = min(end, (start // size + 1) * size)
        yield start, border
        start = border


async def _each(pieces: Sequence[bytes]) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece
