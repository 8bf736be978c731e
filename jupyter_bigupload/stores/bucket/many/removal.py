"""Remove many objects, but none that is not the one that is meant, as far as the store can tell."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ....errors import BigUploadError, Exists, Unsupported
from ...many import KnownFile, Removed
from ..small_objects import SmallObjects
from .lookup import at_once


async def remove(objects: SmallObjects, key_of: Callable[[str], str], files: Sequence[KnownFile]) -> Removed:
    """Remove those of `files` that are as they were sent (see `ManyFiles.remove`)."""

    async def one(file: KnownFile) -> bool | BigUploadError:
        try:
            return await _remove(objects, key_of(file.path), file)
        except BigUploadError as error:
            return error

    results = await at_once(one(file) for file in files)
    return Removed(
        [index for index, result in enumerate(results) if result is True],
        [(index, result) for index, result in enumerate(results) if isinstance(result, BigUploadError)],
    )


async def _remove(objects: SmallObjects, key: str, file: KnownFile) -> bool:
    """Remove an object if it is the one; return whether it was there."""
    there = await objects.details(key)
    if there is None:
        return False
    same = there.has(file.digest) if file.digest is not None and there.size == file.size else False
    if same is None and not there.tag:  # another program has put it there
        same = False
    if same is None:
        raise Unsupported("The store can't tell whether this is the file that was sent.")
    if not same:
        raise Exists(f"{file.path!r} is not the file that was sent.", path=file.path, size=there.size)
    await objects.delete_if(key, there.etag)
    return True
