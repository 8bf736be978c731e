"""What Azure answers as this package's errors, in one place.

Nothing of Azure's own sentences is passed on but the code: they repeat what was signed, and with what.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Coroutine, Iterator, Mapping
from typing import Any, ParamSpec, TypeVar

from azure.core.exceptions import (
    AzureError,
    ClientAuthenticationError,
    HttpResponseError,
    ServiceRequestError,
    ServiceResponseError,
)

from ..errors import (
    AccessDenied,
    BigUploadError,
    BucketMissing,
    CredentialsExpired,
    CredentialsMissing,
    DigestMismatch,
    Exists,
    InvalidName,
    Malformed,
    NotFound,
    SlowDown,
    StorageFailed,
    StoreUnreachable,
    TooLarge,
)
from ._network import in_network_thread

P = ParamSpec("P")
T = TypeVar("T")

_KINDS: Mapping[str, tuple[type[BigUploadError], str]] = {
    "ContainerNotFound": (
        BucketMissing,
        "There is no such container; create it, or correct the url.",
    ),
    "ContainerBeingDeleted": (BucketMissing, "The container is being deleted."),
    "ContainerDisabled": (BucketMissing, "The container is disabled."),
    "AuthenticationFailed": (
        AccessDenied,
        "Azure does not accept the credentials; are they the current ones?",
    ),
    "InvalidAuthenticationInfo": (
        AccessDenied,
        "Azure does not accept the credentials; are they whole?",
    ),
    "NoAuthenticationInformation": (AccessDenied, "Azure lets nobody in here without credentials."),
    "AuthorizationFailure": (
        AccessDenied,
        "The account's rules keep this server out.",
    ),
    "AuthorizationPermissionMismatch": (AccessDenied, "These credentials lack the right to do this."),
    "InsufficientAccountPermissions": (AccessDenied, "These credentials lack the right to do this."),
    "KeyBasedAuthenticationNotPermitted": (AccessDenied, "The storage account does not allow account keys."),
    "AccountIsDisabled": (AccessDenied, "The storage account is disabled."),
    "BlobImmutableDueToPolicy": (AccessDenied, "The container's policy lets nobody change this."),
    "LeaseIdMissing": (AccessDenied, "Somebody holds a lease on this blob."),
    "BlobNotFound": (NotFound, "It is not there, or no longer."),
    "ResourceNotFound": (NotFound, "It is not there, or no longer."),
    "InvalidBlockList": (
        NotFound,
        "Blocks of it are gone: something else was written here.",
    ),
    "BlobAlreadyExists": (Exists, "There is a file of this name already."),
    "Md5Mismatch": (DigestMismatch, "Azure received other bytes than were sent."),
    "InvalidResourceName": (InvalidName, "Azure takes no blob of this name."),
    "InvalidUri": (InvalidName, "Azure takes no blob of this name."),
    "InvalidQueryParameterValue": (Malformed, "There is no such page; begin with the first."),
    "OutOfRangeInput": (Malformed, "There is no such page; begin with the first."),
    "RequestBodyTooLarge": (TooLarge, "Azure takes no blocks of this size."),
    "BlockCountExceedsLimit": (
        TooLarge,
        "Too many unfinished blocks wait under this name.",
    ),
    "ServerBusy": (SlowDown, "Azure asks for fewer requests."),
    "OperationTimedOut": (StoreUnreachable, "Azure did not get it done in time."),
    "InternalError": (StoreUnreachable, "Azure had a failure of its own."),
    "InvalidBlobOrBlock": (
        StorageFailed,
        "Another program left unfinished blocks under this name. They go after 7 days; take another name.",
    ),
}
#: What tells credentials that were good once from those that never were.
_EXPIRED = "not valid in the specified time frame"
#: How Azurite says `Md5Mismatch`.
_OTHER_BYTES = "contentMD5 doesn't match"
_NO_IDENTITY = (
    "Azure gave this server no token: it has no identity there (managed identity, service principal, login), "
    "or one that is refused. Give it one, or put the storage account's connection string in "
    "AZURE_STORAGE_CONNECTION_STRING."
)
_TOO_MANY_REQUESTS, _SERVER_ERROR = 429, 500


def refusal(status: int, code: str, message: str) -> BigUploadError:
    """Return the error that an answer of Azure stands for, by its status, its `<Code>` and its sentence."""
    if code == "AuthenticationFailed" and _EXPIRED in message:
        return CredentialsExpired("The credentials for Azure are no longer valid; renew them.")
    if code == "InvalidOperation" and _OTHER_BYTES in message:
        code = "Md5Mismatch"
    if code in _KINDS:
        kind, sentence = _KINDS[code]
        return kind(sentence)
    if status == _TOO_MANY_REQUESTS:
        return SlowDown("Azure asks for fewer requests.")
    if status >= _SERVER_ERROR:
        return StoreUnreachable(f"Azure answered {status}.")
    return StorageFailed(f"Azure answered {status} {code}".rstrip() + ".")


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """Turn errors of Azure's library into ours, at the edge where they arise."""
    try:
        yield
    except HttpResponseError as error:
        code = getattr(error, "error_code", None) or ""
        if isinstance(error, ClientAuthenticationError) and not code:  # no store's word: there was no token
            raise CredentialsMissing(_NO_IDENTITY) from None
        raise refusal(error.status_code or 0, str(getattr(code, "value", code)), _said(error)) from None
    except (ServiceRequestError, ServiceResponseError):
        raise StoreUnreachable("Azure's storage can't be reached.") from None
    except AzureError:  # it could not even sign
        raise AccessDenied("The account key for Azure is none.") from None


def answered(function: Callable[P, T]) -> Callable[P, Coroutine[Any, Any, T]]:
    """Return `function`, which asks Azure, as a coroutine function that raises our errors."""
    return in_network_thread(translated()(function))


def _said(error: HttpResponseError) -> str:
    details = getattr(error, "additional_info", None) or {}
    return f"{error.message} {details.get('authenticationerrordetail', '')}"
