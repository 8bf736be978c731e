"""The contract of stores on buckets, on the S3 servers that keep closest to AWS and farthest from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_bigupload.stores.bucket import BucketStore
from jupyter_bigupload.testing.store_copying_suite import CopyingSuite
from jupyter_bigupload.testing.store_many_suite import ManySuite
from jupyter_bigupload.testing.store_reading_suite import ReadingSuite
from jupyter_bigupload.testing.store_removing_suite import RemovingSuite
from jupyter_bigupload.testing.store_signing_suite import SigningSuite
from jupyter_bigupload.testing.store_suite import StoreSuite
from tests.contract.buckets import PART, Bucket, bucket_store, log_in
from tests.support.object_stores import Rclone, SeaweedFS


class OnS3(StoreSuite, CopyingSuite, ManySuite, ReadingSuite, RemovingSuite, SigningSuite):
    part = PART
    renames_at_commit = False

    @pytest.fixture
    def store(
        self, server: SeaweedFS | Rclone, bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> BucketStore:
        server.make_bucket(bucket)
        log_in(server, monkeypatch)
        return bucket_store(server, bucket, tmp_path / "spool")

    @pytest.fixture
    def stored(self, server: SeaweedFS | Rclone, bucket: str, tmp_path: Path) -> Bucket:
        return Bucket(server, bucket, tmp_path / "spool")


class TestSeaweedFS(OnS3):
    @pytest.fixture
    def server(self, seaweedfs: SeaweedFS) -> SeaweedFS:
        return seaweedfs


@pytest.mark.long
class TestRclone(OnS3):
    copies_parts = False

    @pytest.fixture
    def server(self, rclone: Rclone) -> Rclone:
        return rclone
