"""boto3's client, made when it is first needed, with the server's own credentials."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from ._network import MOST_AT_ONCE

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

#: Where stores that know no regions say they are.
_REGION = "us-east-1"


class LazyClient:
    """A client that is the same for all threads.

    Parameters
    ----------
    endpoint_url : str or None
        Of the store's API; None for AWS.
    region : str or None
        None for what AWS's settings say.
    path_style : bool or None
        Whether the bucket is a step of the path; None to do so where the store is not AWS.
    profile : str or None
        The AWS profile; None for the usual chain.
    """

    def __init__(
        self, *, endpoint_url: str | None, region: str | None, path_style: bool | None, profile: str | None
    ) -> None:
        self._endpoint_url = endpoint_url
        self._region = region
        self._path_style = endpoint_url is not None if path_style is None else path_style
        self._profile = profile
        self._making = threading.Lock()
        self._made: S3Client | None = None
        #: The certificates that the store's is held against, once the client is made; None for the system's.
        self.ca_file: str | None = None

    def get(self) -> S3Client:
        """Return the client; in a thread, since making it reads files, and may ask the machine's cloud."""
        with self._making:
            if self._made is None:
                self._made = self._make()
            return self._made

    def _make(self) -> S3Client:
        session = boto3.Session(profile_name=self._profile)
        settings = session._session  # noqa: SLF001  # botocore's, which alone knows of the certificates
        self.ca_file = settings.get_config_variable("ca_bundle")
        return session.client(
            "s3",
            endpoint_url=self._endpoint_url,
            region_name=self._region or session.region_name or _REGION,
            config=Config(
                signature_version="s3v4",
                s3={"addressing_style": "path" if self._path_style else "virtual"},
                # The bytes are verified by a digest of the part instead, which every S3 understands.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
                connect_timeout=5,
                read_timeout=60,
                retries={"mode": "standard", "total_max_attempts": 3},
                max_pool_connections=MOST_AT_ONCE,
            ),
        )
