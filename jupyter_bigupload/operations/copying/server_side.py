"""Files that their store copies itself: none of their bytes come here."""

from __future__ import annotations

from collections.abc import Iterator

from ...errors import Exists, Unsupported
from ...stores.base import OnConflict
from ...stores.copying import Copying, Original
from ...stores.numbering import candidates
from ...stores.reading import FileState
from ...tasks import all_of
from ..file_upload import FileUpload
from ..saving import FileSaver, NewFile
from .files import Transfer
from .sides import Side
from .totals import FileTally

#: Parts of one file that are copied at once.
_AT_ONCE = 8


class ServerSide:
    """Has a store copy from one side to another.

    Parameters
    ----------
    copying : Copying
        The target's way to do it.
    otherwise : Transfer
        The way for what it turns out not to do.
    made : dict
        Where to put the states of the copies, by their paths.
    """

    def __init__(
        self,
        source: Side,
        target: Side,
        copying: Copying,
        *,
        saver: FileSaver,
        otherwise: Transfer,
        made: dict[str, FileState],
    ) -> None:
        self._source = source
        self._target = target
        self._copying = copying
        self._saver = saver
        self._otherwise = otherwise
        self._made = made

    async def send(
        self, path: str, state: FileState, to: str, on_conflict: OnConflict, tally: FileTally
    ) -> str:
        """Copy the file at `path` in this state to `to`, and return the path that it got.

        Raises
        ------
        BigUploadError
            As `Copying` and `FileSaver.upload`.
        """
        copy = self._whole if state.size <= self._copying.whole else self._in_parts
        try:
            return await copy(path, state, to, on_conflict, tally)
        except Unsupported:
            return await self._otherwise.send(path, state, to, on_conflict, tally)

    async def _whole(
        self, path: str, state: FileState, to: str, on_conflict: OnConflict, tally: FileTally
    ) -> str:
        original = Original(self._source.store, path, state)
        only_if_free = on_conflict is not OnConflict.REPLACE
        for candidate in candidates(to, on_conflict):
            try:
                self._made[candidate] = await self._copying.copy_file(
                    original, candidate, only_if_free=only_if_free
                )
            except Exists:
                if on_conflict is not OnConflict.RENAME:
                    raise
            else:
                tally.told(state.size)
                return candidate
        raise Exists(f"A file named {to!r} exists.", path=to)

    async def _in_parts(
        self, path: str, state: FileState, to: str, on_conflict: OnConflict, tally: FileTally
    ) -> str:
        source = [self._source.name, path, state.etag, "by the store"]
        new = NewFile(self._target.name, to, state.size, on_conflict, source)
        async with self._saver.upload(new) as file:
            tally.told(file.received)
            original = Original(self._source.store, path, state)
            parts = iter(file.missing_parts())
            await all_of(self._copy_parts(original, file, parts, tally) for _ in range(_AT_ONCE))
            upload = await file.complete()
        self._made[upload.path] = await self._target.reading.head(upload.path)
        return upload.path

    async def _copy_parts(
        self,
        original: Original,
        file: FileUpload,
        parts: Iterator[tuple[int, int]],
        tally: FileTally,
    ) -> None:
        for start, end in parts:
            digest = await self._copying.copy_part(original, file.handle, start, end)
            await file.enter(start, end, digest)
            tally.told(end - start)
