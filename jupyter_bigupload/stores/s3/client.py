"""boto3's client, made when it is first needed, with the server's own credentials."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeVar

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.hooks import HierarchicalEmitter

from ...errors import AccessDenied, BigUploadError, CredentialsExpired, CredentialsMissing
from ...threads import MOST_NETWORK_REQUESTS
from ..address import StoreAddress
from .errors import answered, refuse_others

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

T = TypeVar("T")

#: Where stores that know no regions say they are.
_REGION = "us-east-1"
_ATTEMPTS = 3


@dataclass(frozen=True)
class _Clients:
    """Two that differ in one thing: one sends a request again by itself when it failed, the other never."""

    retrying: S3Client
    no_retry: S3Client


class LazyClient:
    """A client of a bucket that is the same for all threads.

    Parameters
    ----------
    address : StoreAddress
        Where it is; without an `endpoint_url`, at AWS.
    """

    def __init__(self, bucket: str, address: StoreAddress) -> None:
        self._bucket = bucket
        self._address = address
        self._making = threading.Lock()
        self._made: _Clients | None = None
        #: The certificates that the store's is held against, once the client is made; None for the system's.
        self.ca_file: str | None = None

    async def call(self, request: Callable[[S3Client], T]) -> T:
        """Send a request, in a thread and if need be again, and return the answer."""
        return await self._call(lambda: request(self._get().retrying))

    async def call_once(self, request: Callable[[S3Client], T]) -> T:
        """Send a request that is not safe to repeat."""
        return await self._call(lambda: request(self._get().no_retry))

    async def _call(self, request: Callable[[], T]) -> T:
        try:
            return await answered(request)()
        except BigUploadError as error:
            self.invalidate(error)
            raise

    def invalidate(self, error: BigUploadError) -> None:
        """Forget the client, and its credentials, where `error` says that these are no good."""
        if isinstance(error, AccessDenied | CredentialsExpired | CredentialsMissing):
            self._made = None

    def _get(self) -> _Clients:
        with self._making:
            made = self._made
            if made is None:
                made = self._made = self._make()
            return made

    def _make(self) -> _Clients:
        # Before botocore adds its own handlers, of which one makes a 500 of a 200 that it can't read.
        hooks = HierarchicalEmitter()
        hooks.register_first("before-parse.s3.*", refuse_others)
        settings = botocore.session.Session(event_hooks=hooks)
        session = boto3.Session(botocore_session=settings, profile_name=self._address.profile)
        self.ca_file = settings.get_config_variable("ca_bundle")
        region = self._address.region or session.region_name or _REGION
        made = self._connect(session, region)
        if self._address.region is None and self._address.endpoint_url is None:
            bucket_region = _region_of(made, self._bucket)
            if bucket_region not in {None, region}:  # boto3 follows a bucket there, a signed URL does not
                region = bucket_region
                made = self._connect(session, region)
        return _Clients(made, self._connect(session, region, attempts=1))

    def _connect(self, session: boto3.Session, region: str | None, *, attempts: int = _ATTEMPTS) -> S3Client:
        return session.client(
            "s3",
            endpoint_url=self._address.endpoint_url,
            region_name=region,
            config=Config(
                signature_version="s3v4",
                s3={"addressing_style": _style(self._address)},
                # The bytes are verified by a digest of the part instead, which every S3 understands.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
                connect_timeout=5,
                read_timeout=60,
                retries={"mode": "standard", "total_max_attempts": attempts},
                max_pool_connections=MOST_NETWORK_REQUESTS,
            ),
        )


def _style(address: StoreAddress) -> Literal["auto", "virtual", "path"]:
    if address.path_style is None:
        return "auto" if address.endpoint_url is None else "path"
    return "path" if address.path_style else "virtual"


def _region_of(client: S3Client, bucket: str) -> str | None:
    """Return where AWS says that the bucket is, which it also tells those whom it tells nothing else."""
    try:
        return client.head_bucket(Bucket=bucket).get("BucketRegion")
    except ClientError as error:
        return error.response["ResponseMetadata"]["HTTPHeaders"].get("x-amz-bucket-region")
