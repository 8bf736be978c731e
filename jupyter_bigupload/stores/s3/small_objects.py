"""Whole objects of S3: signed, looked at, listed, removed if they are as they were."""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from ...digests import Digest
from ...errors import NotFound
from ..bucket.small_objects import ListedObject, ObjectDetails, SmallObject, parse_stated, quoted
from ..signing import SignedRequest
from .client import LazyClient
from .conditions import UNCONDITIONAL, keywords
from .heads import TAG, head_object, tag_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_PAGE = 1000
_SIGNED_FOR = 15 * 60
#: Metadata of objects: what was said of their bytes.
_STATED = "bigupload-digests"
_MD5 = re.compile(r'"([0-9a-f]{32})"')
_PARAMETERS: Mapping[str, str] = {"crc64nvme": "ChecksumCRC64NVME", "md5": "ContentMD5"}
_HEADERS: Mapping[str, str] = {"crc64nvme": "x-amz-checksum-crc64nvme", "md5": "Content-MD5"}


class S3SmallObjects:
    """Objects of `bucket`, of which `checksum` is verified."""

    def __init__(self, client: LazyClient, bucket: str, checksum: str) -> None:
        self._client = client
        self._bucket = bucket
        self._checksum = checksum

    async def sign_put(self, new: SmallObject, *, only_if_free: bool) -> SignedRequest:
        """Sign the putting of an object, with all that is said of it."""
        value = base64.b64encode(new.digest.value).decode()
        stated = ", ".join(map(str, new.stated))
        params: dict[str, Any] = {
            "Bucket": self._bucket,
            "Key": new.key,
            "ContentLength": new.length,
            "ContentType": new.content_type,
            "Metadata": {TAG: new.tag, _STATED: stated},
            _PARAMETERS[self._checksum]: value,
        }
        headers = {
            "Content-Type": new.content_type,
            f"x-amz-meta-{TAG}": new.tag,
            f"x-amz-meta-{_STATED}": stated,
            _HEADERS[self._checksum]: value,
        }
        if only_if_free:
            params["IfNoneMatch"] = headers["If-None-Match"] = "*"
        expires = time.time() + _SIGNED_FOR
        url = await self._client.call(
            lambda client: client.generate_presigned_url("put_object", Params=params, ExpiresIn=_SIGNED_FOR)
        )
        return SignedRequest("PUT", url, headers, expires)

    async def details(self, key: str) -> ObjectDetails | None:
        """Return what is known of the object, or None when there is none."""
        try:
            return await self._client.call(lambda client: self._details(client, key))
        except NotFound:
            return None

    async def list_all(self, prefix: str, page: str | None) -> tuple[Sequence[ListedObject], str | None]:
        """Return a page of all objects below a prefix."""
        return await self._client.call(lambda client: self._list(client, prefix, page))

    async def delete_if(self, key: str, etag: str) -> None:
        """Remove an object that has this ETag still; stores that know no such condition remove it anyway."""
        await self._client.call(lambda client: self._delete(client, key, etag))

    def _details(self, client: S3Client, key: str) -> ObjectDetails:
        there = head_object(client, self._bucket, key, ChecksumMode="ENABLED")
        kept = []
        checksum = there.get("ChecksumCRC64NVME")
        if checksum and there.get("ChecksumType", "FULL_OBJECT") == "FULL_OBJECT":
            kept.append(Digest("crc64nvme", base64.b64decode(checksum)))
        encrypted = "kms" in there.get("ServerSideEncryption", "") or there.get("SSECustomerAlgorithm")
        md5 = _MD5.fullmatch(there["ETag"])
        if md5 is not None and not encrypted:  # else an ETag is no MD5
            kept.append(Digest("md5", bytes.fromhex(md5[1])))
        metadata = {name.lower(): value for name, value in there["Metadata"].items()}
        return ObjectDetails(
            there["ContentLength"],
            there["LastModified"].timestamp(),
            there["ETag"],
            tag_of(there),
            kept,
            parse_stated(metadata.get(_STATED, "")),
        )

    def _list(
        self, client: S3Client, prefix: str, page: str | None
    ) -> tuple[Sequence[ListedObject], str | None]:
        more = {} if page is None else {"ContinuationToken": page}
        found = client.list_objects_v2(Bucket=self._bucket, Prefix=prefix, MaxKeys=_PAGE, **keywords(more))
        objects = [
            ListedObject(one["Key"], one["Size"], one["LastModified"].timestamp(), quoted(one["ETag"]))
            for one in found.get("Contents", [])
        ]
        return objects, found.get("NextContinuationToken") if found.get("IsTruncated") else None

    def _delete(self, client: S3Client, key: str, etag: str) -> None:
        try:
            client.delete_object(Bucket=self._bucket, Key=key, IfMatch=etag)
        except ClientError as error:
            if error.response["Error"].get("Code") not in UNCONDITIONAL:
                raise
            client.delete_object(Bucket=self._bucket, Key=key)
