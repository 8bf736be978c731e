"""What Azure answers, and what its library raises, as this package's errors."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
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
from ..bucket.errors import Answers, Kind, translated
from ..bucket.web_page import PASSING

if TYPE_CHECKING:
    from azure.core.pipeline import PipelineResponse
    from azure.core.pipeline.transport import HttpRequest, HttpResponse

P = ParamSpec("P")
T = TypeVar("T")

_DENIED: Kind = (AccessDenied, "These credentials lack the right to do this.")
_BUSY: Kind = (SlowDown, "Azure asks for fewer requests.")
_TOO_LARGE: Kind = (TooLarge, "Azure takes no blocks of this size.")

_CODES: Mapping[str, Kind] = {
    "ContainerNotFound": (BucketMissing, "There is no such container; create it, or correct the url."),
    "ContainerBeingDeleted": (BucketMissing, "The container is being deleted."),
    "ContainerDisabled": (BucketMissing, "The container is disabled."),
    "AuthenticationFailed": (
        AccessDenied,
        "Azure does not accept the credentials; are they the current ones?",
    ),
    "InvalidAuthenticationInfo": (AccessDenied, "Azure does not accept the credentials; are they whole?"),
    "NoAuthenticationInformation": (
        AccessDenied,
        "Azure takes no anonymous requests here; give the server credentials.",
    ),
    "AuthorizationFailure": (
        AccessDenied,
        "Azure refuses this server: wrong credentials, or the account's network rules forbid it.",
    ),
    "AuthorizationPermissionMismatch": _DENIED,
    "InsufficientAccountPermissions": _DENIED,
    "KeyBasedAuthenticationNotPermitted": (AccessDenied, "The storage account does not allow account keys."),
    "AccountIsDisabled": (AccessDenied, "The storage account is disabled."),
    "BlobImmutableDueToPolicy": (AccessDenied, "The container's immutability policy forbids to change this."),
    "LeaseIdMissing": (AccessDenied, "Somebody holds a lease on this blob."),
    "BlobNotFound": (NotFound, "There is no such blob, or no longer."),
    "ResourceNotFound": (NotFound, "There is no such blob, or no longer."),
    "InvalidBlockList": (
        NotFound,
        "Blocks of the upload are gone: something else was written under its name.",
    ),
    "BlobAlreadyExists": (Exists, "There is a file of this name already."),
    "Md5Mismatch": (DigestMismatch, "Azure received other bytes than were sent."),
    "InvalidResourceName": (InvalidName, "Azure takes no blob of this name."),
    "InvalidUri": (InvalidName, "Azure takes no blob of this name."),
    "InvalidQueryParameterValue": (Malformed, "There is no such page; begin with the first."),
    "OutOfRangeInput": (Malformed, "There is no such page; begin with the first."),
    "RequestBodyTooLarge": _TOO_LARGE,
    "BlockCountExceedsLimit": (TooLarge, "Too many unfinished blocks wait under this name."),
    "ServerBusy": _BUSY,
    "OperationTimedOut": (StoreUnreachable, "Azure did not answer the request in time."),
    "InternalError": (StoreUnreachable, "Azure had an internal error."),
    "InvalidBlobOrBlock": (
        StorageFailed,
        "Another program left unfinished blocks under this name. They go after 7 days; take another name.",
    ),
}
_STATUSES: Mapping[int, Kind] = {
    401: _DENIED,
    403: _DENIED,
    404: (
        BucketMissing,
        "There is nothing where the container should be (404, without an error code of Azure); "
        "check the destination's `endpoint_url` and `url`.",
    ),
    413: _TOO_LARGE,
    429: _BUSY,
    503: _BUSY,
    507: (NoSpace, "The store, or your share of it, is full."),
}
_ANSWERS = Answers(
    "Azure",
    _CODES,
    _STATUSES,
    "What answers there ({status}) is not Azure's storage; check the destination's `endpoint_url`, or the "
    "address in its connection string.",
)
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
    """Return the error that an answer stands for (see `Multipart.refusal`)."""
    if code == "AuthenticationFailed" and _EXPIRED in message:
        return CredentialsExpired("The credentials for Azure are no longer valid; renew them.")
    if code == "InvalidOperation" and _OTHER_BYTES in message:
        code = "Md5Mismatch"
    return _ANSWERS.error(status, code, page=page)


def refuse_others(answer: PipelineResponse[HttpRequest, HttpResponse]) -> None:
    """Raise where it is not Azure that answers: its library takes much for an answer that says nothing.

    A `raw_response_hook` of Azure's clients.
    """
    status, headers = answer.http_response.status_code, answer.http_response.headers
    known = any(name.lower().startswith(_OF_AZURE) for name in headers)
    known = known or headers.get("Server", "").lower().startswith(_AZURITE)
    if not known and status not in PASSING:
        raise _ANSWERS.stranger(status)


def answered(function: Callable[P, T]) -> Callable[P, Coroutine[Any, Any, T]]:
    """Return `function`, which asks Azure, as a coroutine function that raises our errors."""
    return in_network_thread(translated(_translate)(function))


def _translate(error: Exception) -> BigUploadError | None:
    match error:
        case HttpResponseError():
            code = getattr(error, "error_code", None) or ""
            if (
                isinstance(error, ClientAuthenticationError) and not code
            ):  # not of the store: it was not asked
                return CredentialsMissing(_NO_IDENTITY)
            return refusal(error.status_code or 0, str(getattr(code, "value", code)), _message(error))
        case ServiceRequestError() | ServiceResponseError():
            return StoreUnreachable("Azure's storage can't be reached.")
        case AzureError():  # it could not even sign
            return AccessDenied("The account key for Azure is not valid; copy it again.")
    return None


def _message(error: HttpResponseError) -> str:
    details = getattr(error, "additional_info", None) or {}
    return f"{error.message} {details.get('authenticationerrordetail', '')}"
