"""Many small files, one behind the other: each is written beside its target, and all are flushed together.

An fsync of its own for each file would cost more than all the rest. So a group of files is written first;
then the disk gets all of them at once, by several threads, and a file system with a journal writes that once
for many. After that they get their names, and each folder is flushed once.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Sequence, Set
from dataclasses import dataclass
from pathlib import Path

from ....digests import DEFAULT, Hasher
from ....disk.errors import as_ours
from ....disk.folders import Folder
from ....disk.paths import Place
from ....disk.space import SpaceAllowance
from ....disk.writing import write_at
from ....errors import BigUploadError, DigestMismatch, Exists
from ...base import OnConflict, Stored
from ...many import Outcome, SmallFile
from ..partial import Partial
from ..placement import keep_mode, rename
from .needed_folders import NeededFolders
from .reading import opened_if_has
from .shared import Shared

#: Files that are flushed together. Each holds a descriptor until then.
_TOGETHER = 256
#: Folders that are open at once.
_FOLDERS = 64


@dataclass(frozen=True, slots=True)
class _Written:
    """A file that is written, wholly or in part, and not yet flushed; `partial` None when it was there."""

    index: int
    file: SmallFile
    folder: Folder
    name: str
    real: str
    fd: int
    partial: Partial | None

    @property
    def asked(self) -> str:
        """The client's path of its folder."""
        return self.file.target.path.rpartition("/")[0]

    def stored(self, name: str) -> Stored:
        """Return what there is of it by this name."""
        return Stored(f"{self.real}/{name}" if self.real else name, self.file.target.size or 0)


