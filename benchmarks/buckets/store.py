"""One SeaweedFS for all turns, and a fresh bucket for each."""

from __future__ import annotations

import hashlib
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.support.object_stores import SeaweedFS
from tests.support.object_stores.s3 import S3Process

from ..processes import tree

PART = 16 << 20
PARALLEL = 3
"""Parts of one file that are on their way at once, for everybody; it is what our page does by default."""

_MEMORY = Path("/dev/shm")  # noqa: S108  # a file system that Linux has there, not a temporary file
_SPARE = 1 << 30
_PIECE = 1 << 20
_AT_ONCE = 8
"""Objects that are deleted at a time."""


@dataclass(frozen=True)
class Bucket:
    """An empty bucket, how to get in, and of how many bytes everybody's parts are."""

    store: S3Process
    name: str
    endpoint: str
    part: int

    def processes(self) -> list[psutil.Process]:
        """Find the store's."""
        return tree(psutil.Process(self.store.pid))

    def sha256_of(self, key: str) -> str:
        """Return the digest of an object, in hexadecimal."""
        digest = hashlib.sha256()
        body = self.store.client.get_object(Bucket=self.name, Key=key)["Body"]
        for piece in body.iter_chunks(_PIECE):
            digest.update(piece)
        return digest.hexdigest()


class Store:
    """The object store of one table."""

    def __init__(self, process: S3Process, *, in_memory: bool, part: int) -> None:
        self._process = process
        self._part = part
        self.in_memory = in_memory
        #: Where those who upload find it.
        self.port = process.ports[0]

    @contextmanager
    def bucket(self) -> Iterator[Bucket]:
        """Make a bucket; what was in it takes no room afterwards."""
        name = f"turn-{secrets.token_hex(6)}"
        self._process.make_bucket(name)
        try:
            endpoint = self._process.endpoint.replace(str(self._process.ports[0]), str(self.port))
            yield Bucket(self._process, name, endpoint, self._part)
        finally:
            _empty(self._process, name)
            # Its volumes go with it.
            self._process.client.delete_bucket(Bucket=name)


@contextmanager
def open_store(
    folder: Path, size: int, make: Callable[[Path], S3Process] = SeaweedFS, part: int = PART
) -> Iterator[Store]:
    """Start SeaweedFS: in memory where there is room for twice `size` bytes, so that no disk is measured.

    Else below `folder`. Or what else `make` makes.
    """
    in_memory = _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > 2 * size + _SPARE
    data = Path(tempfile.mkdtemp(prefix="bigupload-benchmark-", dir=_MEMORY if in_memory else folder))
    try:
        with make(data) as process:
            yield Store(process, in_memory=in_memory, part=part)
    finally:
        shutil.rmtree(data)


def _empty(store: S3Process, bucket: str) -> None:
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        for page in store.client.get_paginator("list_objects_v2").paginate(Bucket=bucket):
            keys = [one["Key"] for one in page.get("Contents", [])]
            list(threads.map(lambda key: store.client.delete_object(Bucket=bucket, Key=key), keys))
