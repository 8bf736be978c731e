"""Files in a folder of this machine, or of a file server that it has mounted.

Bytes go to a hidden partial beside the target, `.<name>.<key>.bigupload`; the last step is a length check,
fsync, rename, and fsync of the folder. Nothing is under the target's name before.

`begin` finds out where the target's folder really is; from then on the folder is reached from the root
without following any link, and everything in it is done by descriptor.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import stat
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from ...digests import Digest, SupportsUpdate
from ...disk.errors import translated
from ...disk.folders import NO_FOLDER, Folder, open_folder
from ...disk.open_file import finished, opened
from ...disk.paths import Place, locate, partial_name
from ...disk.reading import drop_page_cache, hash_range
from ...disk.space import SpaceWatch, require_space
from ...disk.writing import write_at
from ...errors import Exists, FolderMissing, NotFound, ReadOnly
from ...threads import in_bytes_thread, in_thread
from ..base import (
    Capabilities,
    Handle,
    OnConflict,
    Orphan,
    Part,
    Stamp,
    Stored,
    Target,
    WriteObserver,
)
from .background_sync import BackgroundSync
from .joining import copy_partial
from .many import LocalManyFiles
from .orphans import OrphanWalk
from .partial import Partial
from .placement import place
from .reading import LocalReading
from .removing import LocalRemoving

#: Bytes of what `st_blocks` counts.
_BLOCK = 512
#: What opening answers when the name is free, a link's, a socket's, or a file's that is somebody else's.
_NO_FILE = {errno.ENOENT, errno.ELOOP, errno.ENXIO, errno.EACCES, errno.EPERM}


class LocalStore:
    """A folder and what is below it.

    Parameters
    ----------
    root : Path
        The folder; nothing outside of it is ever written.
    min_free_space : int
        Bytes of its disk that uploads leave free.
    """

    capabilities = Capabilities()

    def __init__(self, root: Path, min_free_space: int = 0) -> None:
        self._root = root.resolve()
        self._min_free_space = min_free_space
        self._walk = OrphanWalk(self._root)
        #: Its ways with many files at once (see `Batching`).
        self.many = LocalManyFiles(self._root, min_free_space)
        #: Its way to read finished files (see `Readable`).
        self.reading = LocalReading(self._root, self._open_finished)
        #: Its way to remove them (see `Removable`).
        self.removing = LocalRemoving(self._root, self._located)

    async def begin(self, target: Target) -> Handle:
        """Make the partial (see `Store`)."""
        return await in_thread(self._begin)(target)

    async def write_part(
        self,
        handle: Handle,
        start: int,
        body: AsyncIterator[bytes],
        hasher: SupportsUpdate,
        *,
        end: int | None = None,
        digest: Digest | None = None,
        observer: WriteObserver | None = None,
    ) -> Part:
        """Write `body` at `start` while the next piece of it arrives (see `Store`).

        The piece that reaches `end` is written, flushed and the file closed in one turn of a thread, which
        is all that a small chunk takes.
        """
        written = start
        opening = partial(self._open_observed, handle, observer)
        async with opened(opening, None if observer is None else partial(_note, observer.after)) as file:
            sync = BackgroundSync(file)
            space = SpaceWatch(self._min_free_space, None if end is None else end - start)
            writing: asyncio.Task[None] | None = None
            last: Callable[[int], None] | None = None
            async for piece in body:
                if writing is not None:
                    await finished(writing)
                await sync.wrote(len(piece))
                if written + len(piece) == end:
                    last = partial(_write, piece=piece, start=written, hasher=hasher, space=space)
                else:
                    writing = file.start(_write, piece, written, hasher, space)
                written += len(piece)
            if writing is not None:
                await finished(writing)
            await sync.close(last)
        return Part(start, written)

    async def parts(self, handle: Handle) -> Sequence[Part]:
        """Return all up to the partial's length: only its record knows which of that was written."""
        try:
            return [Part(0, await in_thread(self._length)(handle))]
        except NotFound:
            return []

    async def stamp(self, handle: Handle) -> Stamp:
        """Return modification time and length of the partial, and whether it has holes (see `Stamping`)."""
        async with opened(partial(self._open, handle, os.O_RDONLY)) as file:
            return await finished(file.start(_stamp))

    async def digest_part(self, handle: Handle, start: int, end: int, hasher: SupportsUpdate) -> None:
        """Read `[start, end)` of the partial from the disk (see `PartReading`)."""
        async with opened(partial(self._open, handle, os.O_RDONLY)) as file:
            await drop_page_cache(file, start, end)
            await hash_range(file, start, end, hasher)

    async def read_partial(self, handle: Handle, start: int, end: int) -> bytes:
        """Read `[start, end)` of the partial (see `PartialReadable`)."""
        return await in_bytes_thread(self._read_partial)(handle, start, end)

    async def copy_partial(self, source: Handle, start: int, end: int, handle: Handle, at: int) -> None:
        """Copy from one partial to another (see `Joining`)."""
        await copy_partial(
            self._open,
            source,
            handle,
            start=start,
            end=end,
            at=at,
            min_free_space=self._min_free_space,
        )

    async def commit(
        self, handle: Handle, size: int, on_conflict: OnConflict, *, digest: Digest | None = None
    ) -> Stored:
        """Check the length, fsync, rename, fsync the folder (see `Store`)."""
        return await in_bytes_thread(self._commit)(handle, size, on_conflict)

    async def discard(self, handle: Handle) -> None:
        """Remove the partial (see `Store`)."""
        await in_thread(self._discard)(handle)

    async def size(self, path: str) -> int | None:
        """Return the bytes of the finished file at `path` (see `Store`)."""
        return await in_thread(self._size)(path)

    async def digest_file(self, path: str, hasher: SupportsUpdate) -> int:
        """Read the finished file at `path` (see `Store`).

        Unlike a partial it is someone's to work with, so it is left in memory if it is there.
        """
        async with opened(partial(self._open_finished, path)) as file:
            return await hash_range(file, 0, sys.maxsize, hasher)

    async def find_orphans(self, tag: str, *, before: float) -> Sequence[Orphan]:
        """Look through some of the folders below the root (see `OrphanFinding`)."""
        return await self._walk.find(tag, before)

    def is_same(self, one: Handle, other: Handle) -> bool:
        """Return whether both are of one partial, in whatever folder it is now (see `OrphanFinding`)."""
        return Partial.of(one).is_same(Partial.of(other))

    @contextlib.contextmanager
    def _located(self, path: str) -> Iterator[tuple[Folder, Place]]:
        """Hold open the folder of a client's path."""
        found = locate(self._root, path)
        with translated(), contextlib.ExitStack() as stack:
            try:
                folder = stack.enter_context(open_folder(self._root, found.folder))
            except OSError as error:
                if error.errno in NO_FOLDER:  # it was moved since it was located
                    raise FolderMissing(f"There is no folder {found.folder!r} any more.") from None
                raise
            yield folder, found

    @contextlib.contextmanager
    def _folder_of(self, partial: Partial) -> Iterator[Folder]:
        """Hold open what is now at the path of a partial's folder."""
        with translated(), contextlib.ExitStack() as stack:
            try:
                folder = stack.enter_context(open_folder(self._root, partial.folder))
            except OSError as error:
                if error.errno in NO_FOLDER:
                    raise partial.unavailable() from None
                raise
            yield folder

    def _begin(self, target: Target) -> Handle:
        with self._located(target.path) as (folder, found):
            # Whatever has the partial's name is no use: the rest of an upload that was never acknowledged, or
            # someone else's file, put there to be written to. It goes first, since what follows may refuse.
            folder.unlink(partial_name(found.name, target.key))
            self._require_target(folder, found.name, target)
            return Partial.make(folder, found, target.key).handle()

    def _require_target(self, folder: Folder, name: str, target: Target) -> None:
        with contextlib.suppress(FileNotFoundError):
            there = folder.stat(name)
            size = there.st_size if stat.S_ISREG(there.st_mode) else None
            if target.on_conflict is OnConflict.FAIL:
                raise Exists(f"A file named {name!r} exists.", path=target.path, size=size)
            if target.on_conflict is OnConflict.REPLACE and stat.S_ISDIR(there.st_mode):
                raise Exists(f"{name!r} is a folder.", path=target.path, size=None)
        if not folder.writable():
            raise ReadOnly("This folder can't be written to.")
        require_space(folder.fd, target.size or 0, self._min_free_space)

    def _open(self, handle: Handle, flags: int) -> int:
        partial = Partial.of(handle)
        with self._folder_of(partial) as folder:
            return partial.open(folder, flags)

    def _open_observed(self, handle: Handle, observer: WriteObserver | None) -> int:
        fd = self._open(handle, os.O_WRONLY)
        try:
            if observer is not None:
                _note(observer.before, fd)
        except BaseException:
            os.close(fd)
            raise
        return fd

    def _read_partial(self, handle: Handle, start: int, end: int) -> bytes:
        fd = self._open(handle, os.O_RDONLY)
        try:
            with translated():
                return os.pread(fd, end - start, start)
        finally:
            os.close(fd)

    def _length(self, handle: Handle) -> int:
        fd = self._open(handle, os.O_RDONLY)
        try:
            return os.fstat(fd).st_size
        finally:
            os.close(fd)

    def _commit(self, handle: Handle, size: int, on_conflict: OnConflict) -> Stored:
        partial = Partial.of(handle)
        with self._folder_of(partial) as folder:
            name = place(folder, partial, size, on_conflict)
        return Stored(f"{partial.folder}/{name}" if partial.folder else name, size)

    def _discard(self, handle: Handle) -> None:
        partial = Partial.of(handle)
        with self._folder_of(partial) as folder:
            partial.remove(folder)

    def _open_finished(self, path: str) -> int:
        with self._located(path) as (folder, found):
            try:
                fd = folder.open(found.name, os.O_RDONLY)
            except OSError as error:
                if error.errno not in _NO_FILE:
                    raise
                raise NotFound(f"There is no file {path!r} that can be read.") from None
            if not stat.S_ISREG(os.fstat(fd).st_mode):
                os.close(fd)
                raise NotFound(f"{path!r} is no file.")
            return fd

    def _size(self, path: str) -> int | None:
        with self._located(path) as (folder, found):
            try:
                there = folder.stat(found.name)
            except FileNotFoundError:
                return None
        return there.st_size if stat.S_ISREG(there.st_mode) else None


def _write(fd: int, piece: bytes, start: int, hasher: SupportsUpdate, space: SpaceWatch) -> None:
    space.before(fd, len(piece))
    hasher.update(piece)
    write_at(fd, piece, start)


def _note(observe: Callable[[Callable[[], str]], None], fd: int) -> None:
    observe(lambda: _stamp_value(os.fstat(fd)))


def _stamp(fd: int) -> Stamp:
    found = os.fstat(fd)
    return Stamp(_stamp_value(found), _is_sparse(fd, found))


def _stamp_value(found: os.stat_result) -> str:
    return f"{found.st_mtime_ns}-{found.st_size}"


def _is_sparse(fd: int, found: os.stat_result) -> bool:
    """Return whether the file may have holes: never false for one that has.

    Its blocks alone are not enough, since those of its index, and those reserved beyond its end, count too;
    nor is what the file system says, which NFS 3 does not pass on.
    """
    if found.st_blocks * _BLOCK < found.st_size:
        return True
    try:
        return bool(found.st_size) and os.lseek(fd, 0, os.SEEK_HOLE) < found.st_size
    except (AttributeError, OSError):  # a system, or a file system, that does not know
        return False
