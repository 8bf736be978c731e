"""Blobs of Azure that it copies itself, within one storage account."""

from __future__ import annotations

import time
from typing import Any

from azure.core import MatchConditions

from ...digests import Digest
from ..bucket.copying import CopySource, ObjectCopies, PartOfCopy
from .blocks import block_id
from .client import Access
from .errors import answered

_SIGNED_FOR = 15 * 60.0


class AzureCopies:
    """Copies into a container."""

    #: What Azure takes of a copy that is over when it answers.
    whole = 256 * 2**20

    def __init__(self, access: Access) -> None:
        self.access = access

    @property
    def bucket(self) -> str:
        """The container."""
        return self.access.container

    def reaches(self, source: ObjectCopies) -> bool:
        """Return whether that container is of the same storage account and credentials."""
        return (
            isinstance(source, AzureCopies)
            and self.access.service.url == source.access.service.url
            and type(self.access.signing) is type(source.access.signing)
        )

    async def copy(self, source: CopySource, key: str, *, only_if_free: bool) -> None:
        """Copy a whole blob, with all that is said of it; Azure answers once it is there."""
        options: dict[str, Any] = {"match_condition": MatchConditions.IfMissing} if only_if_free else {}
        await answered(self.access.blob(key).start_copy_from_url)(
            await self._url(source),
            requires_sync=True,
            source_etag=source.etag,
            source_match_condition=MatchConditions.IfNotModified,
            **options,
        )

    async def copy_part(self, source: CopySource, part: PartOfCopy) -> Digest:
        """Copy a range as a block."""
        name = block_id(part.upload_id, part.number)
        await answered(self.access.blob(part.key).stage_block_from_url)(
            name,
            await self._url(source),
            source_offset=part.start,
            source_length=part.end - part.start,
            headers={"x-ms-source-if-match": source.etag},
        )
        return Digest("etag", name.encode())

    async def _url(self, source: CopySource) -> str:
        """Return an address from which Azure may read the source for a while, whoever we are."""
        blob = self.access.service.get_blob_client(source.bucket, source.key)
        signature = await self.access.signing.signature(blob, time.time() + _SIGNED_FOR, read=True)
        return f"{blob.url}?{signature}"
