"""Files from links whose workers are killed: they are whole, or not there, and can be gone on with."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any

import httpx

from tests.http.operations import begin
from tests.unit.operations.fetching.site import File, Site

from .killed_copies import Bucket

_SIZE = 48 * 2**20


class KilledFetches:
    """Fetches from a site, into the home folder and into a bucket, with and without a checksum."""

    def __init__(self, root: Path, bucket: Bucket, site: Site, random: Random) -> None:
        self._root = root
        self._bucket = bucket
        self._site = site
        self._random = random
        self._data = random.randbytes(_SIZE)
        site.file = File(data=self._data)

    def begin(self, client: httpx.Client, number: int) -> Any:
        """Start an operation, of which there is one with this number."""
        parameters = {"url": self._site.url(f"/f{number}"), "on_conflict": "rename"}
        if self._random.random() < 0.5:
            parameters["checksum"] = hashlib.sha256(self._data).hexdigest()
        destination = self._random.choice(["home", self._bucket.destination])
        return begin(client, "fetch", "", destination=destination, parameters=parameters)

    def again(self, client: httpx.Client, failed: Mapping[str, Any]) -> Any:
        """Start what has failed once more, and forget it."""
        metadata = failed["metadata"]
        operation = begin(
            client,
            "fetch",
            metadata["path"],
            destination=metadata["destination"],
            parameters=metadata["parameters"],
        )
        client.delete(f"api/bigupload/{failed['name']}")
        return operation

    def judge_one(self, operation: Mapping[str, Any]) -> list[str]:
        """Return what is wrong about one that is done, and remove what it made."""
        made = operation["response"]["made"]
        if made["destination"] == "home":
            file = self._root / made["path"]
            found = file.read_bytes()
            file.unlink()
        else:
            store, bucket = self._bucket.store, self._bucket.name
            found = store.read(bucket, made["path"])
            store.client.delete_object(Bucket=bucket, Key=made["path"])
        return [] if found == self._data else [f"other bytes: {operation}"]
