"""Finished objects of a bucket, removed as long as they are as they were."""

from __future__ import annotations

from collections.abc import Callable

from ...errors import Changed, Exists, NotFound
from .keys import key_of
from .reading import ReadableObjects


class BucketRemoving:
    """Removes objects below a prefix.

    Parameters
    ----------
    root : str
        What their keys begin with: empty, or ending with `/`.
    key_of_file : Callable
        From a path to its key.
    """

    def __init__(self, objects: ReadableObjects, root: str, key_of_file: Callable[[str], str]) -> None:
        self._objects = objects
        self._root = root
        self._key_of_file = key_of_file

    async def remove_file(self, path: str, etag: str, *, key: str) -> None:
        """Look at it, and remove it on the condition that it is that still (see `Removing`)."""
        del key
        name = self._key_of_file(path)
        try:
            there = await self._objects.ranges.head(name)
        except NotFound:
            return
        if there.etag != etag:  # not all stores know the condition
            raise Changed(f"{path!r} has changed; it stays.")
        try:
            await self._objects.small.delete_if(name, etag)
        except Exists:
            raise Changed(f"{path!r} has changed; it stays.") from None

    async def remove_folder(self, path: str) -> bool:
        """Remove the empty object that marks it, if there is one (see `Removing`)."""
        mark = key_of(self._root, f"{path}/")
        # Some stores know of folders, and answer for one that no object marks.
        listed, _ = await self._objects.small.list_all(mark, None)
        if any(one.key != mark or one.size for one in listed):
            return False
        try:
            for one in listed:
                await self._objects.small.delete_if(mark, one.etag)
        except Exists:
            return False
        return True
