"""Azure's block blobs: an unfinished upload is uncommitted blocks under the blob's name (`blocks.py`).

What follows from that:

- Whoever commits or overwrites a blob throws away all uncommitted blocks under its name. Of two uploads to
  one name the first to finish wins, and the other is gone.
- Blocks can't be removed one by one. Those of an aborted upload go when no other upload to the name
  is open, with the next commit, or by themselves after 7 days.
- Azure signs for a blob and a time, not for a block, a length or a digest: whoever has a signed request may
  write this one blob as they like until it expires. Bytes are held against the `Content-MD5` sent along.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import os
import secrets
import time
from collections.abc import Sequence
from urllib.parse import quote

import certifi
from azure.core import MatchConditions
from azure.core.exceptions import ResourceExistsError, ResourceModifiedError, ResourceNotFoundError
from azure.storage.blob import (
    BlobBlock,
    BlobClient,
    BlobProperties,
    BlockState,
    ContentSettings,
    StorageErrorCode,
)

from ...digests import Digest, SupportsUpdate
from ...errors import BigUploadError, NotFound, Unsupported
from ..address import StoreAddress
from ..bucket.multipart import PartLimits, RemoteObject, RemotePart, RemoteUpload
from ..signing import SignedRequest
from .blocks import ABORTED, OPEN, Uncommitted, block_id, group_blocks, new_upload_id
from .client import connect
from .copies import AzureCopies
from .errors import answered, refusal
from .names import REMOVES, TAG
from .objects import AzureObjects
from .ranges import AzureRanges
from .small_objects import AzureSmallObjects

_MiB = 2**20
#: Where requests, on which Azure's library is built, looks.
_CA_FILES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_SIGNED_FOR = 15 * 60.0
_NOTHING = Digest("md5", hashlib.md5(usedforsecurity=False).digest())


class AzureBlobs:
    """Multipart uploads into a container, below a prefix.

    Parameters
    ----------
    container : str
        Its name.
    address : StoreAddress
        Where the storage account is, and the credentials.
    prefix : str
        Without a slash at either end.
    direct : bool
        Whether what is signed may be given to pages.

    Raises
    ------
    CredentialsMissing
        When there are none.
    Unsupported
        When they open more than a page may be given.
    """

    limits = PartLimits(min_part=1, max_part=4000 * _MiB, max_parts=50_000, max_size=50_000 * 4000 * _MiB)
    checksums: Sequence[str] = ("md5",)

    def __init__(
        self, container: str, address: StoreAddress, *, prefix: str = "", direct: bool = False
    ) -> None:
        self._access = connect(container, address)
        if direct and not self._access.signing.for_one_blob:
            raise Unsupported(
                "Pages can't be given a shared access signature, which opens more than one file. Leave out "
                "`direct`, or give the server the account's key or an identity at Azure."
            )
        self._root = f"{prefix}/" if prefix else ""
        #: Whole blobs.
        self.small = AzureSmallObjects(self._access)
        #: Its finished blobs, to read.
        self.ranges = AzureRanges(self._access)
        #: Its finished blobs, to copy.
        self.copies = AzureCopies(self._access)
        #: Its finished blobs, to look at.
        self.objects = AzureObjects(self._access, self._root)

    @property
    def ca_file(self) -> str:
        """The certificates that Azure's library trusts."""
        return next(filter(None, map(os.environ.get, _CA_FILES)), certifi.where())

    async def begin(self, key: str, *, tag: str, content_type: str) -> str:
        """Open an upload. What `tag` and `content_type` say is kept at the end."""
        del tag, content_type
        upload_id = new_upload_id()
        await answered(self._access.blob(key).stage_block)(block_id(upload_id, 0), OPEN)
        return upload_id

    async def sign(
        self, key: str, upload_id: str, number: int, length: int, digest: Digest | None
    ) -> SignedRequest:
        """Sign the sending of block `number`; `Content-MD5` is what holds the bytes to `digest`."""
        del length
        return await self._sign(self._access.blob(key), block_id(upload_id, number), _verified(digest))

    async def sign_probe(self) -> SignedRequest:
        """Sign the sending of a block, of no bytes, into a container that does not exist."""
        nowhere = self._access.service.get_blob_client(f"bigupload-{secrets.token_hex(16)}", "probe")
        return await self._sign(nowhere, block_id(new_upload_id(), 1), _verified(_NOTHING))

    async def list_parts(self, key: str, upload_id: str) -> Sequence[RemotePart]:
        """Return the blocks of the upload that are there."""
        parts = (await answered(self._uncommitted)(key)).parts
        if upload_id not in parts:
            raise NotFound("The upload is no longer there.")
        return parts[upload_id]

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
        """Commit the blocks. Azure keeps no checksum over all of them that `digest` could be held against."""
        del digest
        blocks = [BlobBlock(block_id(upload_id, part.number), BlockState.UNCOMMITTED) for part in parts]
        condition = MatchConditions.IfMissing if only_if_free else None
        await answered(self._access.blob(key).commit_block_list)(
            blocks,
            content_settings=ContentSettings(content_type=content_type),
            metadata={TAG: tag},
            match_condition=condition,
        )

    async def abort(self, key: str, upload_id: str) -> None:
        """Remove the upload's blocks, where they are alone under the name; else leave them to expire."""
        await answered(self._abort)(key, upload_id)

    async def unfinished(self, key: str) -> Sequence[RemoteUpload]:
        """Return the open uploads of exactly this key."""
        return (await answered(self._uncommitted)(key)).uploads

    async def head(self, key: str) -> RemoteObject | None:
        """Return the finished blob, or None when there is none."""
        return await answered(self._head)(key)

    async def digest_object(self, key: str, hasher: SupportsUpdate) -> int:
        """Feed `hasher` the finished blob and return how many bytes that were."""
        return await answered(self._digest)(key, hasher)

    def refusal(self, status: int, code: str, message: str, *, page: bool = False) -> BigUploadError:
        """Return the error that an answer to a signed request stands for."""
        return refusal(status, code, message, page=page)

    async def _sign(self, blob: BlobClient, name: str, headers: dict[str, str]) -> SignedRequest:
        expires = time.time() + _SIGNED_FOR
        signature = await self._access.signing.signature(blob, expires)
        encoded = quote(base64.b64encode(name.encode()), safe="")
        return SignedRequest("PUT", f"{blob.url}?comp=block&blockid={encoded}&{signature}", headers, expires)

    def _uncommitted(self, key: str) -> Uncommitted:
        try:
            _, blocks = self._access.blob(key).get_block_list("uncommitted")
        except ResourceNotFoundError as error:
            _raise_without_container(error)
            return Uncommitted({})
        return group_blocks(blocks)

    def _properties(self, key: str) -> BlobProperties | None:
        try:
            return self._access.blob(key).get_blob_properties()
        except ResourceNotFoundError as error:
            _raise_without_container(error)
            return None

    def _abort(self, key: str, upload_id: str) -> None:
        blob, found, there = self._access.blob(key), self._uncommitted(key), self._properties(key)
        if upload_id in found.ids:
            if there is not None or found.foreign or found.parts.keys() - {upload_id}:
                blob.stage_block(block_id(upload_id, 0), ABORTED)
                return
            try:
                # To commit no block throws away all that are uncommitted.
                etag = blob.commit_block_list(
                    [], metadata={REMOVES: upload_id}, match_condition=MatchConditions.IfMissing
                )["etag"]
            except ResourceExistsError:  # somebody else's did
                return
        elif there is not None and there.metadata.get(REMOVES) == upload_id:  # an earlier try got so far
            etag = there.etag
        else:
            return
        # What somebody has put there since is not for us to remove.
        with contextlib.suppress(ResourceModifiedError, ResourceNotFoundError):
            blob.delete_blob(etag=str(etag), match_condition=MatchConditions.IfNotModified)

    def _head(self, key: str) -> RemoteObject | None:
        there = self._properties(key)
        if there is None or REMOVES in there.metadata:
            return None
        return RemoteObject(there.size, there.metadata.get(TAG, ""))

    def _digest(self, key: str, hasher: SupportsUpdate) -> int:
        length = 0
        for piece in self._access.blob(key).download_blob(max_concurrency=1).chunks():
            hasher.update(piece)
            length += len(piece)
        return length


def _verified(digest: Digest | None) -> dict[str, str]:
    """Return the headers that hold the bytes to `digest`, where Azure knows its algorithm."""
    if digest is None or digest.algorithm != "md5":
        return {}
    return {"Content-MD5": base64.b64encode(digest.value).decode()}


def _raise_without_container(error: ResourceNotFoundError) -> None:
    """Raise `error` again unless it says that the blob alone is missing."""
    if getattr(error, "error_code", None) == StorageErrorCode.CONTAINER_NOT_FOUND:
        raise error
