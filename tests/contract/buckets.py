"""Buckets for tests of stores: seen without the store, and with it."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from jupyter_bigupload.stores.address import StoreAddress
from jupyter_bigupload.stores.base import Handle
from jupyter_bigupload.stores.bucket import BucketStore
from jupyter_bigupload.stores.bucket.multipart import Multipart
from jupyter_bigupload.stores.s3 import S3
from jupyter_bigupload.testing.store_inputs import digest_of, pieces
from tests.support.object_stores import Rclone, SeaweedFS

PREFIX = "lab/run 7"
PART = 5 * 2**20
#: Three parts, the last of them short.
DATA = os.urandom(2 * PART + 1000)


class Bucket:
    """What a bucket holds below the prefix, and a spool folder, seen without the store."""

    def __init__(self, server: SeaweedFS | Rclone, name: str, spool: Path) -> None:
        self.server = server
        self.name = name
        self.spool = spool

    def names(self) -> set[str]:
        pages = self.server.client.get_paginator("list_objects_v2").paginate(Bucket=self.name)
        return {one["Key"].removeprefix(f"{PREFIX}/") for page in pages for one in page.get("Contents", [])}

    def leftovers(self) -> set[str]:
        spooled = {str(path) for path in self.spool.rglob("*")} if self.spool.exists() else set()
        return spooled | set(self.server.unfinished(self.name))

    def read(self, path: str) -> bytes:
        return self.server.read(self.name, f"{PREFIX}/{path}")

    def put(self, path: str, data: bytes) -> None:
        self.server.client.put_object(Bucket=self.name, Key=f"{PREFIX}/{path}", Body=data)


def connect(server: SeaweedFS | Rclone, bucket: str, *, checksum: str | None = None) -> S3:
    return S3(
        bucket,
        StoreAddress(endpoint_url=server.endpoint, region="us-east-1", path_style=True),
        prefix=PREFIX,
        checksum=checksum or server.checksum,
    )


def bucket_store(
    server: SeaweedFS | Rclone, bucket: str, spool: Path, *, checksum: str | None = None
) -> BucketStore:
    return BucketStore(connect(server, bucket, checksum=checksum), prefix=PREFIX, spool=spool, part_size=PART)


async def send_whole(store: BucketStore, handle: Handle, data: bytes, at: int, algorithm: str) -> None:
    """Send the part that begins at `at`."""
    chunk = data[at : at + PART]
    digest = digest_of(chunk, algorithm)
    await store.write_part(handle, at, pieces(chunk), hashlib.sha256(), end=at + len(chunk), digest=digest)


async def try_port(port: Multipart) -> None:
    """Reach the bucket and write to it, leaving nothing."""
    await port.abort("tried", await port.begin("tried", tag="", content_type=""))


def log_in(server: SeaweedFS | Rclone, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
