"""One file, as it is."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass

from ..errors import Unsupported
from ..stores.base import Store
from ..stores.reading import FileState, RangeReading, Readable


@dataclass(frozen=True)
class FileDownload:
    """The file at `path` of a store, in one state of it."""

    reading: RangeReading
    path: str
    state: FileState

    #: Of no type that a proxy would compress, or a browser show.
    media_type = "application/octet-stream"

    @property
    def name(self) -> str:
        """The file's own."""
        return self.path.rpartition("/")[2]

    @property
    def size(self) -> int:
        """Bytes."""
        return self.state.size

    @property
    def etag(self) -> str:
        """The store's, in quotes where the store has none."""
        etag = self.state.etag.removeprefix("W/")
        return etag if etag.startswith('"') else f'"{etag}"'

    @property
    def modified(self) -> float:
        """When it was last modified."""
        return self.state.modified

    def read(self, start: int, end: int) -> AsyncGenerator[bytes, None]:
        """Read a range of it (see `Download`)."""
        return self.reading.read(self.path, start, end, self.state.etag)


async def file_download(store: Store, path: str) -> FileDownload:
    """Return the download of a file.

    Raises
    ------
    NotFound
        When there is none.
    BigUploadError
        As `RangeReading.head`.
    """
    reading = reading_of(store)
    return FileDownload(reading, path, await reading.head(path))


def reading_of(store: Store) -> RangeReading:
    """Return how a store's files are read.

    Raises
    ------
    Unsupported
        When they can't be.
    """
    if not isinstance(store, Readable):
        raise Unsupported("Nothing can be downloaded from this destination.")
    return store.reading
