"""A Jupyter server with buckets of real object stores."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.support.forked_server import ForkedServer
from tests.support.object_stores import Azurite, SeaweedFS
from tests.support.server import RunningServer

#: The smallest that S3 takes.
PART = 5 * 2**20

PREFIX = "people/ada & co/ü"
#: Below these are the destinations of other servers than the site's.
OTHERS = ("gone", "limits", "mine", "restarts")


@dataclass(frozen=True)
class Site:
    """The server, and what is behind its destinations.

    `lab` and `archive` (S3 and Azure) may be sent to straight, `plain` (the same bucket) may not. `reader` is
    the bucket of `lab` with credentials that may not write, `missing` is no bucket, and nobody listens behind
    `dead`.
    """

    server: RunningServer
    seaweedfs: SeaweedFS
    azurite: Azurite
    bucket: str

    @property
    def secrets(self) -> list[str]:
        """What nobody but the server may ever see."""
        return [
            self.seaweedfs.secret_key,
            self.seaweedfs.reader_secret_key,
            self.azurite.key,
            self.azurite.connection_string,
        ]

    def unfinished(self) -> list[str]:
        """Return the keys, in both stores, of uploads that are neither finished nor aborted.

        Without those of servers that a test starts itself, which keep to prefixes of their own.
        """
        container = self.azurite.service.get_container_client(self.bucket)
        finished = {blob.name for blob in container.list_blobs()}
        blobs = {blob.name for blob in container.list_blobs(include=["uncommittedblobs"])}
        keys = [*self.seaweedfs.unfinished(self.bucket), *(blobs - finished)]
        return [key for key in keys if key.partition("/")[0] not in OTHERS]

    def read(self, destination: str, path: str) -> bytes:
        """Return the bytes of an object, past our server."""
        if destination == "archive":
            blob = self.azurite.service.get_blob_client(self.bucket, path)
            return blob.download_blob().readall()
        return self.seaweedfs.read(self.bucket, _key(destination, path))

    def put(self, destination: str, path: str, data: bytes) -> None:
        """Make an object, past our server."""
        if destination == "archive":
            self.azurite.service.get_blob_client(self.bucket, path).upload_blob(data, overwrite=True)
        else:
            key = _key(destination, path)
            self.seaweedfs.client.put_object(Bucket=self.bucket, Key=key, Body=data)

    def names(self, destination: str, folder: str) -> set[str]:
        """Return the paths of all objects below a prefix, from there, past our server."""
        prefix = f"{_key(destination, folder)}/"
        if destination == "archive":
            container = self.azurite.service.get_container_client(self.bucket)
            return {blob.name.removeprefix(prefix) for blob in container.list_blobs(prefix)}
        pages = self.seaweedfs.client.get_paginator("list_objects_v2").paginate(
            Bucket=self.bucket, Prefix=prefix
        )
        return {one["Key"].removeprefix(prefix) for page in pages for one in page.get("Contents", [])}


def _key(destination: str, path: str) -> str:
    return f"{PREFIX}/{path}" if destination == "lab" else path


@contextlib.contextmanager
def running_site(folder: Path, seaweedfs: SeaweedFS, azurite: Azurite) -> Iterator[Site]:
    bucket = f"site-{secrets.token_hex(8)}"
    seaweedfs.make_bucket(bucket)
    azurite.make_bucket(bucket)
    profiles = folder / "credentials"
    profiles.write_text(
        "[reader]\n"
        f"aws_access_key_id = {seaweedfs.reader_access_key}\n"
        f"aws_secret_access_key = {seaweedfs.reader_secret_key}\n"
    )
    lab = seaweedfs.settings(bucket, PREFIX, name="lab", direct=True)
    destinations = [
        {**lab, "title": "The lab's", "part_size": PART, "note": "For all of us."},
        {**azurite.settings(bucket, name="archive", direct=True), "part_size": PART},
        {**seaweedfs.settings(bucket, name="plain"), "part_size": PART},
        {**lab, "name": "reader", "profile": "reader"},
        seaweedfs.settings("there-is-no-such-bucket", name="missing"),
        {**lab, "name": "dead", "endpoint_url": "http://127.0.0.1:9"},
        {"name": "wrong", "url": "s3://bucket", "secret_access_key": "whatever"},
    ]
    environment = {
        **seaweedfs.environment,
        **azurite.environment,
        "AWS_SHARED_CREDENTIALS_FILE": str(profiles),
        "AWS_ENDPOINT_URL": seaweedfs.endpoint,
        "SCRATCH_BUCKET": f"s3://{bucket}/scratch",
        "JUPYTERHUB_USER": "ada",
    }
    config = {"BigUpload": {"min_free_space": 0, "destinations": destinations}}
    with ForkedServer(config=config, environment=environment) as server:
        yield Site(server, seaweedfs, azurite, bucket)
