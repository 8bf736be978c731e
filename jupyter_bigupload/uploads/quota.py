"""How many bytes an administrator allows, for one upload and for all that are unfinished."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable, Mapping

from ..errors import QuotaExceeded, TooLarge
from .model import Limits, Upload
from .overview import Overview


class Quota:
    """The limits held against what is there.

    Parameters
    ----------
    overview : Overview
        Knows the unfinished uploads.
    limits : Limits
        What is allowed.
    """

    def __init__(self, overview: Overview, limits: Limits) -> None:
        self._overview = overview
        self._limits = limits
        self._creating = asyncio.Lock()
        # Bytes of what is on its way without a record.
        self._unrecorded = 0
        # By its id, what may come past this server: until when, and how many bytes. The oldest is first.
        self._reserved: dict[str, tuple[float, int]] = {}

    @contextlib.asynccontextmanager
    async def room_for(self, size: int | None, *, counted: int = 0) -> AsyncIterator[None]:
        """Keep other uploads from being created until this one, of `size` bytes, counts.

        Parameters
        ----------
        counted : int
            Bytes of it that count already.

        Raises
        ------
        TooLarge
            When it is over the limit of one upload.
        QuotaExceeded
            When it is over that of all unfinished ones together.
        """
        if size is not None and (refused := too_large(size, self._limits)) is not None:
            raise refused
        if not self._limits.max_unfinished_size:
            yield
            return
        async with self._creating:
            await self._require((size or 0) - counted)
            yield

    @contextlib.asynccontextmanager
    async def room_without_record(self, size: int) -> AsyncIterator[None]:
        """Count `size` bytes that no record tells of, for as long as they are on their way.

        Raises
        ------
        QuotaExceeded
            When all that is unfinished would be over its limit with them.
        """
        async with self._creating:
            await self._require(size)
            self._unrecorded += size
        try:
            yield
        finally:
            self._unrecorded -= size

    async def reserve(self, sizes: Mapping[str, int], *, now: float, until: float) -> None:
        """Count bytes that no record tells of until they are released, or until they can't come any more.

        Parameters
        ----------
        sizes : Mapping[str, int]
            By the ids with which they are released.
        now, until : float
            Seconds since 1970.

        Raises
        ------
        QuotaExceeded
            When all that is unfinished would be over its limit with them.
        """
        if not self._limits.max_unfinished_size:
            return
        async with self._creating:
            self._forget_expired(now)
            await self._require(sum(sizes.values()))
            for name, size in sizes.items():
                self._reserved[name] = until, size
                self._unrecorded += size

    def release(self, names: Iterable[str]) -> None:
        """Count what was reserved no longer."""
        for name in names:
            _, size = self._reserved.pop(name, (0.0, 0))
            self._unrecorded -= size

    def _forget_expired(self, now: float) -> None:
        self.release([name for name, (until, _) in self._reserved.items() if until < now])

    async def most(self, upload: Upload) -> int | None:
        """Return the most bytes that an upload of unknown size may still get; None for no limit."""
        if upload.size is not None:
            return None
        limits = []
        if self._limits.max_upload_size:
            limits.append(self._limits.max_upload_size - upload.received.total)
        if self._limits.max_unfinished_size:
            limits.append(self._limits.max_unfinished_size - await self._overview.unfinished_bytes())
        return max(0, min(limits)) if limits else None

    async def _require(self, size: int) -> None:
        most = self._limits.max_unfinished_size
        if not most:
            return
        used = await self._overview.unfinished_bytes() + self._unrecorded
        if used + size > most:
            raise QuotaExceeded(
                f"Unfinished uploads may have {most} bytes together; "
                f"{used} are taken. Finish or cancel some of them first.",
                limit=most,
                used=used,
            )


def too_large(size: int, limits: Limits) -> TooLarge | None:
    """Return the error for a file of `size` bytes that is over the limit of one upload."""
    most = limits.max_upload_size
    if not most or size <= most:
        return None
    return TooLarge(f"The file has {size} bytes; this server allows {most}.", limit=most)
