"""Locks, so that two writers of one upload never mix their bytes.

Within this process a lock is on a range of an upload (several may be written at once, as long as they don't
overlap) or on all of it. Between processes, which may share a home folder over NFS, an upload belongs to the
process that holds any lock on it: one POSIX record lock each, in one file.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import fcntl
import hashlib
import os
import time
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from ..errors import BigUploadError, Locked, NotFound, StorageFailed
from ..threads import in_thread
from .model import Upload

#: Starts before every range, so that it is told from the range of a body without a length.
_EVERYTHING = (-1, float("inf"))
#: What file systems without record locks answer (some NFS and FUSE mounts).
_NO_LOCKS_HERE = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL}


@dataclass(eq=False)
class Held:
    """What all tasks of this process that hold a lock on an upload know together.

    Parameters
    ----------
    mutex : asyncio.Lock
        Serialises what must not interleave within this process: taking the process lock, changing the record.
    upload : Upload or None
        The record as it is now, once it was loaded. No other process changes it as long as a lock is held.
    """

    mutex: asyncio.Lock = field(default_factory=asyncio.Lock)
    upload: Upload | None = None


@dataclass(eq=False)
class Lease:
    """A lock that is held. Its holder says now and then that bytes still come."""

    upload_id: str
    held: Held
    span: tuple[float, float]
    task: asyncio.Task[object]
    moved: float
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    evicted: BigUploadError | None = None
    #: Ends the holder's work so that it can keep what it has; None to cancel its task.
    stop: Callable[[], None] | None = None

    def progress(self) -> None:
        """Say that bytes came: a lease that makes progress is never taken away by another writer."""
        self.moved = time.monotonic()

    def evict(self, why: BigUploadError) -> None:
        """End the holder's work; it ends with `why`."""
        self.evicted = why
        if self.stop is not None:
            self.stop()
        else:
            self.task.cancel()


@dataclass(eq=False)
class _Entry:
    leases: set[Lease] = field(default_factory=set)
    held: Held = field(default_factory=Held)
    users: int = 0
    ours: bool = False
    giving_back: asyncio.TimerHandle | None = None


