"""What lets the holder of a request write a blob: a shared access signature, made here or given to us."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Protocol

from azure.storage.blob import (
    BlobClient,
    BlobSasPermissions,
    BlobServiceClient,
    UserDelegationKey,
    generate_blob_sas,
)

from .errors import answered

#: Seconds that a delegation key is good for; Azure allows 7 days at most.
_KEY_LASTS = 4 * 3600.0
#: Seconds that a delegation key outlives what is signed with it.
_SPARE = 60.0
#: Seconds by which this machine's clock may be ahead of Azure's.
_SKEW = 5 * 60.0


class Signing(Protocol):
    """Somebody who signs."""

    @property
    def for_one_blob(self) -> bool:
        """Whether a signature opens nothing but the one blob, so that a page may have it."""
        ...

    async def signature(self, blob: BlobClient, expires: float, *, read: bool = False) -> str:
        """Return the query with which to write `blob`, or read it, until `expires` (seconds since 1970)."""
        ...


@dataclass(frozen=True)
class AccountKey:
    """Signs with the storage account's own key."""

    account: str
    key: str = field(repr=False)
    for_one_blob = True

    async def signature(self, blob: BlobClient, expires: float, *, read: bool = False) -> str:
        """Sign (see `Signing`)."""
        return _sign(blob, expires, self.account, key=self.key, read=read)


class DelegationKey:
    """Signs with user delegation keys, which Azure gives to the server's identity.

    Parameters
    ----------
    account : str
        The name of the storage account.
    service : BlobServiceClient
        Who asks for keys.
    """

    for_one_blob = True

    def __init__(self, account: str, service: BlobServiceClient) -> None:
        self.account = account
        self._service = service
        self._key: UserDelegationKey | None = None
        self._until = 0.0
        self._requesting = threading.Lock()

    async def signature(self, blob: BlobClient, expires: float, *, read: bool = False) -> str:
        """Sign, with the key of last time where it lasts as long (see `Signing`)."""
        key = await answered(self._lasting)(expires)
        return _sign(blob, expires, self.account, delegation_key=key, read=read)

    def _lasting(self, until: float) -> UserDelegationKey:
        """Return a key that is good until then. Runs in a thread."""
        with self._requesting:
            if self._key is None or self._until < until + _SPARE:
                begins, ends = time.time() - _SKEW, time.time() + _KEY_LASTS
                self._key = self._service.get_user_delegation_key(_moment(begins), _moment(ends))
                self._until = ends
            return self._key


@dataclass(frozen=True)
class SharedAccessSignature:
    """A signature from outside, which opens more than one blob, and ends when it ends."""

    query: str = field(repr=False)
    for_one_blob = False

    async def signature(self, blob: BlobClient, expires: float, *, read: bool = False) -> str:
        """Return it (see `Signing`)."""
        del blob, expires, read
        return self.query


def _sign(
    blob: BlobClient,
    expires: float,
    account: str,
    *,
    key: str | None = None,
    delegation_key: UserDelegationKey | None = None,
    read: bool,
) -> str:
    return generate_blob_sas(
        account,
        blob.container_name,
        blob.blob_name,
        account_key=key,
        user_delegation_key=delegation_key,
        permission=BlobSasPermissions(read=read, write=not read),
        expiry=_moment(expires),
        protocol="https" if blob.url.startswith("https:") else None,
    )


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, timezone.utc)
