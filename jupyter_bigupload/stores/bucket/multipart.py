"""What a bucket store needs of an object store: what S3's multipart uploads and Azure's block blobs share.

`S3` and `AzureBlobs` are two of them; `BucketStore` makes a `Store` of either.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from ...digests import Digest, SupportsUpdate
from ...errors import BigUploadError
from ..signing import SignedRequest
from .reading import ObjectRanges
from .small_objects import SmallObjects

if TYPE_CHECKING:
    from .copying import ObjectCopies


@dataclass(frozen=True)
class PartLimits:
    """What the object store takes.

    Parameters
    ----------
    min_part, max_part : int
        Smallest (but for the last) and largest part, bytes.
    max_parts : int
        Most parts of one object.
    max_size : int
        Largest object, bytes.
    """

    min_part: int
    max_part: int
    max_parts: int
    max_size: int


@dataclass(frozen=True)
class RemotePart:
    """A part that the object store has.

    Parameters
    ----------
    number : int
        From 1.
    size : int
        Bytes.
    etag : str
        The store's name for these bytes.
    """

    number: int
    size: int
    etag: str


@dataclass(frozen=True)
class RemoteUpload:
    """An unfinished upload that the object store has.

    Parameters
    ----------
    initiated : float
        Seconds since 1970, by this machine's clock as far as the store tells its own.
    """

    upload_id: str
    initiated: float


@dataclass(frozen=True)
class RemoteObject:
    """A finished object.

    Parameters
    ----------
    size : int
        Bytes.
    tag : str
        The `tag` of the upload that it came from; empty for those of others.
    """

    size: int
    tag: str


class Multipart(Protocol):
    """An object store's multipart upload, below one bucket and prefix.

    A `key` is the object's whole name in the bucket. Every method may raise `AccessDenied`, `BucketMissing`,
    `CredentialsMissing`, `CredentialsExpired`, `SlowDown`, `StoreUnreachable`, `NoSpace` and `StorageFailed`.
    """

    @property
    def limits(self) -> PartLimits:
        """What sizes it takes."""
        ...

    @property
    def checksums(self) -> Sequence[str]:
        """Algorithms of digests that it verifies, the preferred one first."""
        ...

    @property
    def ca_file(self) -> str | None:
        """The file with the certificates that the store's is held against; None for the system's."""
        ...

    @property
    def small(self) -> SmallObjects:
        """Its whole objects."""
        ...

    @property
    def ranges(self) -> ObjectRanges:
        """Its finished objects, to read."""
        ...

    @property
    def copies(self) -> ObjectCopies:
        """Its finished objects, to copy."""
        ...

    def refusal(self, status: int, code: str, message: str, *, page: bool = False) -> BigUploadError:
        """Return the error that an answer to a signed request stands for.

        Parameters
        ----------
        code, message : str
            What is in it; empty where there is none.
        page : bool
            Whether it is a web page.
        """
        ...

    async def begin(self, key: str, *, tag: str, content_type: str) -> str:
        """Begin an upload and return its id; `tag` is kept with the object as metadata.

        Sent once: an upload whose id got lost on the way is for the caller to find and abort.
        """
        ...

    async def sign(
        self, key: str, upload_id: str, number: int, length: int, digest: Digest | None
    ) -> SignedRequest:
        """Sign the sending of part `number` (from 1): `length` bytes, only those that have `digest`."""
        ...

    async def sign_probe(self) -> SignedRequest:
        """Sign the sending of a part of an upload that does not exist."""
        ...

    async def list_parts(self, key: str, upload_id: str) -> Sequence[RemotePart]:
        """Return the parts that are there, in order of number; of a number sent twice, the newer.

        Raises
        ------
        NotFound
            When there is no such upload, or no longer.
        """
        ...

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
        """Make the object of `parts`, and see that the store made it of these.

        Parameters
        ----------
        only_if_free : bool
            Whether to leave an object alone that has the key already.
        digest : Digest or None
            Of the whole object, for a store that can verify it.

        Raises
        ------
        Exists
            When the key is taken, and `only_if_free`; the upload stays.
        NotFound
            When there is no such upload, or no longer.
        """
        ...

    async def abort(self, key: str, upload_id: str) -> None:
        """Remove the upload and its parts. Safe to repeat."""
        ...

    async def unfinished(self, key: str) -> Sequence[RemoteUpload]:
        """Return the unfinished uploads of exactly this key."""
        ...

    async def head(self, key: str) -> RemoteObject | None:
        """Return the finished object, or None when there is none."""
        ...

    async def digest_object(self, key: str, hasher: SupportsUpdate) -> int:
        """Feed `hasher` the finished object and return how many bytes that were.

        Raises
        ------
        NotFound
            When there is none.
        """
        ...