class Locks:
    """The locks of all uploads whose records are in one folder.

    Parameters
    ----------
    folder : Path
        Where the lock file is kept; made when first needed.
    stalled_after : float
        Seconds without a byte after which a newer writer may take a range over. A connection whose other
        end has vanished (a laptop that sleeps) would otherwise hold it until TCP gives up.
    kept_for : float
        Seconds for which an upload that nobody here holds any more still belongs to this process: the next
        chunk of it need not take it from the other processes again.
    """

    def __init__(self, folder: Path, *, stalled_after: float = 10.0, kept_for: float = 0.1) -> None:
        self._path = folder / "locks"
        self._stalled_after = stalled_after
        self._kept_for = kept_for
        self._entries: dict[str, _Entry] = {}
        self._fd: int | None = None
        self._ending: set[asyncio.Task[None]] = set()

    @contextlib.asynccontextmanager
    async def range(
        self,
        upload_id: str,
        start: int,
        end: int | None,
        *,
        evict: Literal["stalled", "all"] = "stalled",
        then: Callable[[], None] = lambda: None,
    ) -> AsyncIterator[Lease]:
        """Hold `[start, end)` of an upload (`end` None: to wherever it ends).

        Parameters
        ----------
        evict : str
            Which writers of any of it are ended first (see `whole`).
        then : Callable
            Is called in the thread that takes the upload from other processes, right after that; not at all
            where another task of this one holds some of it already. Raises nothing.

        Raises
        ------
        Locked
            When someone else holds any of it and makes progress.
        StorageFailed
            When there is no place for the lock.
        """
        span = (start, float("inf") if end is None else end)
        taken_over = Locked("Another connection went on with this part of the upload.")
        async with self._entry(upload_id) as entry:
            leaving = _writers(entry, span) if evict == "all" else self._stalled(entry, span)
            await self._evict(leaving, taken_over)
            async with self._hold(upload_id, entry, span, then) as lease:
                yield lease

    @contextlib.asynccontextmanager
    async def whole(
        self, upload_id: str, *, evict: Literal["nobody", "stalled", "all"] = "nobody"
    ) -> AsyncIterator[Lease]:
        """Hold all of an upload.

        Parameters
        ----------
        evict : str
            Which writers are ended first. `"stalled"`: those without a byte for a time, whose connection may
            be dead (what they send is there already, or is asked for again). `"all"`: for a cancelled upload.

        Raises
        ------
        Locked
            When someone else holds any of it.
        """
        async with self._entry(upload_id) as entry:
            if evict == "all":
                await self._evict(_writers(entry, _EVERYTHING), NotFound("This upload was cancelled."))
            elif evict == "stalled":
                await self._evict(self._stalled(entry, _EVERYTHING), Locked("This upload was completed."))
            async with self._hold(upload_id, entry, _EVERYTHING) as lease:
                # Its holder may remove the record, or make another.
                entry.held.upload = None
                try:
                    yield lease
                finally:
                    entry.held.upload = None

    @contextlib.asynccontextmanager
    async def _entry(self, upload_id: str) -> AsyncIterator[_Entry]:
        entry = self._entries.setdefault(upload_id, _Entry())
        entry.users += 1
        try:
            yield entry
        finally:
            self._leave_entry(upload_id, entry)

    def _leave_entry(self, upload_id: str, entry: _Entry) -> None:
        entry.users -= 1
        if not entry.users:
            self._entries.pop(upload_id)

    @contextlib.asynccontextmanager
    async def _hold(
        self,
        upload_id: str,
        entry: _Entry,
        span: tuple[float, float],
        then: Callable[[], None] = lambda: None,
    ) -> AsyncIterator[Lease]:
        if any(_holders(entry, span)):
            raise Locked("These bytes are being written by someone else right now.")
        task = asyncio.current_task()
        assert task is not None, "locks are held by tasks"  # noqa: S101  # narrows the type
        lease = Lease(upload_id, entry.held, span, task, time.monotonic())
        entry.leases.add(lease)
        try:
            async with entry.held.mutex:
                if not entry.ours:
                    taking = asyncio.ensure_future(self._take_from_others(upload_id, then))
                    try:
                        await asyncio.shield(taking)
                    finally:
                        # A caller who is cancelled meanwhile gives it back, like any other.
                        await asyncio.wait([taking])
                        entry.ours = taking.exception() is None
            yield lease
        except asyncio.CancelledError:
            if lease.evicted is not None:
                raise lease.evicted from None
            raise
        finally:
            entry.leases.discard(lease)
            lease.gone.set()
            if entry.ours and not entry.leases:
                entry.held.upload = None
                self._give_back_later(upload_id, entry)

    def _give_back_later(self, upload_id: str, entry: _Entry) -> None:
        """Give the upload back to other processes, unless somebody here wants it again soon."""
        if entry.giving_back is None:
            entry.users += 1
        else:
            entry.giving_back.cancel()

        def start() -> None:
            entry.giving_back = None
            self._ending.add(task := asyncio.ensure_future(self._give_back_unused(upload_id, entry)))
            task.add_done_callback(self._ending.discard)

        entry.giving_back = asyncio.get_running_loop().call_later(self._kept_for, start)

    async def _give_back_unused(self, upload_id: str, entry: _Entry) -> None:
        try:
            async with entry.held.mutex:
                if entry.ours and not entry.leases:
                    await in_thread(self._give_back)(upload_id)
                    entry.ours = False
        finally:
            self._leave_entry(upload_id, entry)

    def _stalled(self, entry: _Entry, span: tuple[float, float]) -> Iterable[Lease]:
        since = time.monotonic() - self._stalled_after
        return (writer for writer in _writers(entry, span) if writer.moved < since)

    async def _evict(self, leases: Iterable[Lease], why: BigUploadError) -> None:
        leaving = list(leases)
        # All at once: who leaves by itself before its turn comes would be ended at whatever it does next.
        for lease in leaving:
            lease.evict(why)
        for lease in leaving:
            await lease.gone.wait()

    async def _take_from_others(self, upload_id: str, then: Callable[[], None]) -> None:
        """Take an upload from the other processes, which keep it a moment longer than needed."""
        deadline = time.monotonic() + 2 * self._kept_for
        while True:
            try:
                return await in_thread(self._take)(upload_id, then)
            except Locked:
                if time.monotonic() >= deadline:
                    raise
            await asyncio.sleep(self._kept_for / 4)

    def _take(self, upload_id: str, then: Callable[[], None]) -> None:
        self._take_lock(upload_id)
        then()

    def _take_lock(self, upload_id: str) -> None:
        if self._fd is None:
            try:
                self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                self._fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            except OSError as error:
                reason = error.strerror or error
                raise StorageFailed(f"The server can't keep track of uploads: {reason}.") from error
        try:
            fcntl.lockf(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, _position(upload_id))
        except OSError as error:
            if error.errno in _NO_LOCKS_HERE:
                return
            raise Locked("Another Jupyter server is writing this upload right now.") from None

    def _give_back(self, upload_id: str) -> None:
        if self._fd is not None:
            with contextlib.suppress(OSError):  # where there are no locks, there is none to give back
                fcntl.lockf(self._fd, fcntl.LOCK_UN, 1, _position(upload_id))


def _holders(entry: _Entry, span: tuple[float, float]) -> Iterable[Lease]:
    return (o for o in entry.leases if o.span[0] < span[1] and span[0] < o.span[1])


def _writers(entry: _Entry, span: tuple[float, float]) -> Iterable[Lease]:
    """Yield the holders of ranges. Whoever holds everything may be in a commit, which is never ended."""
    return (o for o in _holders(entry, span) if o.span != _EVERYTHING)


def _position(upload_id: str) -> int:
    """Return the byte of the lock file that stands for the upload (a lock needs no byte to be there)."""
    return int.from_bytes(hashlib.sha256(upload_id.encode()).digest()[:7], "big")
