"""Many small files, one behind the other: each is written beside its target, and all are flushed together.

An fsync of its own for each file would cost more than all the rest. So a group of files is written first;
then the disk gets all of them at once, by several threads, and a file system with a journal writes that once
for many. After that they get their names, and each folder is flushed once.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...digests import DEFAULT, Hasher
from ...disk.errors import translated
from ...disk.folders import Folder
from ...disk.space import SpaceWatch
from ...disk.writing import write_at
from ...errors import BigUploadError, DigestMismatch, Exists
from ..base import OnConflict, Outcome, SmallFile, Stored
from .needed_folders import NeededFolders
from .partial import Partial
from .placement import keep_mode, rename

#: Files that are flushed together. Each holds a descriptor until then, of which a process often has 1024.
_TOGETHER = 128
#: Bytes that are read at once of a file that has the target's name.
_PIECE = 2**20

#: Flushes open files to the disk, several at a time, and returns what each failed with.
Flush = Callable[[Sequence[int]], Sequence[OSError | None]]


@dataclass(frozen=True)
class _Written:
    """A file that is written, wholly or in part, and not yet flushed."""

    index: int
    file: SmallFile
    folder: Folder
    partial: Partial
    fd: int


class Batch:
    """Takes the bytes of `files`; one thread at a time.

    Parameters
    ----------
    root : Path
        The store's, as it really is.
    min_free_space : int
        Bytes of the disk that stay free.
    """

    def __init__(self, root: Path, files: Sequence[SmallFile], min_free_space: int, flush: Flush) -> None:
        self._files = files
        self._flush = flush
        self._folders = NeededFolders(root)
        self._space = SpaceWatch(min_free_space, sum(file.target.size or 0 for file in files))
        self._outcomes: dict[int, Outcome] = {}
        self._told = 0
        self._complete: list[_Written] = []
        self._current: _Written | None = None
        self._index = -1
        self._left = 0
        self._hasher = Hasher()

    def take(self, piece: bytes) -> Sequence[Outcome]:
        """Take the next bytes; return what became of the next files, where that is known by now."""
        view = memoryview(piece)
        self._begin_next()
        while view and self._index < len(self._files):
            part, view = view[: self._left], view[self._left :]
            self._write(part)
            self._left -= len(part)
            self._begin_next()
        return self._tell()

    def finish(self) -> Sequence[Outcome]:
        """Make durable what came whole, and return what became of it. Of the rest nothing stays."""
        try:
            self._begin_next()
            if self._current is not None:
                _remove(self._current)
            self._place()
            return self._tell()
        finally:
            self._folders.close()

    def _tell(self) -> Sequence[Outcome]:
        told = []
        while (outcome := self._outcomes.pop(self._told, None)) is not None:
            told.append(outcome)
            self._told += 1
        return told

    def _begin_next(self) -> None:
        """End the file whose bytes have all come, and begin with the next one that has any."""
        while not self._left and self._index < len(self._files):
            self._end()
            self._index += 1
            if self._index < len(self._files):
                file = self._files[self._index]
                self._left = file.target.size or 0
                self._hasher = Hasher(file.digest.algorithm if file.digest else DEFAULT)
                with self._failing(self._index):
                    self._current = self._begin(file)

    def _begin(self, file: SmallFile) -> _Written | None:
        """Return what to write to; None when the very same file is there already."""
        if file.refused is not None:
            raise file.refused
        folder, place = self._folders.of(file.target.path)
        if self._is_there(folder, place.name, file):
            path = f"{place.folder}/{place.name}" if place.folder else place.name
            self._outcomes[self._index] = Outcome(Stored(path, file.target.size or 0), identical=True)
            return None
        partial = Partial.make(folder, place, file.target.key)
        return _Written(self._index, file, folder, partial, partial.open(folder, os.O_WRONLY))

    def _is_there(self, folder: Folder, name: str, file: SmallFile) -> bool:
        """Return whether the very same file has the name.

        Raises
        ------
        Exists
            When something else has, and may not be replaced.
        """
        try:
            there = folder.stat(name)
        except FileNotFoundError:
            return False
        size = there.st_size if stat.S_ISREG(there.st_mode) else None
        if size is not None and size == file.target.size and _has_digest(folder, name, file):
            return True
        on_conflict = file.target.on_conflict
        if on_conflict is OnConflict.FAIL or (on_conflict is OnConflict.REPLACE and size is None):
            raise Exists(f"{name!r} is taken.", path=file.target.path, size=size)
        return False

    def _write(self, part: memoryview) -> None:
        """Write some bytes of the current file, or drop them when it can't be had."""
        if self._current is not None:
            with self._failing(self._index):
                self._space.before(self._current.fd, len(part))
                write_at(self._current.fd, part, self._hasher.length)
                self._hasher.update(part)  # type: ignore[arg-type]  # any buffer does

    def _end(self) -> None:
        written, self._current = self._current, None
        if written is None:
            return
        if written.file.digest not in {None, self._hasher.digest}:
            _remove(written)
            changed = DigestMismatch("The bytes changed on their way; they are not kept. Send them again.")
            self._outcomes[written.index] = Outcome(error=changed)
            return
        self._complete.append(written)
        if len(self._complete) >= _TOGETHER:
            self._place()

    def _place(self) -> None:
        """Bring what is complete to the disk, give each file its name, and flush the folders."""
        complete, self._complete = self._complete, []
        for written in complete:
            if written.file.target.on_conflict is OnConflict.REPLACE:
                keep_mode(written.fd, written.folder, written.partial.target)
        failures = self._flush([written.fd for written in complete])
        placed: dict[int, Outcome] = {}
        for written, failure in zip(complete, failures, strict=True):
            with self._failing(written.index):
                if failure is not None:
                    _remove(written)
                    raise failure
                placed[written.index] = Outcome(self._rename(written))
        self._folders.sync()
        # Only now do they outlive a power loss.
        self._outcomes.update(placed)

    def _rename(self, written: _Written) -> Stored:
        target, partial = written.file.target, written.partial
        try:
            name = rename(written.folder, partial, target.on_conflict)
        except BaseException:
            _remove(written)
            raise
        os.close(written.fd)
        self._folders.changed(target.path)
        return Stored(f"{partial.folder}/{name}" if partial.folder else name, target.size or 0)

    @contextlib.contextmanager
    def _failing(self, index: int) -> Iterator[None]:
        """Make an error what became of the file with `index`; it harms no other."""
        try:
            with translated():
                yield
        except BigUploadError as error:
            self._outcomes[index] = Outcome(error=error)
            if self._current is not None and self._current.index == index:
                _remove(self._current)
                self._current = None


def _remove(written: _Written) -> None:
    os.close(written.fd)
    with contextlib.suppress(OSError):
        written.folder.unlink(written.partial.name)


def _has_digest(folder: Folder, name: str, file: SmallFile) -> bool:
    """Return whether the file with the name has the digest that was stated."""
    if file.digest is None:
        return False
    try:
        fd = folder.open(name, os.O_RDONLY)
    except OSError:
        return False
    hasher = Hasher(file.digest.algorithm)
    with os.fdopen(fd, "rb", buffering=0) as there:
        while piece := there.read(_PIECE):
            hasher.update(piece)
    return hasher.digest == file.digest
