"""S3, and everything that speaks like it: multipart uploads into a bucket, below a prefix."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
import time
from collections.abc import Mapping, Sequence
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from ...digests import ALGORITHMS, Digest, SupportsUpdate
from ...errors import (
    BigUploadError,
    BucketMissing,
    DigestMismatch,
    Exists,
    LengthMismatch,
    Malformed,
    NotFound,
)
from ..address import StoreAddress
from ..bucket.multipart import PartLimits, RemoteObject, RemotePart, RemoteUpload
from ..signing import SignedRequest
from .client import LazyClient
from .conditions import IF_FREE, if_known, keywords
from .copies import S3Copies
from .errors import refusal
from .heads import TAG, head_object, tag_of
from .objects import S3Objects
from .ranges import S3Ranges
from .small_objects import S3SmallObjects

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ListMultipartUploadsOutputTypeDef

_MiB = 2**20
_PIECE = _MiB
_SIGNED_FOR = 15 * 60
#: What S3 calls the digests: as a header, as a parameter of boto3, and as the algorithm of an upload. S3
#: holds Content-MD5 against any part, without being told at the beginning.
_HEADERS: Mapping[str, str] = {
    "crc64nvme": "x-amz-checksum-crc64nvme",
    "md5": "Content-MD5",
}
_PARAMETERS: Mapping[str, str] = {
    "crc64nvme": "ChecksumCRC64NVME",
    "md5": "ContentMD5",
}
_BEGIN: Mapping[str, Mapping[str, str]] = {
    "crc64nvme": {"ChecksumAlgorithm": "CRC64NVME", "ChecksumType": "FULL_OBJECT"},
    "md5": {},
}
_MD5 = re.compile(r'"([0-9a-f]{32})"')
_COMPOSITE = re.compile(r'"([0-9a-f]{32})-([0-9]+)"')
#: Answers of stores that know no condition on completing.
_UNCONDITIONAL = {"NotImplemented"}


class S3:
    """Multipart uploads into a bucket, below a prefix.

    Parameters
    ----------
    address : StoreAddress
        Where the bucket is; without an `endpoint_url`, at AWS.
    prefix : str
        Without a slash at either end.
    checksum : str or None
        The digest that the store is to verify; None for the best that there is.
    """

    limits = PartLimits(
        min_part=5 * _MiB, max_part=5 * 1024 * _MiB, max_parts=10_000, max_size=5 * 1024 * 1024 * _MiB
    )

    def __init__(
        self, bucket: str, address: StoreAddress, *, prefix: str = "", checksum: str | None = None
    ) -> None:
        self._bucket = bucket
        self._root = f"{prefix}/" if prefix else ""
        self._client = LazyClient(bucket, address)
        self._checksum = checksum or ("crc64nvme" if "crc64nvme" in ALGORITHMS else "md5")
        #: Exactly one: an upload is begun for one, and takes no other.
        self.checksums: Sequence[str] = (self._checksum,)
        #: Whole objects.
        self.small = S3SmallObjects(self._client, bucket, self._checksum)
        #: Its finished objects, to read.
        self.ranges = S3Ranges(self._client, bucket)
        #: Its finished objects, to copy.
        self.copies = S3Copies(self._client, bucket, address)
        #: Its finished objects, to look at.
        self.objects = S3Objects(self._client, bucket, self._root)

    @property
    def ca_file(self) -> str | None:
        """What boto3 trusts, once its client is made."""
        return self._client.ca_file

    def refusal(self, status: int, code: str, message: str, *, page: bool = False) -> BigUploadError:
        """Return the error that an answer to a signed request stands for."""
        error = refusal(status, code, message, page=page)
        self._client.invalidate(error)
        return error

    async def begin(self, key: str, *, tag: str, content_type: str) -> str:
        """Begin a multipart upload."""
        begun = await self._client.call_once(
            lambda client: client.create_multipart_upload(
                Bucket=self._bucket,
                Key=key,
                Metadata={TAG: tag},
                ContentType=content_type,
                **keywords(_BEGIN[self._checksum]),
            )
        )
        upload_id = begun.get("UploadId")
        if not upload_id:
            raise BucketMissing(
                "What answers there begins no multipart upload; check the destination's `endpoint_url`."
            )
        return upload_id

    async def sign(
        self, key: str, upload_id: str, number: int, length: int, digest: Digest | None
    ) -> SignedRequest:
        """Sign the sending of a part, its length and its digest included."""
        if digest is not None and digest.algorithm != self._checksum:
            raise Malformed(f"This store verifies {self._checksum}, not {digest.algorithm}.")
        expires = time.time() + _SIGNED_FOR
        value = "" if digest is None else base64.b64encode(digest.value).decode()
        url = await self._client.call(
            lambda client: client.generate_presigned_url(
                "upload_part",
                Params={
                    "Bucket": self._bucket,
                    "Key": key,
                    "UploadId": upload_id,
                    "PartNumber": number,
                    "ContentLength": length,
                    **({_PARAMETERS[self._checksum]: value} if value else {}),
                },
                ExpiresIn=_SIGNED_FOR,
            )
        )
        return SignedRequest("PUT", url, {_HEADERS[self._checksum]: value} if value else {}, expires)

    async def sign_probe(self) -> SignedRequest:
        """Sign the sending of a part, of no bytes, of an upload that does not exist."""
        nothing = Digest(self._checksum, ALGORITHMS[self._checksum]().digest())
        return await self.sign(f"{self._root}.bigupload-probe", secrets.token_hex(16), 1, 0, nothing)

    async def list_parts(self, key: str, upload_id: str) -> Sequence[RemotePart]:
        """Return the parts that are there."""
        return await self._client.call(lambda client: self._list_parts(client, key, upload_id))

    async def complete(
        self,
        key: str,
        upload_id: str,
        parts: Sequence[RemotePart],
        *,
        only_if_free: bool,
        tag: str,
        content_type: str,
        digest: Digest | None,
    ) -> None:
        """Complete the upload, and hold what came of it against `parts` and `digest`."""
        del content_type
        if not parts:
            await self._client.call(
                lambda client: client.upload_part(
                    Bucket=self._bucket, Key=key, UploadId=upload_id, PartNumber=1
                )
            )
            parts = await self.list_parts(key, upload_id)
        if only_if_free:
            # Not all stores know the condition, and some ignore it.
            there = await self.head(key)
            if there is not None and there.tag != tag:
                raise Exists("There is a file of this name already.")
        whole = digest if digest is not None and digest.algorithm == "crc64nvme" == self._checksum else None
        await self._client.call(
            lambda client: self._complete(client, key, upload_id, parts, whole, only_if_free=only_if_free)
        )
        await self._client.call(lambda client: self._verify(client, key, parts, whole, tag))

    async def abort(self, key: str, upload_id: str) -> None:
        """Abort the upload."""
        try:
            await self._client.call(
                lambda client: client.abort_multipart_upload(Bucket=self._bucket, Key=key, UploadId=upload_id)
            )
        except NotFound:
            return

    async def unfinished(self, key: str) -> Sequence[RemoteUpload]:
        """Return the unfinished uploads of exactly this key."""
        try:
            return await self._client.call(lambda client: self._unfinished(client, key))
        except NotFound:  # some stores' way to say that there are none
            return []

    async def head(self, key: str) -> RemoteObject | None:
        """Return the finished object, or None when there is none."""
        try:
            there = await self._client.call(lambda client: head_object(client, self._bucket, key))
        except NotFound:
            return None
        return RemoteObject(there["ContentLength"], tag_of(there))

    async def digest_object(self, key: str, hasher: SupportsUpdate) -> int:
        """Feed `hasher` the object, in pieces that leave the threads to others in between."""
        body = (await self._client.call(lambda client: client.get_object(Bucket=self._bucket, Key=key)))[
            "Body"
        ]

        def feed(_: S3Client) -> int:
            piece = body.read(_PIECE)
            hasher.update(piece)
            return len(piece)

        length = 0
        try:
            while read := await self._client.call(feed):
                length += read
        finally:
            body.close()
        return length

    def _list_parts(self, client: S3Client, key: str, upload_id: str) -> Sequence[RemotePart]:
        newest: dict[int, tuple[float, RemotePart]] = {}
        pages = client.get_paginator("list_parts").paginate(Bucket=self._bucket, Key=key, UploadId=upload_id)
        for page in pages:
            for found in page.get("Parts", []):
                part = RemotePart(found["PartNumber"], found["Size"], found["ETag"])
                sent = found["LastModified"].timestamp()
                if part.number not in newest or newest[part.number][0] <= sent:
                    newest[part.number] = sent, part
        return [part for _, (_, part) in sorted(newest.items())]

    def _complete(
        self,
        client: S3Client,
        key: str,
        upload_id: str,
        parts: Sequence[RemotePart],
        whole: Digest | None,
        *,
        only_if_free: bool,
    ) -> None:
        wanted: dict[str, str] = {**IF_FREE} if only_if_free else {}
        if whole is not None:
            wanted["ChecksumCRC64NVME"] = base64.b64encode(whole.value).decode()
            wanted["ChecksumType"] = "FULL_OBJECT"

        def complete(options: Mapping[str, str]) -> None:
            client.complete_multipart_upload(
                Bucket=self._bucket,
                Key=key,
                UploadId=upload_id,
                MultipartUpload={"Parts": [{"PartNumber": part.number, "ETag": part.etag} for part in parts]},
                **keywords(options),
            )

        if_known(complete, wanted, unknown=_UNCONDITIONAL)

    def _verify(
        self, client: S3Client, key: str, parts: Sequence[RemotePart], whole: Digest | None, tag: str
    ) -> None:
        """Hold the object against what it was made of, as far as the store tells.

        Raises
        ------
        LengthMismatch, DigestMismatch
            When it isn't that.
        """
        there = head_object(client, self._bucket, key, ChecksumMode="ENABLED")
        if tag_of(there) != tag:
            return  # somebody has put another in its place by now
        size = sum(part.size for part in parts)
        if there["ContentLength"] != size:
            raise LengthMismatch(f"The store made {there['ContentLength']} bytes of {size}.")
        checksum = there.get("ChecksumCRC64NVME")
        if whole is not None and checksum and base64.b64decode(checksum) != whole.value:
            raise DigestMismatch("The store made other bytes of the parts.")
        if "kms" in there.get("ServerSideEncryption", "") or there.get("SSECustomerAlgorithm"):
            return  # ETags are no MD5s then
        composite = _COMPOSITE.fullmatch(there["ETag"])
        md5s = [found for part in parts if (found := _MD5.fullmatch(part.etag))]
        if composite is None or self._checksum != "md5" or len(md5s) != len(parts):
            return
        expected = hashlib.md5(b"".join(bytes.fromhex(md5[1]) for md5 in md5s), usedforsecurity=False)
        if composite.groups() != (expected.hexdigest(), str(len(parts))):
            raise DigestMismatch("The store made the file of other parts.")

    def _unfinished(self, client: S3Client, key: str) -> Sequence[RemoteUpload]:
        pages = client.get_paginator("list_multipart_uploads").paginate(Bucket=self._bucket, Prefix=key)
        return [
            RemoteUpload(found["UploadId"], found["Initiated"].timestamp() - ahead)
            for page in pages
            for ahead in [_ahead(page)]
            for found in page.get("Uploads", [])
            if found["Key"] == key
        ]


def _ahead(answer: ListMultipartUploadsOutputTypeDef) -> float:
    """Return by how many seconds the store's clock is ahead of this machine's."""
    date = answer["ResponseMetadata"]["HTTPHeaders"].get("date")
    return 0.0 if date is None else parsedate_to_datetime(date).timestamp() - time.time()
