"""A server whose destinations are in a bucket of SeaweedFS, and what stays in all the places of an upload."""

from __future__ import annotations

import contextlib
import json
import secrets
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
from botocore.exceptions import ClientError

from tests.support.forked_server import ForkedServer
from tests.support.object_stores import SeaweedFS

from .bucket_client import MIB

#: Ways to the bucket, each a destination named `<way>-<MiB of a part>`.
_WAYS = (("through", 5), ("through", 8), ("direct", 5), ("direct", 8))

#: Seconds in which a server that just started has swept, and ended what nobody waits for.
GRACE = 30.0


class BucketSite:
    """The server, the store, and one bucket.

    Parameters
    ----------
    grace : float
        Seconds that what is left over may take to go.
    """

    ways = _WAYS

    def __init__(
        self, server: ForkedServer, seaweedfs: SeaweedFS, bucket: str, *, grace: float = GRACE
    ) -> None:
        self.server = server
        self.seaweedfs = seaweedfs
        self.left_alone: dict[str, str] = {}
        """Ids of the uploads that wait for the sweep, and the keys of their objects."""
        self._bucket = bucket
        self._grace = grace

    def client(self) -> httpx.AsyncClient:
        """A client that is logged in."""
        return httpx.AsyncClient(
            base_url=self.server.url,
            headers={"Authorization": f"token {self.server.token}"},
            timeout=60,
            trust_env=False,
        )

    def read(self, key: str) -> bytes | None:
        """The bytes of an object; None when there is none."""
        try:
            return self.seaweedfs.read(self._bucket, key)
        except ClientError as error:
            if error.response["Error"].get("Code") == "NoSuchKey":
                return None
            raise

    def remove(self, key: str) -> None:
        """Remove an object, if it is there."""
        self.seaweedfs.client.delete_object(Bucket=self._bucket, Key=key)

    def leftovers(self) -> list[str]:
        """What is left of uploads that have ended, once the server had the time to end them."""
        deadline = time.monotonic() + self._grace
        while (left := self._left()) and time.monotonic() < deadline:
            time.sleep(0.2)
        return left

    def sweep(self) -> None:
        """Have what was left alone removed, as if a week had passed."""
        self.left_alone.clear()
        self.server.stop()
        self.server.arguments = ["--BigUpload.expire_after=0.001"]
        self.server.start()

    def _left(self) -> list[str]:
        alone = self.left_alone
        unfinished = set(self.seaweedfs.unfinished(self._bucket)) - set(alone.values())
        spooled = {_id_of(path.name) for path in self._records.glob("spool/*/*")} - alone.keys()
        recorded = {path.stem for path in self._records.glob("*.json") if _is_unfinished(path)} - alone.keys()
        return [
            *(f"in the bucket: {key}" for key in sorted(unfinished)),
            *(f"in the spool: {upload_id}" for upload_id in sorted(spooled)),
            *(f"recorded: {upload_id}" for upload_id in sorted(recorded)),
        ]

    @property
    def _records(self) -> Path:
        (records,) = (self.server.data_dir / "bigupload").iterdir()
        return records


@contextlib.contextmanager
def open_bucket_site(
    seaweedfs: SeaweedFS, *, config_code: str = "", grace: float = GRACE
) -> Iterator[BucketSite]:
    """Start a server for a bucket that nobody else has."""
    bucket = f"kills-{secrets.token_hex(8)}"
    seaweedfs.make_bucket(bucket)
    destinations = [
        {
            **seaweedfs.settings(bucket, name, name=name, direct=way == "direct"),
            "part_size": mebibytes * MIB,
        }
        for way, mebibytes in _WAYS
        for name in [f"{way}-{mebibytes}"]
    ]
    config = {
        "BigUpload": {"destinations": destinations, "min_free_space": 0},
        # Thousands of requests say nothing that a person would read.
        "ServerApp": {"log_level": "WARN"},
    }
    with ForkedServer(config=config, config_code=config_code, environment=seaweedfs.environment) as server:
        yield BucketSite(server, seaweedfs, bucket, grace=grace)


def _id_of(key: str) -> str:
    """Return the upload that a store's key is of: `<id>-<created>-<tag>`."""
    return key.rsplit("-", 2)[0]


def _is_unfinished(record: Path) -> bool:
    """Return whether a record is of an unfinished upload; that of a done one stays for an hour."""
    try:
        body = record.read_bytes().partition(b"\n")[2]
    except FileNotFoundError:  # the sweep is at work
        return False
    return bool(json.loads(body)["state"] != "done")
