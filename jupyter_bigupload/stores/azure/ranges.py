"""Blobs of Azure, read by ranges."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator, Iterator

from azure.core import MatchConditions
from azure.core.exceptions import ResourceModifiedError

from ...errors import Changed, NotFound
from ..reading import FileState
from .client import Access
from .errors import answered
from .names import REMOVES


class AzureRanges:
    """Blobs of a container."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def head(self, key: str) -> FileState:
        """Return what is known of the blob."""
        there = await answered(self._access.blob(key).get_blob_properties)()
        if REMOVES in there.metadata:
            raise NotFound("There is no such blob.")
        return FileState(there.size, str(there.etag), there.last_modified.timestamp())

    async def read(self, key: str, start: int, end: int, etag: str) -> AsyncGenerator[bytes, None]:
        """Yield a range, which Azure's library gets in pieces."""
        chunks = await answered(self._open)(key, start, end, etag)
        while piece := await answered(_next)(chunks):
            yield piece

    def _open(self, key: str, start: int, end: int, etag: str) -> Iterator[bytes]:
        with _unchanged():
            return iter(
                self._access.blob(key)
                .download_blob(
                    start,
                    end - start,
                    max_concurrency=1,
                    etag=etag,
                    match_condition=MatchConditions.IfNotModified,
                )
                .chunks()
            )


def _next(chunks: Iterator[bytes]) -> bytes:
    with _unchanged():
        return next(chunks, b"")


@contextlib.contextmanager
def _unchanged() -> Iterator[None]:
    """Tell what Azure says of a blob that has another ETag."""
    try:
        yield
    except ResourceModifiedError:
        raise Changed("The blob has changed.") from None
