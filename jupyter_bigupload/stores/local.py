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
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path

from ..disk import in_thread, sync_folder, write_at
from ..errors import (
    BigUploadError,
    Exists,
    InvalidName,
    LengthMismatch,
    NoSpace,
    NotFound,
    ReadOnly,
    StorageFailed,
    TooLarge,
)
from ._paths import Place, locate, partial_name
from ._placement import numbered, place
from ._push import Push
from .base import Capabilities, Handle, OnConflict, Part, Stored, Target


class LocalStore:
    """A folder and what is below it.

    Parameters
    ----------
    root : Path
        The folder; nothing outside of it is ever written.
    """

    capabilities = Capabilities(min_part=1, max_part=2**63 - 1, out_of_order=True)

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()

    async def begin(self, target: Target) -> Handle:
        """Make the partial (see `Store`)."""
        return await in_thread(self._begin)(target)

    async def write_part(self, handle: Handle, start: int, body: AsyncIterator[bytes]) -> Part:
        """Write `body` at `start` while the next piece of it arrives (see `Store`)."""
        fd = await _opened(handle)
        push = Push(fd)
        end = start
        writing: asyncio.Task[None] | None = None
        try:
            async for piece in body:
                await _finished(writing)
                push.wrote(len(piece))
                writing = asyncio.ensure_future(in_thread(write_at)(fd, piece, end))
                end += len(piece)
            await _finished(writing)
            with _translated():
                await push.complete()
        except BaseException:
            # A thread may still be writing: the descriptor must not be closed, and reused, under it.
            if writing is not None and not writing.done():
                await asyncio.wait([writing])
            await push.finish()
            with contextlib.suppress(OSError):
                await in_thread(os.close)(fd)
            raise
        # NFS reports a full disk as late as here.
        await _finished(asyncio.ensure_future(in_thread(os.close)(fd)))
        return Part(start, end)

    async def parts(self, handle: Handle) -> Sequence[Part]:
        """Return all up to the partial's length: only its record knows which of that was written."""
        try:
            return [Part(0, await in_thread(_partial_size)(handle))]
        except NotFound:
            return []

    async def commit(self, handle: Handle, size: int, on_conflict: OnConflict) -> Stored:
        """Check the length, fsync, rename, fsync the folder (see `Store`)."""
        target = await in_thread(_commit)(handle, size, on_conflict)
        return Stored(target.relative_to(self._root).as_posix(), size)

    async def discard(self, handle: Handle) -> None:
        """Remove the partial (see `Store`)."""
        with _translated():
            await in_thread(_partial(handle).unlink)(missing_ok=True)

    async def size(self, path: str) -> int | None:
        """Return the bytes of the finished file at `path` (see `Store`)."""
        return await in_thread(self._size)(path)

    def _size(self, path: str) -> int | None:
        file = locate(self._root, path).path
        try:
            found = file.lstat()
        except FileNotFoundError:
            return None
        return found.st_size if stat.S_ISREG(found.st_mode) else None

    def _check(self, target: Target) -> Place:
        found = locate(self._root, target.path)
        with _translated():
            if target.on_conflict is OnConflict.FAIL and os.path.lexists(found.path):
                raise Exists(f"A file named {found.name!r} exists.", path=target.path)
            if target.on_conflict is OnConflict.REPLACE and found.path.is_dir():
                raise Exists(f"{found.name!r} is a folder.", path=target.path)
            if not os.access(found.folder, os.W_OK | os.X_OK):
                raise ReadOnly("This folder can't be written to.")
            _check_space(found.folder, target.size or 0)
        return found

    def _begin(self, target: Target) -> Handle:
        found = self._check(target)
        partial = found.folder / partial_name(found.name, target.key)
        with _translated():
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


def _partial(handle: Handle) -> Path:
    return Path(str(handle["folder"]), str(handle["partial"]))


def _open_partial(handle: Handle) -> int:
    """Return a descriptor of the partial that `begin` made, and of no other file of that name."""
    gone = NotFound("The unfinished file was removed from its folder; upload it again.")
    with _translated():
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
    with _translated():
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


def _check_space(folder: Path, needed: int) -> None:
    disk = os.statvfs(folder)
    available = disk.f_bavail * disk.f_frsize
    if needed > available:
        raise NoSpace(
            f"The file needs {needed} bytes; {available} are free.",
            needed=needed,
            available=available,
        )


async def _opened(handle: Handle) -> int:
    """Return a descriptor of the partial. A cancelled caller, who can't close it, leaves none open."""
    opening = asyncio.ensure_future(in_thread(_open_partial)(handle))
    try:
        await asyncio.wait([opening])
    except asyncio.CancelledError:
        with contextlib.suppress(BigUploadError):
            await in_thread(os.close)(await opening)
        raise
    return opening.result()


async def _finished(writing: asyncio.Task[None] | None) -> None:
    """Wait for a write and raise its error. A cancelled caller leaves the write itself alone."""
    if writing is not None:
        await asyncio.wait([writing])
        with _translated():
            writing.result()


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    """Turn the operating system's errors into ours, at this edge."""
    try:
        yield
    except BigUploadError:
        raise
    except OSError as error:
        raise _translate(error) from error


def _translate(error: OSError) -> BigUploadError:
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return NoSpace("The disk, or your share of it, is full.")
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return ReadOnly("This folder can't be written to.")
        case errno.ENAMETOOLONG:
            return InvalidName("The path is too long for this disk.")
        case errno.EFBIG:
            return TooLarge("This disk can't hold so large a file.")
        case errno.ENOENT | errno.ENOTDIR | errno.ELOOP:
            return NotFound("The folder of this upload was removed.")
        case _:
            return StorageFailed(f"The disk answered: {error.strerror or error}.")
