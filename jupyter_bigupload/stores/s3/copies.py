"""Objects of S3 that it copies itself."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from ...digests import Digest
from ...errors import Unsupported
from ..address import StoreAddress
from ..bucket.copying import CopySource, ObjectCopies, PartOfCopy
from .client import LazyClient
from .conditions import IF_FREE, UNCONDITIONAL, if_known, keywords

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class S3Copies:
    """Copies into `bucket`."""

    #: S3 takes 5 GiB, but says nothing before the end: of more than that nobody would know how far it is.
    whole = 2**30

    def __init__(self, client: LazyClient, bucket: str, address: StoreAddress) -> None:
        self._client = client
        self.bucket = bucket
        self.address = address

    def reaches(self, source: ObjectCopies) -> bool:
        """Return whether that bucket is of the same service and credentials."""
        return isinstance(source, S3Copies) and _service(self.address) == _service(source.address)

    async def copy(self, source: CopySource, key: str, *, only_if_free: bool) -> None:
        """Copy a whole object, with all that is said of it."""
        await self._client.call(lambda client: self._copy(client, source, key, only_if_free=only_if_free))

    async def copy_part(self, source: CopySource, part: PartOfCopy) -> Digest:
        """Copy a range as a part of an upload."""
        answer = await self._client.call(
            lambda client: client.upload_part_copy(
                Bucket=self.bucket,
                Key=part.key,
                UploadId=part.upload_id,
                PartNumber=part.number,
                CopySource={"Bucket": source.bucket, "Key": source.key},
                CopySourceIfMatch=source.etag,
                CopySourceRange=f"bytes={part.start}-{part.end - 1}",
            )
        )
        result = answer.get("CopyPartResult", {})
        checksum = result.get("ChecksumCRC64NVME")
        if checksum:
            return Digest("crc64nvme", base64.b64decode(checksum))
        if "ETag" not in result:  # rclone takes the request for an empty part
            raise Unsupported("The store does not copy by parts.")
        return Digest("etag", result["ETag"].encode())

    def _copy(self, client: S3Client, source: CopySource, key: str, *, only_if_free: bool) -> None:
        def copy(options: Mapping[str, str]) -> None:
            client.copy_object(
                Bucket=self.bucket,
                Key=key,
                CopySource={"Bucket": source.bucket, "Key": source.key},
                CopySourceIfMatch=source.etag,
                **keywords(options),
            )

        if_known(copy, IF_FREE if only_if_free else {}, unknown=UNCONDITIONAL)


def _service(address: StoreAddress) -> StoreAddress:
    """Return what two buckets must have in common, so that one can be copied to the other."""
    return replace(address, region=None, path_style=None)
