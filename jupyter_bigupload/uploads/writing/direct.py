"""Parts that clients send straight to a store: this server signs and enters them, but never sees them."""

from __future__ import annotations

from collections.abc import Mapping

from ...digests import Digest
from ...errors import DigestMissing, Unsupported
from ...stores.base import Handle
from ...stores.signing import PartSigner, SignedRequest
from ..claims import Claim, Claims
from ..model import Upload
from ..parts import VerifiedPart
from .chunk import require_free, require_range


class DirectParts:
    """Sign, confirm.

    Parameters
    ----------
    signers : Mapping[str, PartSigner]
        The destinations by name to which clients may send parts themselves.
    """

    def __init__(self, claims: Claims, signers: Mapping[str, PartSigner]) -> None:
        self._claims = claims
        self._repository = claims.repository
        self._signers = signers

    def serves(self, destination: str) -> bool:
        """Return whether clients may send parts to this destination themselves."""
        return destination in self._signers

    async def probe(self, destination: str) -> SignedRequest:
        """Return a request that changes nothing: with it a page finds out whether it may speak to the store.

        Raises
        ------
        Unsupported
            When clients may not send parts there themselves.
        """
        return await self._signer(destination).sign_probe()

    async def sign(self, upload_id: str, start: int, end: int, digest: Digest) -> SignedRequest:
        """Return the request with which a client sends the part `[start, end)` itself.

        Parameters
        ----------
        digest : Digest
            Of the part's bytes: the store takes no others.

        Raises
        ------
        NotFound, NotReceiving, Malformed
            As for a chunk.
        DigestMissing
            When the store can't verify such a digest.
        Unsupported
            When clients may not send parts there themselves.
        """
        upload = await self._repository.load_verified(upload_id)
        signer = self._signer(upload.destination)
        upload.require_receiving()
        handle = self._require_part(signer, upload, start, end)
        self._require_digest(upload, digest)
        return await signer.sign_part(handle, start, end, digest)

    async def confirm(self, upload_id: str, start: int, end: int, digest: Digest) -> Upload:
        """Enter a part that the store took from the client; return the upload with it. Safe to repeat.

        The client is believed for now: completing holds all parts against those that the store has.

        Raises
        ------
        NotFound, NotReceiving, Malformed, RangeOverlap, Locked
            As for a chunk.
        DigestMissing, Unsupported
            As `sign`.
        """
        async with self._claims.range(upload_id, start, end) as claim:
            upload = claim.upload
            signer = self._signer(upload.destination)
            upload.require_receiving()
            self._require_part(signer, upload, start, end)
            self._require_digest(upload, digest)
            return await _entered(claim, start, end, digest)

    async def enter(self, upload_id: str, start: int, end: int, digest: Digest) -> Upload:
        """Enter a part that the store has made itself, of a file that it had; return the upload with it.

        Parameters
        ----------
        digest : Digest
            Of any algorithm: completing holds all parts against those that the store has.

        Raises
        ------
        NotFound, NotReceiving, Malformed, RangeOverlap, Locked
            As for a chunk.
        """
        async with self._claims.range(upload_id, start, end) as claim:
            claim.upload.require_receiving()
            require_range(claim.upload, start, end, claim.upload.size)
            return await _entered(claim, start, end, digest)

    def _signer(self, destination: str) -> PartSigner:
        try:
            return self._signers[destination]
        except KeyError:
            raise Unsupported(f"Parts can't be sent to {destination!r} past this server.") from None

    def _require_part(self, signer: PartSigner, upload: Upload, start: int, end: int) -> Handle:
        require_range(upload, start, end, upload.size)
        _, handle = self._repository.store_and_handle(upload)
        signer.require_part(handle, start, end)
        return handle

    def _require_digest(self, upload: Upload, digest: Digest) -> None:
        verified = self._repository.store(upload.destination).capabilities.checksums
        if digest.algorithm not in verified:
            raise DigestMissing(f"This store verifies {' or '.join(verified)}, not {digest.algorithm}.")


async def _entered(claim: Claim, start: int, end: int, digest: Digest) -> Upload:
    """Enter a part, if it is not there yet, and return the upload with it."""
    upload = claim.upload
    if upload.received.covers(start, end):
        return upload
    require_free(upload, start, end)
    return await claim.append(VerifiedPart(start, end, digest))
