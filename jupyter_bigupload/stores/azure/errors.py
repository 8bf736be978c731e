"""What Azure answers as this package's errors, in one place.

Nothing of Azure's own sentences is passed on but the code: they repeat what was signed, and with what.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Coroutine, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from azure.core.exceptions import (
    AzureError,
    ClientAuthenticationError,
    HttpResponseError,
    ServiceRequestError,
    ServiceResponseError,
)

from ...errors import (
    AccessDenied,
    BigUploadError,
    BucketMissing,
    CredentialsExpired,
    CredentialsMissing,
    DigestMismatch,
    Exists,
    InvalidName,
    Malformed,
    NoSpace,
    NotFound,
    SlowDown,
    StorageFailed,
    StoreUnreachable,
    TooLarge,
)
from ...threads import in_network_thread
from ..bucket.web_page import PASSING, no_store

if TYPE_CHECKING:
    from azure.core.pipeline import PipelineResponse
    from azure.core.pipeline.transport import HttpRequest, HttpResponse

P = ParamSpec("P")
T = TypeVar("T")

_Kind = tuple[type[BigUploadError], str]

_DENIED: _Kind = (AccessDenied, "These credentials lack the right to do this.")
_BUSY: _Kind = (SlowDown, "Azure asks for fewer requests.")
_TOO_LARGE: _Kind = (TooLarge, "Azure takes no blocks of this size.")

_KINDS: Mapping[str, _Kind] = {
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
        "Azure lets this server in nowhere: the credentials are others, or the account's rules keep it out.",
    ),
    "AuthorizationPermissionMismatch": _DENIED,
    "InsufficientAccountPermissions": _DENIED,
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
    "RequestBodyTooLarge": _TOO_LARGE,
    "BlockCountExceedsLimit": (
        TooLarge,
        "Too many unfinished blocks wait under this name.",
    ),
    "ServerBusy": _BUSY,
    "OperationTimedOut": (StoreUnreachable, "Azure did not get it done in time."),
    "InternalError": (StoreUnreachable, "Azure had a failure of its own."),
    "InvalidBlobOrBlock": (
        StorageFailed,
        "Another program left unfinished blocks under this name. They go after 7 days; take another name.",
    ),
}
_STATUSES: Mapping[int, _Kind] = {
    401: _DENIED,
    403: _DENIED,
    404: (
        BucketMissing,
        "There is nothing where the container should be (404, and no word of Azure); "
        "check the destination's `endpoint_url` and `url`.",
    ),
    413: _TOO_LARGE,
    429: _BUSY,
    503: _BUSY,
    507: (NoSpace, "The store, or your share of it, is full."),
}
#: Of whoever does not know the method, or the question.
_NO_STORE = {405, 501}
_SERVER_ERROR = 500
#: What begins a header that Azure alone sends, and with every answer; Azurite at times leaves them out.
_OF_AZURE = "x-ms-"
_AZURITE = "azurite"

#: What tells credentials that were good once from those that never were.
_EXPIRED = "not valid in the specified time frame"
#: How Azurite says `Md5Mismatch`.
_OTHER_BYTES = "contentMD5 doesn't match"
_NO_IDENTITY = (
    "Azure gave this server no token: it has no identity there (managed identity, service principal, login), "
    "or one that is refused. Give it one, or put the storage account's connection string in "
    "AZURE_STORAGE_CONNECTION_STRING."
)


def refusal(status: int, code: str, message: str, *, page: bool = False) -> BigUploadError:
    """Return the error that an answer stands for which Azure gave, or somebody in its place.

    Parameters
    ----------
    status : int
        Of HTTP.
    code, message : str
        What `<Code>` and `<Message>` say; empty where there are none.
    page : bool
        Whether it is a web page.
    """
    if page and status not in PASSING:
        return BucketMissing(no_store(status))
    if code == "AuthenticationFailed" and _EXPIRED in message:
        return CredentialsExpired("The credentials for Azure are no longer valid; renew them.")
    if code == "InvalidOperation" and _OTHER_BYTES in message:
        code = "Md5Mismatch"
    if code in _KINDS:
        kind, sentence = _KINDS[code]
        return kind(sentence)
    if status in _STATUSES:
        kind, sentence = _STATUSES[status]
        return kind(sentence)
    if status in _NO_STORE:
        return _not_azure(status)
    if status >= _SERVER_ERROR:
        return StoreUnreachable(f"Azure answered {status}.")
    return StorageFailed(f"Azure answered {status} {code}".rstrip() + ".")


def refuse_others(answer: PipelineResponse[HttpRequest, HttpResponse]) -> None:
    """Raise where it is not Azure that answers: its library takes much for an answer that says nothing.

    A `raw_response_hook` of Azure's clients.
    """
    status, headers = answer.http_response.status_code, answer.http_response.headers
    known = any(name.lower().startswith(_OF_AZURE) for name in headers)
    known = known or headers.get("Server", "").lower().startswith(_AZURITE)
    if not known and status not in PASSING:
        raise _not_azure(status)


def _not_azure(status: int) -> BucketMissing:
    return BucketMissing(
        f"Whoever answers there ({status}) is not Azure's storage; check the destination's `endpoint_url`, "
        "or the address in its connection string."
    )


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """Turn errors of Azure's library into known, at the edge where they arise."""
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
