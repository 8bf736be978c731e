"""Folders by descriptor, so that nobody can swap one for a link between a check and its use.

A path is looked up anew by every system call that gets it. So a folder is reached once, segment by segment
from the root and through no link, and what is done in it is done relative to its descriptor.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from ..errors import StorageFailed

#: What opening answers when a segment of the path is gone, no folder any more, or a link.
NO_FOLDER = {errno.ENOENT, errno.ENOTDIR, errno.ELOOP}
#: Linux can open a folder that may be passed through but not listed, as `/home` often is on shared machines.
_PASS = getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_CLOEXEC
#: A link of that name is not followed; a pipe does not let the open wait for its other end.
_OWN_FILE = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class Folder:
    """An open folder: the same one, whatever happens to its path. Names in it are never followed as links.

    Every method raises `OSError` as the operating system reports it.
    """

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self._status: os.stat_result | None = None

    @property
    def inode(self) -> int:
        """What the file system calls it."""
        return self._known().st_ino

    @property
    def device(self) -> int:
        """The file system that it is on."""
        return self._known().st_dev

    def enter(self, name: str) -> None:
        """Become the folder of that name in it, which is no link."""
        deeper = self._open_below(name)
        os.close(self.fd)
        self.fd = deeper
        self._status = None

    def below(self, name: str) -> Folder:
        """Return the folder of that name in it, which is no link; it is the caller's to close."""
        return Folder(self._open_below(name))

    def close(self) -> None:
        """Let it go."""
        os.close(self.fd)

    def open(self, name: str, flags: int, mode: int = 0o666) -> int:
        """Return a descriptor of a file, which has `mode`, less the umask, where it is made."""
        return os.open(name, flags | _OWN_FILE, mode, dir_fd=self.fd)

    def stat(self, name: str) -> os.stat_result:
        """Return what is known of a name; of a link, not of what it points to."""
        return os.stat(name, dir_fd=self.fd, follow_symlinks=False)

    def link(self, name: str, second: str) -> None:
        """Give a file a second name that is free."""
        os.link(name, second, src_dir_fd=self.fd, dst_dir_fd=self.fd, follow_symlinks=False)

    def replace(self, name: str, new: str) -> None:
        """Rename a file, in place of whatever file has the new name."""
        os.replace(name, new, src_dir_fd=self.fd, dst_dir_fd=self.fd)

    def unlink(self, name: str) -> None:
        """Remove a file's name, if it is there."""
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name, dir_fd=self.fd)

    def symlink(self, name: str, target: str) -> None:
        """Make a symbolic link of a name that is free."""
        os.symlink(target, name, dir_fd=self.fd)

    def make_folder(self, name: str) -> bool:
        """Make a folder in it, unless the name is taken; return whether it was made."""
        try:
            os.mkdir(name, dir_fd=self.fd)
        except FileExistsError:
            return False
        return True

    def writable(self) -> bool:
        """Return whether files can be made in it."""
        return os.access(".", os.W_OK | os.X_OK, dir_fd=self.fd)

    def sync(self) -> None:
        """Make its entries outlive a power loss, where its file system can."""
        # Some network and FUSE file systems refuse fsync on a folder; there is nothing better to do there.
        for fd in self.for_flush():
            with contextlib.suppress(OSError):
                os.fsync(fd)
            os.close(fd)

    def for_flush(self) -> Sequence[int]:
        """Return a descriptor to flush its entries with, the caller's to close.

        None for one that may be written but not listed: it can't be opened for that.
        """
        try:
            return [os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=self.fd)]
        except OSError:
            return []

    def _open_below(self, name: str) -> int:
        return os.open(name, _PASS | os.O_NOFOLLOW, dir_fd=self.fd)

    def _known(self) -> os.stat_result:
        if self._status is None:
            self._status = os.fstat(self.fd)
        return self._status


def open_root(root: Path) -> Folder:
    """Open the folder that the server shows; it is the caller's to close.

    Raises
    ------
    StorageFailed
        When it can't be opened: its disk is not mounted, perhaps, and may be again.
    """
    try:
        return Folder(os.open(root, _PASS))
    except OSError as error:
        raise StorageFailed(
            f"The folder that this server shows can't be opened: {error.strerror}."
        ) from error


@contextlib.contextmanager
def open_folder(root: Path, path: str) -> Iterator[Folder]:
    """Hold open the folder at `path` below `root`, which no link leads to.

    Parameters
    ----------
    path : str
        Its steps with `/` in between, `""` for the root itself.

    Raises
    ------
    StorageFailed
        As `open_root`.
    OSError
        With one of `NO_FOLDER` when there is no such folder.
    """
    folder = opened_folder(root, path)
    try:
        yield folder
    finally:
        folder.close()


def opened_folder(root: Path, path: str) -> Folder:
    """Do as `open_folder`; it is the caller's to close."""
    folder = open_root(root)
    try:
        for segment in path.split("/") if path else []:
            if segment in {"", ".", ".."}:
                raise FileNotFoundError(errno.ENOENT, "no path of `begin`'s", path)
            folder.enter(segment)
    except BaseException:
        folder.close()
        raise
    return folder
