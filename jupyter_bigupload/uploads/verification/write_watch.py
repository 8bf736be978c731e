"""Whether anybody but this server wrote to the bytes of an upload.

A store that others can write to gives its bytes a stamp, which changes with every write (`Stamping`). Each
part is entered with the stamp that it left behind. Before the next one is written the stamp must be that one
still, for afterwards nobody could tell; and so it must be when the upload is completed.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from ...errors import BigUploadError, NotFound
from ...stores.base import Handle, Stamping, Store
from ..model import Upload

#: Uploads whose last stamp is kept in memory. Of others the record tells, but of no chunk that broke off.
_REMEMBERED = 1000


async def stamp_of(store: Store, handle: Handle) -> str | None:
    """Return the stamp of the bytes, or None where there is none, or they are gone."""
    if not isinstance(store, Stamping):
        return None
    try:
        return (await store.stamp(handle)).value
    except NotFound:
        return None


@dataclass(eq=False)
class _Known:
    """What this process knows of an upload's bytes.

    Parameters
    ----------
    stamp : str or None
        The last one that is known to be of this server's own writing.
    writers : int
        Chunks that are being written now.
    """

    stamp: str | None
    writers: int = 0
    mutex: asyncio.Lock = field(default_factory=asyncio.Lock)


class Writing:
    """A chunk that is being written."""

    def __init__(self, store: Store, handle: Handle, known: _Known) -> None:
        self._store = store
        self._handle = handle
        self._known = known
        self._entered = False

    async def begin(self, *, any_parts: bool) -> None:
        """Look whether somebody else wrote since the last chunk, if no other is being written now.

        Parameters
        ----------
        any_parts : bool
            Whether there is anything yet that a foreign write could have harmed.
        """
        known = self._known
        async with known.mutex:
            if not known.writers:
                stamp = await stamp_of(self._store, self._handle)
                if not any_parts:
                    known.stamp = stamp
                elif known.stamp != stamp:
                    known.stamp = None
            known.writers += 1

    async def stamp(self) -> str | None:
        """Return the stamp that the chunk is to be entered with; None when somebody else wrote before it.

        Its bytes are safe by now: also when its folder was renamed meanwhile, and nobody can tell.
        """
        async with self._known.mutex:
            await self._look()
            self._entered = True
            return self._known.stamp

    async def end(self) -> None:
        """Remember what was left behind, also by a chunk that broke off."""
        async with self._known.mutex:
            try:
                if not self._entered:
                    await self._look()
            finally:
                self._known.writers -= 1

    async def _look(self) -> None:
        if self._known.stamp is not None:
            try:
                self._known.stamp = await stamp_of(self._store, self._handle)
            except BigUploadError:
                self._known.stamp = None


class WriteWatch:
    """What is known of the bytes of all uploads that this process writes to."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, _Known] = OrderedDict()

    @contextlib.asynccontextmanager
    async def writing(self, store: Store, handle: Handle, upload: Upload) -> AsyncIterator[Writing]:
        """Watch the writing of a chunk. Needs a lock on a range of the upload."""
        known = self._known.setdefault(upload.id, _Known(upload.stamp))
        self._known.move_to_end(upload.id)
        writing = Writing(store, handle, known)
        await writing.begin(any_parts=bool(upload.parts.parts))
        try:
            yield writing
        finally:
            await asyncio.shield(writing.end())
            self._drop_oldest()

    async def untouched(self, store: Store, upload: Upload) -> bool:
        """Return whether nobody else wrote to the upload's bytes. Needs a lock on all of it."""
        if upload.handle is None or not isinstance(store, Stamping):
            return True
        known = self._known.get(upload.id)
        expected = upload.stamp if known is None else known.stamp
        found = await store.stamp(upload.handle)
        return found.value == expected and not found.sparse

    def forget(self, upload_id: str) -> None:
        """Believe the record from now on."""
        self._known.pop(upload_id, None)

    def _drop_oldest(self) -> None:
        while len(self._known) > _REMEMBERED:
            oldest, known = next(iter(self._known.items()))
            if known.writers:
                break
            self.forget(oldest)
