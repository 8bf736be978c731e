"""What S3 answers as this package's errors, in one place.

Nothing of the store's own sentences is passed on but the code: they repeat what was signed, and with what.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Coroutine, Iterator, Mapping
from typing import Any, ParamSpec, TypeVar
from urllib.parse import urlsplit

from botocore import exceptions as boto

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
    NoSpace,
    NotFound,
    SlowDown,
    StorageFailed,
    StoreUnreachable,
    TooLarge,
)
from ._network import in_network_thread

P = ParamSpec("P")
T = TypeVar("T")

_Kind = tuple[type[BigUploadError], str]

_MISSING: _Kind = (BucketMissing, "There is no such bucket; create it, or correct the destination's url.")
_DENIED: _Kind = (
    AccessDenied,
    "The server's credentials may not do this in the bucket; extend their rights.",
)
_UNKNOWN: _Kind = (
    AccessDenied,
    "The store does not accept the server's credentials; are they the right ones?",
)
_EXPIRED: _Kind = (
    CredentialsExpired,
    "The server's credentials for the store are no longer valid; renew them.",
)
_GONE: _Kind = (NotFound, "It is not there, or no longer.")
_BUSY: _Kind = (SlowDown, "The store asks for fewer requests.")
_FAILED: _Kind = (StoreUnreachable, "The store had a failure of its own.")
_FULL: _Kind = (NoSpace, "The store, or your share of it, is full.")
_OTHER_BYTES: _Kind = (DigestMismatch, "The store received other bytes than were sent.")
_TAKEN: _Kind = (Exists, "There is a file of this name already.")
_REGION: _Kind = (StorageFailed, "The bucket is in another region; set the destination's `region`.")
_NAME: _Kind = (InvalidName, "The store takes no object of this name.")
_PAGE: _Kind = (Malformed, "There is no such page; begin with the first.")

_KINDS: Mapping[str, _Kind] = {
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
    "EntityTooLarge": (TooLarge, "The store takes no files, or no parts, of this size."),
    "KeyTooLongError": _NAME,
    "InvalidObjectName": _NAME,
    "XMinioInvalidObjectName": _NAME,
    "XMinioStorageFull": _FULL,
    "QuotaExceeded": _FULL,
    "InsufficientStorage": _FULL,
    "XMinioAdminBucketQuotaExceeded": _FULL,
    "InternalError": _FAILED,
    "RequestTimeout": (StoreUnreachable, "The store did not get all of it in time."),
    "PermanentRedirect": _REGION,
    "AuthorizationHeaderMalformed": _REGION,
    "AuthorizationQueryParametersError": _REGION,
    "IllegalLocationConstraintException": _REGION,
}
_STATUSES: Mapping[int, _Kind] = {
    301: _REGION,
    401: _UNKNOWN,
    403: _DENIED,
    404: _GONE,
    412: _TAKEN,
    429: _BUSY,
    503: _BUSY,
    507: _FULL,
}
_SERVER_ERROR = 500

_NO_CREDENTIALS = (
    "The server finds no credentials for S3; give it some as AWS's own tools read them (environment, "
    "~/.aws/credentials, instance role), or name a `profile` that has them."
)
_UNTRUSTED = "The store's certificate is not trusted; name a file with its authority's in AWS_CA_BUNDLE."


def refusal(status: int, code: str, message: str) -> BigUploadError:
    """Return the error that an answer of S3 stands for, by its status, its `<Code>` and its sentence."""
    if code == "AccessDenied" and "expired" in message.lower():
        kind, sentence = _EXPIRED
    elif code == "InvalidArgument" and "continuation token" in message.lower():
        kind, sentence = _PAGE
    elif code in _KINDS:
        kind, sentence = _KINDS[code]
    elif status in _STATUSES:
        kind, sentence = _STATUSES[status]
    elif status >= _SERVER_ERROR:
        kind, sentence = StoreUnreachable, f"The store answered {status}."
    else:
        kind, sentence = StorageFailed, f"The store answered {status} {code}".rstrip() + "."
    return kind(sentence)


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """Turn errors of boto3 into ours, at the edge where they arise."""
    try:
        yield
    except boto.ClientError as error:
        said = error.response.get("Error", {})
        status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
        raise refusal(status, said.get("Code", ""), said.get("Message", "")) from None
    except (boto.NoCredentialsError, boto.PartialCredentialsError):
        raise CredentialsMissing(_NO_CREDENTIALS) from None
    except (boto.ProfileNotFound, boto.ConfigNotFound, boto.ConfigParseError):
        raise CredentialsMissing("The settings of AWS have no such profile, or can't be read.") from None
    except (
        boto.CredentialRetrievalError,
        boto.SSOError,
        boto.TokenRetrievalError,
        boto.RefreshWithMFAUnsupportedError,
    ):
        kind, sentence = _EXPIRED
        raise kind(sentence) from None
    except boto.SSLError:
        raise StoreUnreachable(_UNTRUSTED) from None
    except (boto.HTTPClientError, boto.ConnectionError, boto.IncompleteReadError) as error:
        raise StoreUnreachable(_unreachable(error)) from None
    except boto.BotoCoreError as error:
        raise StorageFailed(f"The destination's settings can't be used ({type(error).__name__}).") from None


def _unreachable(error: boto.BotoCoreError) -> str:
    """Return the sentence for a store that does not answer; of its address the host alone."""
    host = urlsplit(str(error.kwargs.get("endpoint_url") or "")).netloc or "The store"
    return f"{host} can't be reached, or gave no answer; is it running, and the `endpoint_url` right?"


def answered(function: Callable[P, T]) -> Callable[P, Coroutine[Any, Any, T]]:
    """Return `function`, which asks S3, as a coroutine function that raises our errors."""
    return in_network_thread(translated()(function))
