"""What a bucket store needs of an object store for many small files: to put, see and remove whole objects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from ...digests import Digest
from ..signing import SignedRequest


@dataclass(frozen=True)
class SmallObject:
    """An object that is to be put.

    Parameters
    ----------
    key : str
        Its whole name in the bucket.
    length : int
        Bytes.
    digest : Digest
        What the store is to hold against the bytes, of the first of its `checksums`.
    tag : str
        Kept with it, as with objects of multipart uploads.
    stated : Sequence[Digest]
        Kept with it: what its bytes have. One of those has to be of an algorithm that `details` tells.
    content_type : str
        Its media type.
    """

    key: str
    length: int
    digest: Digest
    tag: str
    stated: Sequence[Digest]
    content_type: str


@dataclass(frozen=True)
class ListedObject:
    """An object in a list.

    Parameters
    ----------
    size : int
        Bytes.
    modified : float
        Seconds since 1970.
    etag : str
        The store's name for this state of it.
    """

    key: str
    size: int
    modified: float
    etag: str


@dataclass(frozen=True)
class ObjectDetails:
    """An object, looked at by itself.

    Parameters
    ----------
    etag : str
        The store's name for this state of it.
    kept : Sequence[Digest]
        What the store itself says that its bytes have.
    stated : Sequence[Digest]
        What was said of them when it was put (see `SmallObject.stated`).
    """

    size: int
    modified: float
    etag: str
    tag: str
    kept: Sequence[Digest]
    stated: Sequence[Digest]

    @property
    def known(self) -> Sequence[Digest]:
        """What its bytes have: what the store says, and what was stated as far as `has` believes it."""
        return [one for one in (*self.kept, *self.stated) if self.has(one)]

    def has(self, digest: Digest) -> bool | None:
        """Return whether its bytes have the digest; None when that can't be known without reading them.

        What was stated is believed as long as the store's own digest is still the one that was stated with
        it: other programs may keep what was said of an object when they write another in its place.
        """
        kept = {one.algorithm: one.value for one in self.kept}
        stated = {one.algorithm: one.value for one in self.stated}
        if digest.algorithm in kept:
            return kept[digest.algorithm] == digest.value
        common = kept.keys() & stated.keys()
        if digest.algorithm in stated and common and all(kept[name] == stated[name] for name in common):
            return stated[digest.algorithm] == digest.value
        return None


class SmallObjects(Protocol):
    """Whole objects of a bucket. Every method may raise what those of `Multipart` may."""

    async def sign_put(self, new: SmallObject, *, only_if_free: bool) -> SignedRequest:
        """Sign the putting of an object, its length and its digest included where the store can do that."""
        ...

    async def details(self, key: str) -> ObjectDetails | None:
        """Return what is known of the object, or None when there is none."""
        ...

    async def list_all(self, prefix: str, page: str | None) -> tuple[Sequence[ListedObject], str | None]:
        """Return a page of all objects below a prefix, however deep, and where the next page begins."""
        ...

    async def delete_if(self, key: str, etag: str) -> None:
        """Remove an object that is still in this state, where the store can make sure of that.

        Raises
        ------
        Exists
            When it is in another.
        """
        ...


def parse_stated(text: str) -> Sequence[Digest]:
    """Return the digests that the metadata of an object has; none of what is not written so."""
    found = []
    for member in filter(None, text.split(", ")):
        try:
            found.append(Digest.parse(member))
        except ValueError:
            return []
    return found


def quoted(etag: str) -> str:
    """Return an ETag of a list as headers have it: some stores leave out the quotes there."""
    return etag if etag.startswith('"') else f'"{etag}"'
