"""What all batches of a store have in common."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Sequence, Set
from pathlib import Path

from ....disk.together import TogetherFlush, syncing
from .needed_folders import NewFolders

#: Descriptors of all batches together, but for a few of each: a process often has 1024, Jupyter's 4096.
_DESCRIPTORS = 512
#: Batches that write at once. Each call of the system gives Python's lock away, and waits for it again: more
#: threads spend their time on that. While one waits for the disk, another writes.
_WRITING = 2


class Shared:
    """Safe for threads.

    Parameters
    ----------
    root : Path
        The store's, as it really is.
    """

    def __init__(self, root: Path) -> None:
        self.new = NewFolders()
        self._together = TogetherFlush(root, syncing(root))
        self._writing = threading.Semaphore(_WRITING)
        self._descriptors = _DESCRIPTORS
        self._lock = threading.Lock()

    def begin(self) -> int:
        """Say that files will be opened; return what `flush` is given."""
        return self._together.begin()

    def end(self) -> None:
        """Say that those of one `begin` are closed."""
        self._together.end()

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """Wait until it is one's turn to write."""
        with self._writing:
            yield

    def flush(self, fds: Sequence[int], devices: Set[int], since: int) -> Sequence[OSError | None]:
        """Bring open files to the disk, while others write (see `TogetherFlush.flush`)."""
        self._writing.release()
        try:
            return self._together.flush(fds, devices, since)
        finally:
            self._writing.acquire()

    def keep(self) -> bool:
        """Count a file that stays open, and return whether there are no more than there may be."""
        with self._lock:
            self._descriptors -= 1
            return self._descriptors > 0

    def close(self, count: int) -> None:
        """Count so many less."""
        with self._lock:
            self._descriptors += count
