"""Files with tables, wherever they are: on a disk, in a bucket, or still coming."""

from __future__ import annotations

import contextlib
import functools
import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from ...destinations import HOME, Destinations
from ...errors import FolderMissing, NotFound, OutsideRoot
from ...stores.reading import FileState
from ...tables.folders import check_file, folder_source, is_visible
from ...tables.source import Source
from ...uploads import State, UploadService
from ..files import changed, open_own, open_stored
from ..stored_file import EventLoop

#: Bytes that are read at once of what is still coming.
_BUFFER = 2**20


class TableFiles:
    """Finds files with tables in.

    Parameters
    ----------
    root : Callable
        Returns the home folder.
    loop : EventLoop
        Runs what waits for stores and for the upload service.
    """

    def __init__(
        self,
        destinations: Destinations,
        uploads: UploadService,
        *,
        root: Callable[[], Path],
        loop: EventLoop,
    ) -> None:
        self._destinations = destinations
        self._uploads = uploads
        self._root = root
        self._loop = loop

    def finished(self, destination: str, path: str) -> Source:
        """Return the file at `path` of a destination, or the folder there whose Parquet files are one table.

        Raises
        ------
        NotFound
            When there is none.
        NotATable
            When it is a folder with other files.
        Changed
            Later, when it is opened and is no longer what it was.
        BigUploadError
            Whatever else its store's `head` and `walk` raise.
        """
        reading = self._destinations.find(destination).reading
        path = path.rstrip("/") or path
        try:
            state = self._loop.run(reading.head(path))
        except NotFound:
            try:
                return self._loop.run(self._folder(destination, path))
            except (FolderMissing, OutsideRoot):
                pass
            raise
        return self._file(destination, path, state)

    async def _folder(self, destination: str, path: str) -> Source:
        files: list[tuple[str, Source]] = []
        walk = self._destinations.find(destination).reading.walk(path, hidden=False)
        async with contextlib.aclosing(walk) as batches:
            async for entries in batches:
                for entry in entries:
                    below = entry.path.removeprefix(f"{path}/")
                    if is_visible(below):  # which what is a folder is not: it ends with a slash
                        check_file(below, len(files) + 1)
                        files.append((below, self._file(destination, entry.path, entry.state)))
        return folder_source(path.rpartition("/")[2], files)

    def _file(self, destination: str, path: str, state: FileState) -> Source:
        reading = self._destinations.find(destination).reading

        def opened() -> BinaryIO:
            if destination != HOME:
                return open_stored(self._loop, self._destinations, destination, path, state.etag)
            file = open_own(self._root(), path)
            if self._loop.run(reading.head(path)).etag == state.etag:
                return file
            file.close()
            raise changed()

        return Source(path.rpartition("/")[2], state.size, state.etag, opened)

    def arriving(self, upload_id: str) -> Source:
        """Return what has come of an upload from its start on without a gap, or its file once that is there.

        Raises
        ------
        NotFound
            When there is no such upload.
        Unsupported
            When its destination shows nothing before the file is complete.
        """
        upload = self._loop.run(self._uploads.status(upload_id))
        if upload.state is State.DONE:
            return self.finished(upload.destination, upload.path)
        size = upload.received.prefix
        read = functools.partial(self._uploads.read_partial, upload_id)
        self._loop.run(read(0, 0))  # whether it can be read at all

        def opened() -> BinaryIO:
            return io.BufferedReader(_Partial(self._loop, read, size), _BUFFER)

        state = f"upload {upload_id}"
        return Source(upload.name, size, state, opened, complete=False, total=upload.size)


class _Partial(io.RawIOBase):
    """The first bytes of a file that is still coming."""

    def __init__(self, loop: EventLoop, read: Callable[[int, int], Any], size: int) -> None:
        super().__init__()
        self._loop = loop
        self._read = read
        self._size = size
        self._position = 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def tell(self) -> int:
        """Return the position, in bytes."""
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a position."""
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._size}[whence]
        self._position = max(0, start + offset)
        return self._position

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer, as far as there are bytes."""
        view = memoryview(buffer).cast("B")
        end = min(self._size, self._position + len(view))
        if end <= self._position:
            return 0
        data: bytes = self._loop.run(self._read(self._position, end))
        view[: len(data)] = data
        self._position += len(data)
        return len(data)
