"""What is known of all records without reading them again: their order, and how many bytes they stand for.

It is nothing but a copy in memory, made from the records and held against their files (`records.py`).
"""

from __future__ import annotations

import bisect
import math
import re
import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ..lifecycle import OVER, State
from ..model import Upload
from .files import Identity

#: What tells whether a record, and the log of its parts where that counts, are those that were read.
Signature = tuple[Identity, ...]

_CURSOR = re.compile(r"(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)_([0-9a-z-]{1,64})", re.ASCII)


class Cursor(NamedTuple):
    """A place in the list of uploads, oldest first; it stays one when the upload itself is gone."""

    created: float
    id: str

    @classmethod
    def parse(cls, text: str) -> Cursor:
        """Return what `str` wrote.

        Raises
        ------
        ValueError
            When it wrote no such thing.
        """
        found = _CURSOR.fullmatch(text)
        if found is None:
            raise ValueError(f"not a cursor: {text!r}")
        return cls(float(found[1]), found[2])

    def __str__(self) -> str:
        return f"{self.created!r}_{self.id}"


@dataclass(frozen=True)
class Entry:
    """An upload in the index.

    Parameters
    ----------
    cursor : Cursor
        Its place in the order of creation.
    state : State
        As its record has it.
    updated : float
        When its record was written, seconds since 1970; chunks may have come since.
    size : int
        Bytes as the client announced them; those received where it did not.
    grows : bool
        Whether `size` is that of what was received, so that the log of the parts counts too.
    """

    cursor: Cursor
    state: State
    updated: float
    size: int
    grows: bool

    @classmethod
    def of(cls, upload: Upload) -> Entry:
        """Return the entry of an upload."""
        # No clock says so, but what is no number has no place in any order.
        created = upload.created if math.isfinite(upload.created) else 0.0
        grows = upload.size is None
        size = upload.received.total if upload.size is None else upload.size
        return cls(Cursor(created, upload.id), upload.state, upload.updated, size, grows)

    @property
    def is_unfinished(self) -> bool:
        """Whether there is such an upload for anybody who asks, and it is not done."""
        return self.state is not State.DONE and self.state not in OVER

    @property
    def counts(self) -> int:
        """Bytes that it takes of what all unfinished uploads may have together."""
        return self.size if self.is_unfinished else 0


class Index:
    """The entries of all records. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, tuple[Signature, Entry | None, int]] = {}
        self._order: list[Entry] | None = []
        self._bytes = 0
        self._scans = 0

    @property
    def unfinished_bytes(self) -> int:
        """Bytes of all uploads that are not done."""
        return self._bytes

    def entries(self, after: Cursor | None = None) -> Sequence[Entry]:
        """Return the entries in order of creation; those that come after a cursor, if one is given."""
        with self._lock:
            if self._order is None:
                readable = (entry for _, entry, _ in self._known.values() if entry is not None)
                self._order = sorted(readable, key=_place)
            first = 0 if after is None else bisect.bisect_right(self._order, after, key=_place)
            return self._order[first:]

    def unreadable(self) -> Sequence[str]:
        """Return the ids of the records that can't be believed."""
        with self._lock:
            return [upload_id for upload_id, (_, entry, _) in self._known.items() if entry is None]

    def signatures(self) -> Mapping[str, Signature]:
        """Return what tells of each record whether what is known was read from these very files.

        It has the log of the parts where that counts, and the record alone elsewhere.
        """
        with self._lock:
            return {upload_id: signature for upload_id, (signature, _, _) in self._known.items()}

    def put(self, upload_id: str, signature: Signature, entry: Entry | None) -> None:
        """Enter what was read of a record, None when it can't be believed.

        Parameters
        ----------
        signature : Signature
            Of the files as they were before they were read.
        """
        with self._lock:
            before = self._known.get(upload_id)
            self._known[upload_id] = (signature, entry, self._scans)
            self._changed(before[1] if before else None, entry)

    def remove(self, upload_id: str) -> None:
        """Forget a record that is gone."""
        with self._lock:
            known = self._known.pop(upload_id, None)
            self._changed(known[1] if known else None, None)

    def begin_scan(self) -> int:
        """Return the number of the look at all records that begins now."""
        with self._lock:
            self._scans += 1
            return self._scans

    def end_scan(self, number: int, found: Collection[str]) -> None:
        """Forget what a look at all records did not find, but for what was entered since it began."""
        with self._lock:
            gone = [
                upload_id
                for upload_id, (_, _, entered) in self._known.items()
                if upload_id not in found and entered < number
            ]
        for upload_id in gone:
            self.remove(upload_id)

    def _changed(self, before: Entry | None, now: Entry | None) -> None:
        if before == now:
            return
        self._bytes += (now.counts if now else 0) - (before.counts if before else 0)
        self._order = None


def _place(entry: Entry) -> Cursor:
    return entry.cursor
