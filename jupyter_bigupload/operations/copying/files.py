"""One file: what is under its name already, and how it gets there."""

from __future__ import annotations

from typing import Protocol

from ...errors import Exists, NotFound
from ...stores.base import OnConflict
from ...stores.numbering import candidates
from ...stores.reading import FileState
from .comparing import Alive, is_same
from .sides import FileAt, Side, is_itself
from .totals import Copied, FileTally, Outcome


class Transfer(Protocol):
    """A way for the bytes of a file."""

    async def send(
        self, path: str, state: FileState, to: str, on_conflict: OnConflict, tally: FileTally
    ) -> str:
        """Copy the file at `path` in this state to `to`, and return the path that it got."""
        ...


def has_name_of(wanted: str, got: str) -> bool:
    """Return whether a file got the name that it was to have; its folder may be another's link."""
    return wanted.rpartition("/")[2] == got.rpartition("/")[2]


class FileCopier:
    """Copies files from one side to another.

    Parameters
    ----------
    transfer : Transfer
        The way for their bytes.
    on_conflict : OnConflict
        What to do with names that are taken by other files; the same file is never copied again.
    """

    def __init__(self, source: Side, target: Side, transfer: Transfer, on_conflict: OnConflict) -> None:
        self.source = source
        self.target = target
        self._transfer = transfer
        self.on_conflict = on_conflict

    async def copy(
        self, path: str, state: FileState, to: str, tally: FileTally, found: Copied | None = None
    ) -> Copied:
        """Copy the file at `path` in this state to `to`, unless that is there already.

        Parameters
        ----------
        found : Copied or None
            What `look` has returned a moment ago.

        Raises
        ------
        Exists
            When another file is there, or appears meanwhile.
        Changed
            When the file changes.
        BigUploadError
            As the stores say why it can't be copied.
        """
        found = found or await self.look(path, state, to, tally.totals.alive)
        if found.outcome is Outcome.IDENTICAL:
            return found
        got = await self._transfer.send(path, state, to, self.on_conflict, tally)
        return Copied(found.outcome if has_name_of(to, got) else Outcome.KEPT_BOTH, got)

    async def look(self, path: str, state: FileState, to: str, alive: Alive) -> Copied:
        """Return what will become of a file that is to be copied to `to`.

        Raises
        ------
        Exists
            When it can't have the name.
        BigUploadError
            As `is_same`.
        """
        for candidate in candidates(to, self.on_conflict):
            there = await self._state_at(candidate)
            if there is None:
                return Copied(Outcome.COPIED if candidate == to else Outcome.KEPT_BOTH, candidate)
            one, other = FileAt(self.source, path, state), FileAt(self.target, candidate, there)
            if is_itself(one, other):
                if self.on_conflict is not OnConflict.RENAME:
                    raise Exists(f"{candidate!r} is the file itself.", path=candidate, size=there.size)
            elif await is_same(one, other, alive):
                return Copied(Outcome.IDENTICAL, candidate)
            elif self.on_conflict is OnConflict.REPLACE:
                return Copied(Outcome.REPLACED, candidate)
            elif self.on_conflict is OnConflict.FAIL:
                raise Exists(f"A file named {candidate!r} exists.", path=candidate, size=there.size)
        raise Exists(f"A file named {to!r} exists.", path=to)

    async def _state_at(self, path: str) -> FileState | None:
        try:
            return await self.target.reading.head(path)
        except NotFound:
            return None