class Batch:
    """Takes the bytes of `files`; one thread at a time.

    Parameters
    ----------
    root : Path
        The store's, as it really is.
    min_free_space : int
        Bytes of the disk that stay free.
    shared : Shared
        What all batches of the store have.
    """

    def __init__(
        self,
        root: Path,
        files: Sequence[SmallFile],
        min_free_space: int,
        shared: Shared,
    ) -> None:
        self._files = files
        self._shared = shared
        self._since: int | None = None
        self._folders = NeededFolders(root, shared.new, self._flush)
        self._space = SpaceAllowance(min_free_space)
        self._outcomes: dict[int, Outcome] = {}
        self._told = 0
        self._complete: list[_Written] = []
        self._current: _Written | None = None
        self._index = -1
        self._left = 0
        self._hasher = Hasher()

    def take(self, piece: bytes) -> Sequence[Outcome]:
        """Take the next bytes; return what became of the next files, where that is known by now."""
        with self._shared.writing():
            self._start()
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
        with self._shared.writing():
            self._start()
            try:
                self._begin_next()
                if self._current is not None:
                    self._remove(self._current)
                self._place()
                return self._tell()
            finally:
                self._folders.close()
                self._shared.end()

    def _start(self) -> None:
        if self._since is None:
            self._since = self._shared.begin()

    def _flush(self, fds: Sequence[int], devices: Set[int]) -> Sequence[OSError | None]:
        assert self._since is not None  # noqa: S101  # begun by whoever gives or ends the bytes
        return self._shared.flush(fds, devices, self._since)

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
                try:
                    self._current = self._begin(file)
                except (OSError, BigUploadError) as error:
                    self._fail(self._index, error)

    def _begin(self, file: SmallFile) -> _Written | None:
        """Return what to write to; None when the very same file is there already."""
        if file.refused is not None:
            raise file.refused
        folder, real, name = self._folders.of(file.target.path)
        there = self._opened_if_same(folder, name, file)
        if there is not None:
            # Who knows whether it was brought to the disk: a server may have died just before.
            self._keep(_Written(self._index, file, folder, name, real, there, None))
            return None
        self._space.before(folder.fd, file.target.size or 0)
        partial, fd = Partial.create(folder, Place(real, name), file.target.key)
        return _Written(self._index, file, folder, name, real, fd, partial)

    def _opened_if_same(self, folder: Folder, name: str, file: SmallFile) -> int | None:
        """Return a descriptor of the very same file, if that has the name.

        Raises
        ------
        Exists
            When something else has, and may not be replaced.
        """
        try:
            there = folder.stat(name)
        except FileNotFoundError:
            return None
        size = there.st_size if stat.S_ISREG(there.st_mode) else None
        if size is not None and size == file.target.size and file.digest is not None:
            fd = opened_if_has(folder, name, file.digest)
            if fd is not None:
                return fd
        on_conflict = file.target.on_conflict
        if on_conflict is OnConflict.FAIL or (on_conflict is OnConflict.REPLACE and size is None):
            raise Exists(f"{name!r} is taken.", path=file.target.path, size=size)
        return None

    def _write(self, part: memoryview) -> None:
        """Write some bytes of the current file, or drop them when it can't be had."""
        if self._current is not None:
            try:
                write_at(self._current.fd, part, self._hasher.length)
            except OSError as error:
                self._remove(self._current)
                self._current = None
                self._fail(self._index, error)
            else:
                self._hasher.update(part)  # type: ignore[arg-type]  # any buffer does

    def _end(self) -> None:
        written, self._current = self._current, None
        if written is None:
            return
        if written.file.digest not in {None, self._hasher.digest}:
            self._remove(written)
            changed = DigestMismatch("The bytes changed on their way; they are not kept. Send them again.")
            self._fail(written.index, changed)
            return
        self._keep(written)

    def _keep(self, written: _Written) -> None:
        """Have a file flushed and placed with others."""
        self._complete.append(written)
        within = self._shared.keep()
        if len(self._complete) >= _TOGETHER or self._folders.open >= _FOLDERS or not within:
            self._place()

    def _place(self) -> None:
        """Bring what is complete to the disk, give each file its name, and flush the folders."""
        complete, self._complete = self._complete, []
        self._shared.close(len(complete))
        for written in complete:
            if written.partial is not None and written.file.target.on_conflict is OnConflict.REPLACE:
                keep_mode(written.fd, written.folder, written.name)
        devices = {written.folder.device for written in complete}
        failures = self._flush([written.fd for written in complete], devices)
        placed: dict[int, Outcome] = {}
        for written, failure in zip(complete, failures, strict=True):
            if failure is not None:
                self._remove(written)
                self._fail(written.index, failure)
                continue
            try:
                placed[written.index] = self._rename(written)
            except (OSError, BigUploadError) as error:
                self._fail(written.index, error)
        self._folders.sync()
        # Only now do they outlive a power loss.
        self._outcomes.update(placed)

    def _rename(self, written: _Written) -> Outcome:
        name, identical = written.name, written.partial is None
        if written.partial is not None:
            try:
                name, identical = self._placed(written, written.partial)
            except BaseException:
                self._remove(written)
                raise
        os.close(written.fd)
        self._folders.changed(written.asked)
        return Outcome(written.stored(name), identical=identical)

    def _placed(self, written: _Written, partial: Partial) -> tuple[str, bool]:
        """Return the name that a partial got, and whether the same file has got it since it was begun.

        As it has where a client repeats a batch of which the server is still at work on the first one.
        """
        folder, on_conflict = written.folder, written.file.target.on_conflict
        if on_conflict is not OnConflict.REPLACE:
            try:
                return rename(folder, partial, OnConflict.FAIL), False
            except Exists:
                there = self._opened_if_same(folder, written.name, written.file)
            if there is not None:
                os.close(there)
                folder.unlink(partial.name)
                return written.name, True
        return rename(folder, partial, on_conflict), False

    def _remove(self, written: _Written) -> None:
        os.close(written.fd)
        if written.partial is not None:
            with contextlib.suppress(OSError):
                written.folder.unlink(written.partial.name)

    def _fail(self, index: int, error: OSError | BigUploadError) -> None:
        """Make an error what became of a file; it harms no other."""
        self._outcomes[index] = Outcome(error=error if isinstance(error, BigUploadError) else as_ours(error))
