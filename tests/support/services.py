"""Upload services without Jupyter around them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path

from jupyter_bigupload.stores.base import Store
from jupyter_bigupload.uploads import Limits, Locks, Records, Saved, UploadRepository, UploadService


class NoHooks:
    """A server without save hooks."""

    def looks_before(self, destination: str) -> bool:
        """Look at none."""
        return False

    async def before_commit(self, saved: Saved) -> None:
        """Want every file."""

    async def after_commit(self, saved: Saved) -> None:
        """Tell nobody."""

    async def after_removal(self, destination: str, path: str) -> None:
        """Tell nobody."""


def service_of(
    repository: UploadRepository,
    folder: Path,
    limits: Limits | None = None,
    *,
    clock: Callable[[], float] = time.time,
) -> UploadService:
    """Return a service whose locks, like the records of `repository`, are in `folder`."""
    return UploadService(
        repository=repository, locks=Locks(folder), limits=limits or Limits(), hooks=NoHooks(), clock=clock
    )


def repository_of(stores: Mapping[str, Store], folder: Path) -> UploadRepository:
    """Return the repository of a server that starts now."""
    return UploadRepository(stores=stores, records=Records(folder))
