"""The destinations of the server that these tests use."""

from __future__ import annotations

import contextlib
import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass

from tests.support.forked_server import ForkedServer
from tests.support.object_stores import Azurite, SeaweedFS
from tests.support.server import RunningServer

from ..applications import STEERABLE

#: The smallest that S3 takes: the more parts, the more can go wrong between two of them.
PART = 5 * 2**20

#: Whose scratch bucket it is.
_USER = "ada"

Entry = dict[str, str | bool | int]


@dataclass(frozen=True)
class Place:
    """A destination, and the bucket behind it."""

    name: str
    title: str
    store: SeaweedFS | Azurite
    bucket: str
    prefix: str = ""
    direct: bool = False

    @property
    def url(self) -> str:
        """Of its root."""
        scheme = "s3" if isinstance(self.store, SeaweedFS) else "az"
        return f"{scheme}://{self.bucket}/{self.prefix}".rstrip("/")

    def entry(self) -> Entry:
        """Return what the administrator writes in `BigUpload.destinations`."""
        settings = self.store.settings(self.bucket, self.prefix, name=self.name, direct=self.direct)
        return {**settings, "title": self.title, "part_size": PART}

    def key(self, path: str) -> str:
        """Return the key of the object at a path from the root."""
        return f"{self.prefix}/{path}" if self.prefix else path

    def digest(self, path: str) -> str:
        """Return the SHA-256 of an object, past our server."""
        return hashlib.sha256(self.store.read(self.bucket, self.key(path))).hexdigest()

    def unfinished(self) -> list[str]:
        """Return the keys of all uploads in the bucket that are neither completed nor aborted."""
        return self.store.unfinished(self.bucket)

    def set_cors(self, *origins: str) -> None:
        """Let pages of these origins send parts, and no others."""
        self.store.set_cors(self.bucket, origins)


class Places:
    """All of them, each with a bucket of its own that is made here."""

    def __init__(self, seaweedfs: SeaweedFS, azurite: Azurite) -> None:
        def bucket(store: SeaweedFS | Azurite) -> str:
            name = f"browser-{secrets.token_hex(8)}"
            store.make_bucket(name)
            return name

        self.seaweedfs = seaweedfs
        self.azurite = azurite
        #: Bytes go through the server.
        self.plain = Place("plain", "Lab data", seaweedfs, bucket(seaweedfs), "lab/ü & co")
        #: Bytes go straight to the bucket.
        self.direct = Place("direct", "Instrument", seaweedfs, bucket(seaweedfs), "raw", direct=True)
        #: They would, if the bucket let the page.
        self.closed = Place("closed", "Closed", seaweedfs, bucket(seaweedfs), direct=True)
        self.azure = Place("azure", "Archive", azurite, bucket(azurite))
        self.azure_direct = Place("azure-direct", "Cold", azurite, bucket(azurite), direct=True)
        #: Of `SCRATCH_BUCKET`.
        self.scratch = Place("scratch", "Scratch bucket", seaweedfs, bucket(seaweedfs), _USER)
        #: No such bucket.
        self.missing = Place("missing", "Missing", seaweedfs, "there-is-no-such-bucket")

    @property
    def secrets(self) -> list[str]:
        """What nobody but the server may ever see."""
        return [self.seaweedfs.secret_key, self.azurite.key]

    @contextlib.contextmanager
    def server(self) -> Iterator[RunningServer]:
        """Run a server with all of these."""
        configured = [self.plain, self.direct, self.closed, self.azure, self.azure_direct, self.missing]
        settings = {"destinations": [place.entry() for place in configured], "hint_above": 30 * 10**6}
        environment = {
            **self.seaweedfs.environment,
            **self.azurite.environment,
            "AWS_ENDPOINT_URL": self.seaweedfs.endpoint,
            "AWS_DEFAULT_REGION": "us-east-1",
            "SCRATCH_BUCKET": f"s3://{self.scratch.bucket}",
            "JUPYTERHUB_USER": _USER,
        }
        config = {**STEERABLE, "BigUpload": settings}
        with ForkedServer(app="lab", config=config, environment=environment) as server:
            yield server

    def let_in(self, server: RunningServer) -> None:
        """Let the pages of `server` send to the buckets that are to be open to them.

        Before each test: Azure has one rule for all of an account, and tests of other files set it too.
        """
        for place in (self.direct, self.azure_direct):
            place.set_cors(server.url.rstrip("/"))
