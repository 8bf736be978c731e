"""Files that are copied through this process: read while they stay as they were, saved as uploads are."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from ...stores.base import OnConflict
from ...stores.reading import FileState
from ..saving import FileSaver, NewFile
from .sides import Side
from .totals import FileTally

#: Ranges of one file that are read and written at once.
_AT_ONCE = 6


class Streaming:
    """Copies from one side to another."""

    def __init__(self, source: Side, target: Side, saver: FileSaver) -> None:
        self._source = source
        self._target = target
        self._saver = saver

    async def send(
        self, path: str, state: FileState, to: str, on_conflict: OnConflict, tally: FileTally
    ) -> str:
        """Copy the file at `path` in this state to `to`, and return the path that it got.

        Raises
        ------
        BigUploadError
            As `FileSaver.save` and `RangeReading.read`.
        """

        def read(start: int, end: int | None) -> AsyncGenerator[bytes, None]:
            return self._source.reading.read(path, start, state.size if end is None else end, state.etag)

        source = [self._source.name, path, state.etag]
        new = NewFile(self._target.name, to, state.size, on_conflict, source)
        return (await self._saver.save(new, read, tally.told, at_once=_AT_ONCE)).path
