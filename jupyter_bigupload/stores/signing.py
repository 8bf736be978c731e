"""Parts that a client sends straight to a store, past this server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from ..digests import Digest
from .base import Handle


@dataclass(frozen=True)
class SignedRequest:
    """A request that the store takes without a login, for a short time: one part, and no other bytes.

    Parameters
    ----------
    headers : Mapping[str, str]
        To be sent exactly so. A browser adds `Content-Length` itself, which is signed too.
    expires : float
        Seconds since 1970.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    expires: float


class PartSigner(Protocol):
    """A store that lets others send parts."""

    def require_part(self, handle: Handle, start: int, end: int) -> None:
        """Check that `[start, end)` is a whole part of the upload.

        Raises
        ------
        Malformed
            When it isn't.
        """
        ...

    async def sign_part(self, handle: Handle, start: int, end: int, digest: Digest | None) -> SignedRequest:
        """Sign the sending of `[start, end)`, a whole part of the upload.

        Parameters
        ----------
        digest : Digest or None
            Of the part; the store refuses other bytes when its algorithm is one of `Capabilities.checksums`.

        Raises
        ------
        Malformed
            When `[start, end)` is no part.
        """
        ...

    async def sign_probe(self) -> SignedRequest:
        """Sign a request that changes nothing, to find out whether a browser may speak to the store (CORS).

        Any answer that a page is shown, an error too, means yes.
        """
        ...
