"""Answers of Azure that no emulator gives."""

from __future__ import annotations

import pytest

from jupyter_bigupload import errors
from jupyter_bigupload.stores.azure.errors import refusal

EXPIRED = "Signature not valid in the specified time frame: Start [..] - Expiry [..] - Current [..]"


@pytest.mark.parametrize(
    ("status", "code", "message", "expected"),
    [
        (403, "AuthenticationFailed", "The MAC signature found is not the same", errors.AccessDenied),
        (403, "AuthenticationFailed", EXPIRED, errors.CredentialsExpired),
        (403, "AuthorizationFailure", "", errors.AccessDenied),
        (403, "KeyBasedAuthenticationNotPermitted", "", errors.AccessDenied),
        (409, "BlobImmutableDueToPolicy", "", errors.AccessDenied),
        (409, "ContainerBeingDeleted", "", errors.BucketMissing),
        (400, "Md5Mismatch", "", errors.DigestMismatch),
        (400, "InvalidOperation", "", errors.StorageFailed),
        (400, "OutOfRangeInput", "", errors.Malformed),
        (413, "RequestBodyTooLarge", "", errors.TooLarge),
        (503, "ServerBusy", "", errors.SlowDown),
        (429, "", "", errors.SlowDown),
        (500, "InternalError", "", errors.StoreUnreachable),
        (502, "", "", errors.StoreUnreachable),
        (400, "Whatever", "secret", errors.StorageFailed),
    ],
)
def test_an_answer_of_azure(
    status: int, code: str, message: str, expected: type[errors.BigUploadError]
) -> None:
    refused = refusal(status, code, message)
    assert type(refused) is expected
    assert not message or message not in refused.message
