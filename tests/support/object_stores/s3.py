"""What the servers that speak S3 have in common."""

from __future__ import annotations

import functools
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from .process import StoreProcess

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_REGION = "us-east-1"


class S3Process(StoreProcess):
    """A server that speaks S3, on the first of its ports.

    Parameters
    ----------
    folder : Path
        Where its data and its log go.
    ports : int
        How many it listens on.
    https : bool
        Whether to speak HTTPS.
    """

    #: Which checksum it verifies, as a destination's `checksum` names it.
    checksum = "crc64nvme"

    def __init__(self, folder: Path, *, ports: int, https: bool = False) -> None:
        super().__init__(folder, ports=ports, https=https)
        self.access_key = secrets.token_hex(16)
        self.secret_key = secrets.token_hex(32)

    @property
    def endpoint(self) -> str:
        """The server's address, without a `/` at its end."""
        return self.origin

    @property
    def environment(self) -> Mapping[str, str]:
        """What the process of a `BigUpload` needs in its environment to have access."""
        trusted = {} if self.ca_file is None else {"AWS_CA_BUNDLE": str(self.ca_file)}
        return {
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
            # Nothing of the person's own settings, and no question to the machine's cloud.
            "AWS_CONFIG_FILE": str(self.folder / "no-config"),
            "AWS_SHARED_CREDENTIALS_FILE": str(self.folder / "no-credentials"),
            "AWS_EC2_METADATA_DISABLED": "true",
            **trusted,
        }

    def settings(
        self, bucket: str, prefix: str = "", *, name: str = "bucket", direct: bool = False
    ) -> dict[str, str | bool]:
        """Return an entry of `BigUpload.destinations` for `bucket`, below `prefix`."""
        return {
            "name": name,
            "url": f"s3://{bucket}/{prefix}".rstrip("/"),
            "endpoint_url": self.endpoint,
            "region": _REGION,
            "path_style": True,
            "checksum": self.checksum,
            "direct": direct,
        }

    @functools.cached_property
    def client(self) -> S3Client:
        """boto3's client with all rights, which may be used by several threads."""
        return self._connect(patience=30)

    @functools.cached_property
    def _impatient(self) -> S3Client:
        """The same for a server that is starting: what is asked too early may get no answer for long."""
        return self._connect(patience=2)

    def _connect(self, patience: int) -> S3Client:
        return boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            region_name=_REGION,
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key,
            verify=None if self.ca_file is None else str(self.ca_file),
            config=Config(
                signature_version="s3v4",
                s3={"addressing_style": "path"},
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
                connect_timeout=5,
                read_timeout=patience,
                retries={"total_max_attempts": 1},
            ),
        )

    def make_bucket(self, name: str) -> None:
        """Make an empty bucket."""
        self.client.create_bucket(Bucket=name)

    def read(self, bucket: str, key: str) -> bytes:
        """Return the bytes of an object."""
        return self.client.get_object(Bucket=bucket, Key=key)["Body"].read()

    def unfinished(self, bucket: str) -> list[str]:
        """Return the keys of all multipart uploads that are neither completed nor aborted."""
        pages = self.client.get_paginator("list_multipart_uploads").paginate(Bucket=bucket)
        return [upload["Key"] for page in pages for upload in page.get("Uploads", [])]

    def _answers(self) -> bool:
        try:
            self._impatient.list_buckets()
        except (BotoCoreError, ClientError):
            return False
        return True
