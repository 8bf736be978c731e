"""Whether anybody but this server wrote to the bytes of an upload.

A store that others can write to gives its bytes a stamp, which changes with every write (`Stamping`). Each
part is entered with the stamp that it left behind. Before the next one is written the stamp must be that one
still, for afterwards nobody could tell; and so it must be when the upload is completed.
"""

from __future__ import annotations

import contextlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from ...errors import NotFound
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
    users : int
        Chunks that came, and are not entered or refused yet.
    writers : int
        Those of them that are being written now.
    """

    stamp: str | None
    users: int = 0
    writers: int = 0
    mutex: threading.Lock = field(default_factory=threading.Lock)


class Writing:
    """A chunk that is being written; an observer of that (see `WriteObserver`)."""

    def __init__(self, known: _Known, any_parts: Callable[[], bool]) -> None:
        self._known = known
        self._any_parts = any_parts

    def before(self, stamp: Callable[[], str]) -> None:
        """Look whether somebody else wrote since the last chunk, if no other is being written now."""
        known = self._known
        with known.mutex:
            if not known.writers:
                found = stamp()
                if not self._any_parts():
                    known.stamp = found  # there is nothing yet that a foreign write could have harmed
                elif known.stamp != found:
                    known.stamp = None
            known.writers += 1

    def after(self, stamp: Callable[[], str]) -> None:
        """Remember what was left behind."""
        known = self._known
        with known.mutex:
            known.writers -= 1
            if known.stamp is not None:
                try:
                    known.stamp = stamp()
                except OSError:  # nobody can tell
                    known.stamp = None

    def stamp(self) -> str | None:
        """Return the stamp that the chunk is to be entered with; None when somebody else wrote before it."""
        with self._known.mutex:
            return self._known.stamp


class WriteWatch:
    """What is known of the bytes of all uploads that this process writes to."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, _Known] = OrderedDict()

    @contextlib.contextmanager
    def writing(self, upload: Upload, any_parts: Callable[[], bool]) -> Iterator[Writing]:
        """Watch the writing of a chunk. Needs a lock on a range of the upload.

        Parameters
        ----------
        any_parts : Callable
            Returns whether any of its chunks was entered by now.
        """
        known = self._known.setdefault(upload.id, _Known(upload.stamp))
        self._known.move_to_end(upload.id)
        known.users += 1
        try:
            yield Writing(known, any_parts)
        finally:
            known.users -= 1
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
            if known.users:
                break
            self.forget(oldest)
