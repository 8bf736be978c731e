"""Finished files that are removed as long as they are as they were."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from ...errors import Unsupported
from ...stores.removing import Removable, Removing
from ..hooks import CommitHooks
from ..repository import UploadRepository


class FinishedFiles:
    """Removes files.

    Parameters
    ----------
    clock : Callable
        Seconds since 1970.
    """

    def __init__(self, repository: UploadRepository, hooks: CommitHooks, clock: Callable[[], float]) -> None:
        self._repository = repository
        self._hooks = hooks
        self._clock = clock

    async def remove(self, destination: str, path: str, etag: str) -> None:
        """Remove a file in this state (see `Removing.remove_file`).

        Raises
        ------
        Changed
            When it is in another.
        Unsupported
            When nothing can be removed there.
        BigUploadError
            As the store says why it is still there.
        """
        # What a process leaves that dies meanwhile is swept as a partial.
        key = await self._repository.key(secrets.token_hex(8), self._clock())
        await self._removing(destination).remove_file(path, etag, key=key)
        await self._hooks.after_removal(destination, path)

    async def remove_folder(self, destination: str, path: str) -> bool:
        """Remove a folder that is empty; return whether it is gone."""
        return await self._removing(destination).remove_folder(path)

    def _removing(self, destination: str) -> Removing:
        store = self._repository.store(destination)
        if not isinstance(store, Removable):
            raise Unsupported("Nothing can be removed from this destination.")
        return store.removing
