"""Whole blobs of Azure: signed, looked at, listed, removed if they are as they were."""

from __future__ import annotations

import base64
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias, cast

from azure.core import MatchConditions
from azure.core.exceptions import ResourceModifiedError, ResourceNotFoundError

from ...digests import Digest
from ...errors import Exists, NotFound
from ..bucket.small_objects import ListedObject, ObjectDetails, SmallObject, parse_stated, quoted
from ..signing import SignedRequest
from .client import Access
from .errors import answered
from .names import REMOVES, STATED, TAG

if TYPE_CHECKING:
    from azure.core.paging import PageIterator
    from azure.storage.blob import BlobProperties

    _Pages: TypeAlias = PageIterator[BlobProperties]

_PAGE = 5000
_SIGNED_FOR = 15 * 60.0


class AzureSmallObjects:
    """Blobs of a container."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def sign_put(self, new: SmallObject, *, only_if_free: bool) -> SignedRequest:
        """Sign the putting of a blob; `Content-MD5` is what holds the bytes to its digest."""
        blob = self._access.blob(new.key)
        expires = time.time() + _SIGNED_FOR
        signature = await self._access.signing.signature(blob, expires)
        headers = {
            "x-ms-blob-type": "BlockBlob",
            "x-ms-blob-content-type": new.content_type,
            "Content-MD5": base64.b64encode(new.digest.value).decode(),
            f"x-ms-meta-{TAG}": new.tag,
            f"x-ms-meta-{STATED}": ", ".join(map(str, new.stated)),
        }
        if only_if_free:
            headers["If-None-Match"] = "*"
        return SignedRequest("PUT", f"{blob.url}?{signature}", headers, expires)

    async def details(self, key: str) -> ObjectDetails | None:
        """Return what is known of the blob, or None when there is none."""
        try:
            return await answered(self._details)(key)
        except NotFound:
            return None

    async def list_all(self, prefix: str, page: str | None) -> tuple[Sequence[ListedObject], str | None]:
        """Return a page of all blobs below a prefix."""
        return await answered(self._list)(prefix, page)

    async def delete_if(self, key: str, etag: str) -> None:
        """Remove a blob that has this ETag still, and its snapshots with it."""
        await answered(self._delete)(key, etag)

    def _details(self, key: str) -> ObjectDetails | None:
        there = self._access.blob(key).get_blob_properties()
        if REMOVES in there.metadata:
            return None
        md5 = there.content_settings.content_md5
        return ObjectDetails(
            there.size,
            there.last_modified.timestamp(),
            str(there.etag),
            there.metadata.get(TAG, ""),
            [Digest("md5", bytes(md5))] if md5 else [],
            parse_stated(there.metadata.get(STATED, "")),
        )

    def _list(self, prefix: str, page: str | None) -> tuple[Sequence[ListedObject], str | None]:
        container = self._access.service.get_container_client(self._access.container)
        found = container.list_blobs(name_starts_with=prefix, results_per_page=_PAGE)
        pages = cast("_Pages", found.by_page(page))
        objects = [
            ListedObject(one.name, one.size, one.last_modified.timestamp(), quoted(str(one.etag)))
            for one in next(pages, ())
        ]
        return objects, pages.continuation_token or None

    def _delete(self, key: str, etag: str) -> None:
        try:
            self._access.blob(key).delete_blob(
                delete_snapshots="include", etag=etag, match_condition=MatchConditions.IfNotModified
            )
        except ResourceModifiedError:
            raise Exists("Somebody has changed the blob.") from None
        except ResourceNotFoundError:
            return
