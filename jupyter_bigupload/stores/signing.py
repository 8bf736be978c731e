"""Parts, and small files, that a client sends straight to a store, past this server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from ..digests import Digest
from ..errors import BigUploadError
from .base import Handle, Store
from .many import Outcome, SmallFile


@dataclass(frozen=True)
class SignedRequest:
    """A request that the store takes without a login, for a short time: one part or file, no other bytes.

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


class FileSigner(Protocol):
    """Lets others send whole files to a store; `testing/store_signing_suite.py` is the contract as tests."""

    async def sign_files(self, files: Sequence[SmallFile]) -> Sequence[SignedRequest | BigUploadError | None]:
        """Return for each file the request that brings it, or why it may not be stored, in their order.

        None stands for a file that has to come through this server, since the store alone can't do what its
        `on_conflict` asks for. Whether a name is taken is not looked up: the store tells whoever sends the
        file. It takes no bytes without the digest of the file, where it can make sure of that.
        """
        ...

    async def confirm_files(self, files: Sequence[SmallFile]) -> Sequence[Outcome]:
        """Return what became of files that a client says it sent, in their order, by what the store has now.

        Parameters
        ----------
        files : Sequence[SmallFile]
            With the same `Target.key` as they were signed with: so a file that was sent is told from one that
            was there before, which is `Exists`, or identical.
        """
        ...


@runtime_checkable
class SigningFiles(Store, Protocol):
    """A store to which whole files may be sent past this server."""

    @property
    def file_signer(self) -> FileSigner:
        """Who lets that happen."""
        ...
