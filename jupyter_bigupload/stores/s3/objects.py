"""What is in a bucket, below a prefix."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...errors import NotFound
from ..bucket.keys import key_of
from ..listing import Listing, StoredObject
from .client import LazyClient
from .heads import head_object

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ListObjectsV2RequestTypeDef

_PAGE = 1000


class S3Objects:
    """The objects of `bucket` whose keys begin with `root`, which is empty or ends with `/`."""

    def __init__(self, client: LazyClient, bucket: str, root: str) -> None:
        self._client = client
        self._bucket = bucket
        self._root = root

    async def list(self, prefix: str, page: str | None = None) -> Listing:
        """Return a page of what is right below `prefix`."""
        begin = key_of(self._root, prefix)
        return await self._client.call(lambda client: self._list(client, begin, page))

    async def delete(self, path: str) -> None:
        """Remove an object."""
        if not path:
            raise NotFound("There is no file without a name.")
        key = key_of(self._root, path)
        # To delete what isn't there is no error for S3.
        await self._client.call(lambda client: head_object(client, self._bucket, key))
        await self._client.call(lambda client: client.delete_object(Bucket=self._bucket, Key=key))

    def _list(self, client: S3Client, begin: str, page: str | None) -> Listing:
        asked: ListObjectsV2RequestTypeDef = {
            "Bucket": self._bucket,
            "Prefix": begin,
            "Delimiter": "/",
            "MaxKeys": _PAGE,
        }
        if page is not None:
            asked["ContinuationToken"] = page
        found = client.list_objects_v2(**asked)
        return Listing(
            [one["Prefix"].removeprefix(self._root) for one in found.get("CommonPrefixes", [])],
            [
                StoredObject(
                    one["Key"].removeprefix(self._root), one["Size"], one["LastModified"].timestamp()
                )
                for one in found.get("Contents", [])
                if one["Key"] != begin  # some tools mark a folder by an empty object of its name
            ],
            found.get("NextContinuationToken") if found.get("IsTruncated") else None,
        )
