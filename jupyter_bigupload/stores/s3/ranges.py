"""Objects of S3, read by ranges."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from ...errors import Changed, StorageFailed
from ..reading import FileState
from .client import LazyClient
from .heads import head_object

if TYPE_CHECKING:
    from botocore.response import StreamingBody
    from mypy_boto3_s3 import S3Client

_PIECE = 2**20
_OTHER_STATE = {"PreconditionFailed", "412"}


class S3Ranges:
    """The objects of `bucket`."""

    def __init__(self, client: LazyClient, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    async def head(self, key: str) -> FileState:
        """Return what is known of the object."""
        there = await self._client.call(lambda client: head_object(client, self._bucket, key))
        return FileState(there["ContentLength"], there["ETag"], there["LastModified"].timestamp())

    async def read(self, key: str, start: int, end: int, etag: str) -> AsyncGenerator[bytes, None]:
        """Yield a range, in pieces that leave the threads to others in between."""
        body = await self._client.call(lambda client: self._open(client, key, start, end, etag))
        try:
            while piece := await self._client.call(lambda _: body.read(_PIECE)):
                yield piece
        finally:
            body.close()  # and with it the connection, unless all was read

    def _open(self, client: S3Client, key: str, start: int, end: int, etag: str) -> StreamingBody:
        try:
            answer = client.get_object(
                Bucket=self._bucket, Key=key, Range=f"bytes={start}-{end - 1}", IfMatch=etag
            )
        except ClientError as error:
            if error.response["Error"].get("Code") in _OTHER_STATE:
                raise Changed("The object has changed.") from None
            raise
        # Not all stores know the condition, nor ranges.
        if answer["ETag"] != etag or answer["ContentLength"] != end - start:
            answer["Body"].close()
            if answer["ETag"] != etag:
                raise Changed("The object has changed.")
            raise StorageFailed("The store answered with another range than it was asked for.")
        return answer["Body"]
