"""Files in a folder of this machine, or of a file server that it has mounted.

Bytes go to a hidden partial beside the target, `.<name>.<key>.bigupload`; the last step is a length check,
fsync, rename, and fsync of the folder. Nothing is under the target's name before.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import stat
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from ..disk import in_thread, sync_folder, write_at
from ..errors import Exists, LengthMismatch, NotFound, ReadOnly
from ._errors import translated
from ._open_file import finished, opened
from ._paths import Place, locate, partial_name
from ._placement import numbered, place
from ._push import Push
from ._reading import feed, forget
from ._space import SpaceWatch, check_space
from .base import Capabilities, Handle, Hasher, OnConflict, Part, Stored, Target

#: What opening answers when the name is no file's: free, below a file, a link's, a socket's.
_NO_FILE = {errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENXIO}


class LocalStore:
    """A folder and what is below it.

    Parameters
    ----------
    root : Path
        The folder; nothing outside of it is ever written.
    min_free_space : int
        Bytes of its disk that uploads leave free.
    """

    capabilities = Capabilities(min_part=1, max_part=2**63 - 1, out_of_order=True)

    def __init__(self, root: Path, min_free_space: int = 0) -> None:
        self._root = root.resolve()
        self._min_free_space = min_free_space

    async def begin(self, target: Target) -> Handle:
        """Make the partial (see `Store`)."""
        return await in_thread(self._begin)(target)

    async def write_part(
        self, handle: Handle, start: int, body: AsyncIterator[bytes], hasher: Hasher
    ) -> Part:
        """Write `body` at `start` while the next piece of it arrives (see `Store`)."""
        end = start
        async with opened(_open_partial, handle) as file:
            push, space = Push(file), SpaceWatch(self._min_free_space)
            writing: asyncio.Task[None] | None = None
            async for piece in body:
                if writing is not None:
                    await finished(writing)
                await push.wrote(len(piece))
                writing = file.start(_write, piece, end, hasher, space)
                end += len(piece)
            if writing is not None:
                await finished(writing)
            await push.complete()
        return Part(start, end)

    async def parts(self, handle: Handle) -> Sequence[Part]:
        """Return all up to the partial's length: only its record knows which of that was written."""
        try:
            return [Part(0, await in_thread(_partial_size)(handle))]
        except NotFound:
            return []

    async def digest_part(self, handle: Handle, start: int, end: int, hasher: Hasher) -> None:
        """Read `[start, end)` of the partial from the disk (see `Store`)."""
        async with opened(_open_partial, handle) as file:
            await forget(file, start, end)
            await feed(file, start, end, hasher)

    async def commit(self, handle: Handle, size: int, on_conflict: OnConflict) -> Stored:
        """Check the length, fsync, rename, fsync the folder (see `Store`)."""
        target = await in_thread(_commit)(handle, size, on_conflict)
        return Stored(target.relative_to(self._root).as_posix(), size)

    async def discard(self, handle: Handle) -> None:
        """Remove the partial (see `Store`)."""
        with translated():
            await in_thread(_partial(handle).unlink)(missing_ok=True)

    async def size(self, path: str) -> int | None:
        """Return the bytes of the finished file at `path` (see `Store`)."""
        return await in_thread(self._size)(path)

    async def digest_file(self, path: str, hasher: Hasher) -> int:
        """Read the finished file at `path` (see `Store`).

        Unlike a partial it is someone's to work with, so it is left in memory if it is there.
        """
        async with opened(self._open_finished, path) as file:
            return await feed(file, 0, sys.maxsize, hasher)

    def _size(self, path: str) -> int | None:
        file = locate(self._root, path).path
        try:
            found = file.lstat()
        except FileNotFoundError:
            return None
        return found.st_size if stat.S_ISREG(found.st_mode) else None

    def _open_finished(self, path: str) -> int:
        file = locate(self._root, path).path
        with translated():
            try:
                # A pipe of that name would let the open wait for its other end.
                fd = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
            except OSError as error:
                if error.errno not in _NO_FILE:
                    raise
                raise NotFound(f"There is no file {path!r}.") from None
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            os.close(fd)
            raise NotFound(f"{path!r} is no file.")
        return fd

    def _check(self, target: Target) -> Place:
        found = locate(self._root, target.path)
        with translated():
            with contextlib.suppress(FileNotFoundError):
                there = found.path.lstat()
                size = there.st_size if stat.S_ISREG(there.st_mode) else None
                if target.on_conflict is OnConflict.FAIL:
                    raise Exists(f"A file named {found.name!r} exists.", path=target.path, size=size)
                if target.on_conflict is OnConflict.REPLACE and stat.S_ISDIR(there.st_mode):
                    raise Exists(f"{found.name!r} is a folder.", path=target.path, size=None)
            if not os.access(found.folder, os.W_OK | os.X_OK):
                raise ReadOnly("This folder can't be written to.")
            check_space(found.folder, target.size or 0, self._min_free_space)
        return found

    def _begin(self, target: Target) -> Handle:
        found = self._check(target)
        partial = found.folder / partial_name(found.name, target.key)
        with translated():
            flags = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
            fd = os.open(partial, flags, 0o666)
            try:
                inode = os.fstat(fd).st_ino
            finally:
                os.close(fd)
        return {
            "folder": str(found.folder),
            "name": found.name,
            "partial": partial.name,
            "inode": inode,
        }


def _write(fd: int, piece: bytes, start: int, hasher: Hasher, space: SpaceWatch) -> None:
    space.before(fd, len(piece))
    hasher.update(piece)
    write_at(fd, piece, start)


def _partial(handle: Handle) -> Path:
    return Path(str(handle["folder"]), str(handle["partial"]))


def _open_partial(handle: Handle) -> int:
    """Return a descriptor of the partial that `begin` made, and of no other file of that name."""
    gone = NotFound("The unfinished file was removed from its folder; upload it again.")
    with translated():
        try:
            fd = os.open(_partial(handle), os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
        except FileNotFoundError:
            raise gone from None
        if os.fstat(fd).st_ino != handle["inode"]:
            os.close(fd)
            raise gone
    return fd


def _partial_size(handle: Handle) -> int:
    fd = _open_partial(handle)
    try:
        return os.fstat(fd).st_size
    finally:
        os.close(fd)


def _commit(handle: Handle, size: int, on_conflict: OnConflict) -> Path:
    target = Path(str(handle["folder"]), str(handle["name"]))
    try:
        fd = _open_partial(handle)
    except NotFound:
        # A server that died after the rename left no partial: then the target is that very file.
        done = _already_placed(handle, target, size)
        if done is None:
            raise
        return done
    with translated():
        try:
            length = os.fstat(fd).st_size
            if length != size:
                raise LengthMismatch(f"The unfinished file has {length} bytes instead of {size}.")
            if on_conflict is OnConflict.REPLACE:
                _keep_mode(fd, target)
            os.fsync(fd)
        finally:
            os.close(fd)
        placed = place(_partial(handle), target, on_conflict)
        sync_folder(target.parent)
    return placed


def _already_placed(handle: Handle, target: Path, size: int) -> Path | None:
    for candidate in numbered(target):
        try:
            found = candidate.lstat()
        except FileNotFoundError:
            return None
        # An inode alone may have been given to another file since.
        if (found.st_ino, found.st_size) == (handle["inode"], size):
            return candidate
    return None


def _keep_mode(fd: int, target: Path) -> None:
    """Give the new file the permissions of the one that it replaces."""
    with contextlib.suppress(OSError):
        found = target.lstat()
        if stat.S_ISREG(found.st_mode):
            os.fchmod(fd, stat.S_IMODE(found.st_mode))
