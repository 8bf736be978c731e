from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from jupyter_bigupload.stores.bucket import BucketStore, close_connections
from tests.contract.buckets import Bucket, bucket_store, log_in
from tests.support.object_stores import SeaweedFS
from tests.support.small_disk import small_disk


@pytest.fixture(autouse=True)
async def _connections() -> AsyncIterator[None]:
    """End each test, and its event loop, without connections to stores."""
    yield
    await close_connections()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "root"
    folder.mkdir()
    return folder


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A real file system of 4 MiB."""
    with small_disk(tmp_path / "small", 4 * 2**20) as folder:
        yield folder


@pytest.fixture
def made(seaweedfs: SeaweedFS, bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bucket:
    """A bucket on SeaweedFS, with its credentials in the environment."""
    seaweedfs.make_bucket(bucket)
    log_in(seaweedfs, monkeypatch)
    return Bucket(seaweedfs, bucket, tmp_path / "spool")


@pytest.fixture
def store(made: Bucket) -> BucketStore:
    return bucket_store(made.server, made.name, made.spool)
