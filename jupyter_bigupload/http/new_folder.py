"""The folder that a file goes to, where a protocol sends it before its first file."""

from __future__ import annotations

from collections.abc import AsyncIterator

from .base import ServiceHandler


async def make_folder(handler: ServiceHandler, destination: str, path: str) -> None:
    """Make a folder, with those above it.

    Raises
    ------
    BigUploadError
        When it can't be made, or may not.
    """
    refusals = await handler.refusals(destination, [path])
    made = await handler.service.batches.write(destination, [path], [], refusals, _nothing())
    (folder,) = made.folders
    if folder.error is not None:
        raise folder.error


async def _nothing() -> AsyncIterator[bytes]:
    return
    yield
