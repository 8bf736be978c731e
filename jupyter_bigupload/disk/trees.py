"""Whole folders, by descriptor: flushed, renamed, removed."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

from .exclusive import rename_between
from .folders import Folder
from .together import syncing

#: Seconds.
_TURN = 0.5
_OPEN = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def rename_folder(folder: Folder, name: str, into: Folder, new: str) -> None:
    """Rename what is a folder in `folder` to a name in `into` that is free.

    Raises
    ------
    FileExistsError
        When the name is another's.
    OSError
        As the operating system reports it.
    """
    if rename_between(folder, name, into, new):
        return
    # POSIX renames a folder over an empty one: so an empty one takes the name first.
    os.mkdir(new, dir_fd=into.fd)
    try:
        os.rename(name, new, src_dir_fd=folder.fd, dst_dir_fd=into.fd)
    except BaseException:
        with contextlib.suppress(OSError):
            os.rmdir(new, dir_fd=into.fd)
        raise


@contextlib.contextmanager
def flushed(parent: Folder, name: str, waiting: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Bring all that is written meanwhile in a folder of `parent` to the disk, by the end.

    By one `syncfs` where errors of the disk are told by that, to whoever had a descriptor open when they
    happened; else each file by itself.

    Parameters
    ----------
    waiting : Callable
        Called twice a second while the disk is at it.

    Raises
    ------
    OSError
        As the operating system reports it.
    """
    fd = os.open(name, _OPEN, dir_fd=parent.fd)
    try:
        yield
        sync = syncing(Path(f"/proc/self/fd/{fd}")) or _fsync_below
        with ThreadPoolExecutor(max_workers=1) as pool:
            flushing = pool.submit(sync, fd)
            while not wait([flushing], timeout=_TURN).done:
                waiting()
            flushing.result()
    finally:
        os.close(fd)


def remove_tree(parent: Folder, name: str) -> None:
    """Remove a folder of `parent` with all that is in it, and through no link; nothing where there is none.

    Raises
    ------
    OSError
        As the operating system reports it.
    """
    try:
        fd = os.open(name, _OPEN, dir_fd=parent.fd)
    except FileNotFoundError:
        return
    except PermissionError:  # what was extracted may be closed to its owner
        os.chmod(name, 0o700, dir_fd=parent.fd)
        fd = os.open(name, _OPEN, dir_fd=parent.fd)
    try:
        if not stat.S_IMODE(os.fstat(fd).st_mode) & stat.S_IWUSR:
            os.fchmod(fd, 0o700)
        with os.scandir(fd) as entries:
            names = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
        inside = Folder(fd)
        for entry, is_folder in names:
            if is_folder:
                remove_tree(inside, entry)
            else:
                inside.unlink(entry)
    finally:
        os.close(fd)
    os.rmdir(name, dir_fd=parent.fd)


def _fsync_below(fd: int) -> None:
    with os.scandir(fd) as entries:
        for entry in entries:
            if entry.is_symlink():
                continue
            flags = _OPEN if entry.is_dir() else os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC
            inner = os.open(entry.name, flags, dir_fd=fd)
            try:
                if entry.is_dir():
                    _fsync_below(inner)
                else:
                    os.fsync(inner)
            finally:
                os.close(inner)
    with contextlib.suppress(OSError):  # some network file systems refuse it for folders
        os.fsync(fd)
