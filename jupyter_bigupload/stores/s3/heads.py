"""HEAD requests to S3, and why one was refused.

An answer to a HEAD has no body, so an error is a status alone: wrong keys look like missing rights, and a web
server like a store. Then the bucket is listed: an error of that has a code.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from ...errors import AccessDenied

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import HeadObjectOutputTypeDef

#: Metadata of objects: from which upload it came.
TAG = "bigupload"
#: What stores refuse a HEAD with; 400 for expired tokens.
_REFUSED = {400, 401, 403}
_FORBIDDEN = 403
#: What begins a header that a store alone sends.
_OF_STORES = ("x-amz-", "x-goog-")
_LIST_ONLY = (
    "The server's credentials may list the bucket, but not read what is in it; "
    "extend their rights (s3:GetObject)."
)


def head_object(client: S3Client, bucket: str, key: str, **options: Any) -> HeadObjectOutputTypeDef:
    """Return the metadata of an object.

    Parameters
    ----------
    **options
        More of boto3's `head_object`.

    Raises
    ------
    ClientError
        When the store refuses, with its reason.
    AccessDenied
        When objects can't be read, although they can be listed.
    BucketMissing
        When it is no store that answers.
    """
    try:
        there = client.head_object(Bucket=bucket, Key=key, **options)
    except ClientError as error:
        answer = error.response["ResponseMetadata"]
        if answer["HTTPStatusCode"] in _REFUSED:
            client.list_objects_v2(Bucket=bucket, Prefix=key, MaxKeys=1)
            if answer["HTTPStatusCode"] == _FORBIDDEN:
                raise AccessDenied(_LIST_ONLY) from None
        else:
            _check_store(client, bucket, key, answer["HTTPHeaders"])
        raise
    _check_store(client, bucket, key, there["ResponseMetadata"]["HTTPHeaders"])
    return there


def tag_of(there: HeadObjectOutputTypeDef) -> str:
    """Return from which upload the object came; an empty string for those of others."""
    # Some stores write the names of metadata their own way.
    return next((value for name, value in there["Metadata"].items() if name.lower() == TAG), "")


def _check_store(client: S3Client, bucket: str, key: str, headers: Mapping[str, str]) -> None:
    """Check that it is a store that answered with `headers`: most have some of their own, but not all.

    Raises
    ------
    ClientError, BucketMissing
        When it isn't.
    """
    if any(name.lower().startswith(_OF_STORES) for name in headers):
        return
    try:
        client.list_objects_v2(Bucket=bucket, Prefix=key, MaxKeys=1)
    except ClientError as error:
        code = error.response["Error"].get("Code", "")
        if not code or code.isdigit():  # no error code of S3: this is no store
            raise
