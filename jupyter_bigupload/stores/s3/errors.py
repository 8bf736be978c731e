"""What S3 answers, and what boto3 raises, as this package's errors."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from typing import Any, ParamSpec, TypeVar
from urllib.parse import urlsplit

from botocore import exceptions as boto
from botocore.parsers import ResponseParserError

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
    Unsupported,
)
from ...threads import in_network_thread
from ..bucket.errors import UNTRUSTED, Answers, Kind, translated
from ..bucket.web_page import PASSING, is_page, no_store

P = ParamSpec("P")
T = TypeVar("T")

_MISSING: Kind = (BucketMissing, "There is no such bucket; create it, or correct the destination's url.")
_DENIED: Kind = (AccessDenied, "The server's credentials may not do this in the bucket; extend their rights.")
_UNKNOWN: Kind = (
    AccessDenied,
    "The store does not accept the server's credentials; are they the right ones?",
)
_EXPIRED: Kind = (
    CredentialsExpired,
    "The server's credentials for the store are no longer valid; renew them.",
)
_GONE: Kind = (NotFound, "There is no such object, or no longer.")
_BUSY: Kind = (SlowDown, "The store asks for fewer requests.")
_FAILED: Kind = (StoreUnreachable, "The store had an internal error.")
_CUT_SHORT: Kind = (StoreUnreachable, "The store did not receive the whole request in time.")
_FULL: Kind = (NoSpace, "The store, or your share of it, is full.")
_OTHER_BYTES: Kind = (DigestMismatch, "The store received other bytes than were sent.")
_TAKEN: Kind = (Exists, "There is a file of this name already.")
_REGION: Kind = (StorageFailed, "The bucket is in another region; set the destination's `region`.")
_NAME: Kind = (InvalidName, "The store takes no object of this name.")
_NOTHING: Kind = (
    BucketMissing,
    "There is nothing where the bucket should be (404, without an error code of S3); "
    "check the destination's `endpoint_url` and `url`.",
)
_TOO_LARGE: Kind = (TooLarge, "The store takes no files, or no parts, of this size.")

_CODES: Mapping[str, Kind] = {
    "NoSuchBucket": _MISSING,
    "AccessDenied": _DENIED,
    "AllAccessDisabled": _DENIED,
    "AccountProblem": _DENIED,
    "SignatureDoesNotMatch": _UNKNOWN,
    "InvalidAccessKeyId": _UNKNOWN,
    "NotSignedUp": _UNKNOWN,
    "RequestTimeTooSkewed": (AccessDenied, "This machine's clock and the store's differ too much; set it."),
    "ExpiredToken": _EXPIRED,
    "ExpiredTokenException": _EXPIRED,
    "InvalidToken": _EXPIRED,
    "TokenRefreshRequired": _EXPIRED,
    "NoSuchUpload": (NotFound, "The upload is no longer there."),
    "NoSuchKey": _GONE,
    "PreconditionFailed": _TAKEN,
    "ConditionalRequestConflict": _BUSY,
    "OperationAborted": _BUSY,
    "SlowDown": _BUSY,
    "ServiceUnavailable": _BUSY,
    "Throttling": _BUSY,
    "RequestLimitExceeded": _BUSY,
    "BadDigest": _OTHER_BYTES,
    "XAmzContentChecksumMismatch": _OTHER_BYTES,
    "XAmzContentSHA256Mismatch": _OTHER_BYTES,
    "EntityTooLarge": _TOO_LARGE,
    "KeyTooLongError": _NAME,
    "InvalidObjectName": _NAME,
    "XMinioInvalidObjectName": _NAME,
    "XMinioStorageFull": _FULL,
    "QuotaExceeded": _FULL,
    "InsufficientStorage": _FULL,
    "XMinioAdminBucketQuotaExceeded": _FULL,
    "InternalError": _FAILED,
    "RequestTimeout": _CUT_SHORT,
    "IncompleteBody": _CUT_SHORT,
    "NotImplemented": (
        Unsupported,
        "The store lacks something that uploads need (NotImplemented). Where that is the checksum, "
        "`checksum: md5` in the destination helps.",
    ),
    "PermanentRedirect": _REGION,
    "AuthorizationHeaderMalformed": _REGION,
    "AuthorizationQueryParametersError": _REGION,
    "IllegalLocationConstraintException": _REGION,
}
_STATUSES: Mapping[int, Kind] = {
    301: _REGION,
    401: _UNKNOWN,
    403: _DENIED,
    404: _NOTHING,
    412: _TAKEN,
    413: _TOO_LARGE,
    429: _BUSY,
    503: _BUSY,
    507: _FULL,
}
_ANSWERS = Answers(
    "The store",
    _CODES,
    _STATUSES,
    "What answers there does not know S3's requests ({status}); check the destination's `endpoint_url`.",
)
_REDIRECTED = {301, 302, 307}
_NOT_FOUND = 404

_NO_CREDENTIALS = (
    "The server finds no credentials for S3; give it some as AWS's own tools read them (environment, "
    "~/.aws/credentials, instance role), or name a `profile` that has them."
)


def refusal(status: int, code: str, message: str, *, page: bool = False) -> BigUploadError:
    """Return the error that an answer stands for (see `Multipart.refusal`)."""
    if code == "AccessDenied" and "expired" in message.lower():
        code = "ExpiredToken"
    if code == "InvalidArgument" and "continuation token" in message.lower():
        return Malformed("There is no such page; begin with the first.")
    return _ANSWERS.error(status, code, page=page)


def refuse_others(response_dict: Mapping[str, Any], **_: object) -> None:
    """Raise where it is no store that answers. A handler of botocore's event `before-parse`.

    boto3 takes much for an empty answer. A redirection it follows by requesting the bucket's region, is
    redirected, requests again, and so on without end.
    """
    status, headers, body = (response_dict[name] for name in ("status_code", "headers", "body"))
    text = body if isinstance(body, bytes) else b""  # else it is an object, which nobody reads yet
    if is_page(text) and status not in PASSING:
        raise BucketMissing(no_store(status))
    if status in _REDIRECTED and "x-amz-bucket-region" not in headers and b"<Code>" not in text:
        raise BucketMissing(
            f"What answers there sends everybody elsewhere ({status}); check the destination's "
            "`endpoint_url` (host, port, http or https) and `region`."
        )


def answered(function: Callable[P, T]) -> Callable[P, Coroutine[Any, Any, T]]:
    """Return `function`, which asks S3, as a coroutine function that raises our errors."""
    return in_network_thread(translated(_translate)(function))


def _translate(error: Exception) -> BigUploadError | None:
    match error:
        case boto.ClientError():
            return _refused(error)
        case boto.NoCredentialsError() | boto.PartialCredentialsError():
            return CredentialsMissing(_NO_CREDENTIALS)
        case boto.ProfileNotFound() | boto.ConfigNotFound() | boto.ConfigParseError():
            return CredentialsMissing("The settings of AWS have no such profile, or can't be read.")
        case (
            boto.CredentialRetrievalError()
            | boto.SSOError()
            | boto.TokenRetrievalError()
            | boto.RefreshWithMFAUnsupportedError()
        ):
            kind, sentence = _EXPIRED
            return kind(sentence)
        case boto.SSLError():
            return StoreUnreachable(UNTRUSTED)
        case boto.HTTPClientError() | boto.ConnectionError() | boto.IncompleteReadError():
            return StoreUnreachable(_unreachable(error))
        case ResponseParserError():
            return BucketMissing(
                "What answers there is no store's answer; check the destination's `endpoint_url`."
            )
        case boto.BotoCoreError():
            return StorageFailed(f"The destination's settings can't be used ({type(error).__name__}).")
    return None


def _refused(error: boto.ClientError) -> BigUploadError:
    details = error.response.get("Error", {})
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    if status == _NOT_FOUND and error.operation_name.startswith("Head"):
        kind, sentence = _GONE  # there is no body that could say more
        return kind(sentence)
    code = details.get("Code", "")
    # Where the answer has no code, boto3 puts the status in its place.
    return refusal(status, "" if code.isdigit() else code, details.get("Message", ""))


def _unreachable(error: boto.BotoCoreError) -> str:
    """Return the sentence for a store that does not answer; of its address the host alone."""
    host = urlsplit(str(error.kwargs.get("endpoint_url") or "")).netloc or "The store"
    return f"{host} can't be reached, or gave no answer; is it running, and the `endpoint_url` right?"
