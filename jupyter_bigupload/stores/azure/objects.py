"""What is in an Azure container, below a prefix."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, cast

from azure.storage.blob import BlobPrefix, BlobProperties

from ..bucket.keys import key_of
from ..listing import Listing, StoredObject
from .client import Access
from .errors import answered

if TYPE_CHECKING:
    from azure.core.paging import PageIterator

    _Pages: TypeAlias = PageIterator[BlobProperties | BlobPrefix]

_PAGE = 1000


class AzureObjects:
    """The finished blobs of a container whose names begin with `root`, which is empty or ends with `/`."""

    def __init__(self, access: Access, root: str) -> None:
        self._access = access
        self._root = root

    async def list(self, prefix: str, page: str | None = None) -> Listing:
        """Return a page of what is right below `prefix`."""
        return await answered(self._list)(prefix, page)

    async def delete(self, path: str) -> None:
        """Remove a finished blob, and its snapshots with it."""
        await answered(self._access.blob(key_of(self._root, path)).delete_blob)(delete_snapshots="include")

    def _list(self, prefix: str, page: str | None) -> Listing:
        begin = key_of(self._root, prefix)
        container = self._access.service.get_container_client(self._access.container)
        found = container.walk_blobs(begin, delimiter="/", results_per_page=_PAGE)
        pages = cast("_Pages", found.by_page(page))
        prefixes: list[str] = []
        objects: list[StoredObject] = []
        for item in next(pages, ()):
            path = item.name.removeprefix(self._root)
            if isinstance(item, BlobPrefix):
                prefixes.append(path)
            elif item.name != begin:  # some tools mark a folder by an empty blob of its name
                objects.append(StoredObject(path, item.size, item.last_modified.timestamp()))
        return Listing(prefixes, objects, pages.continuation_token or None)
