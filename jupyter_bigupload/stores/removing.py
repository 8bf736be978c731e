"""Finished files of a store, removed as long as they are as they were."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from .base import Store


class Removing(Protocol):
    """A store's way to remove files. Every method may raise what those of `RangeReading` may."""

    async def remove_file(self, path: str, etag: str, *, key: str) -> None:
        """Remove the file if it has this `etag`, durably; one that is not there is removed already.

        Parameters
        ----------
        key : str
            Unique to this removal, as `Target.key` is to an upload.

        Raises
        ------
        Changed
            When it is not what it was; then it stays, under its name. A store without such a condition looks
            right before.
        """
        ...

    async def remove_folder(self, path: str) -> bool:
        """Remove a folder that is empty, or what marks it in a bucket; return whether it is gone."""
        ...


@runtime_checkable
class Removable(Store, Protocol):
    """A store whose finished files can be removed."""

    @property
    def removing(self) -> Removing:
        """Its way to remove them."""
        ...
