"""Unfinished files whose bytes a store puts into another one by itself."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from .base import Handle, Store


@runtime_checkable
class Joining(Store, Protocol):
    """A store that copies between its unfinished files, without their bytes coming through this process."""

    async def copy_partial(self, source: Handle, start: int, end: int, handle: Handle, at: int) -> None:
        """Copy `[start, end)` of one unfinished file to offset `at` of another, durably.

        Nobody has looked at the bytes: hold them against their digests before they are believed.

        Raises
        ------
        NotFound
            When either is gone, or the first has fewer bytes.
        NoSpace, StorageFailed, FolderUnavailable
            When they can't be copied.
        """
        ...
