"""Copies that the store makes itself: no byte of them comes to this machine, as its requests tell."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

import httpx
import pytest

from tests.support.faults import Fault, FaultProxy, Plan, Request, Rule
from tests.support.faults.exchange import Exchange
from tests.support.forked_server import ForkedServer
from tests.support.object_stores import Azurite, Rclone, SeaweedFS
from tests.support.server import RunningServer, workers

from .conftest import client_of
from .copies import done
from .half_request import until
from .operations import begin, finished
from .site import PART

DATA = os.urandom(2 * PART + 1000)
#: Bytes of the block that marks an upload.
_MARK = 2
SMALL = {"a": b"a", "b/ü #?": b"b" * 1000, "b/empty": b""}


@dataclass(frozen=True)
class Wait(Fault):
    """A request is held for `seconds`, and then goes on."""

    kind: ClassVar[str] = "wait"
    seconds: float

    def applies(self, request: Request) -> bool:
        """Any, also one without a body."""
        del request
        return True

    async def act(self, exchange: Exchange) -> None:
        """Hold it."""
        await asyncio.sleep(self.seconds)
        await exchange.forward()


@dataclass(frozen=True)
class Shop:
    """A server with two buckets of one store behind a proxy that notes all requests, and another door."""

    server: RunningServer
    store: SeaweedFS | Azurite | Rclone
    proxy: FaultProxy
    bucket: str

    def put(self, path: str, data: bytes) -> None:
        if isinstance(self.store, Azurite):
            self.store.service.get_blob_client(self.bucket, path).upload_blob(data, overwrite=True)
        else:
            self.store.client.put_object(Bucket=self.bucket, Key=path, Body=data)

    def read(self, path: str) -> bytes:
        return self.store.read(f"{self.bucket}-2", path)

    @property
    def bytes_here(self) -> int:
        """Bytes of objects that came or went past the proxy."""
        sent = [request.body_bytes for request in self.proxy.requests if _is_sent(request)]
        return sum(sent) + sum(map(_is_read, self.proxy.requests))


def _is_sent(request: Request) -> bool:
    """Return whether it has bytes of an object: not a list of blocks, nor the mark of an upload to Azure."""
    return request.method == "PUT" and "comp=blocklist" not in request.target and request.body_bytes > _MARK


def _is_read(request: Request) -> bool:
    """Return whether it asks for bytes of an object: lists are of a bucket, and have a query."""
    return request.method == "GET" and "?" not in request.target


def _is_part(request: Request) -> bool:
    """Return whether the store is to copy a part."""
    headers = {name.lower() for name in request.headers}
    copies = "x-ms-copy-source" in headers or "x-amz-copy-source" in headers
    return copies and ("partNumber" in request.target or "comp=block&" in request.target)


@contextlib.contextmanager
def open_shop(store: SeaweedFS | Azurite | Rclone) -> Iterator[Shop]:
    bucket = f"shop-{secrets.token_hex(6)}"
    for name in (bucket, f"{bucket}-2"):
        store.make_bucket(name)
    origin = store.origin
    address = urlsplit(origin)
    assert address.hostname is not None
    assert address.port is not None
    with FaultProxy((address.hostname, address.port)) as proxy:
        through = proxy.url.rstrip("/")
        if isinstance(store, Azurite):
            through = f"{through}/{store.account}"
        limits = {"part_size": PART, "max_copy": PART}
        destinations = [
            {**store.settings(bucket, name="one"), "endpoint_url": through, **limits},
            {**store.settings(f"{bucket}-2", name="two"), "endpoint_url": through, **limits},
            {**store.settings(f"{bucket}-2", name="elsewhere"), **limits},
        ]
        config = {"BigUpload": {"min_free_space": 0, "destinations": destinations}}
        with ForkedServer(config=config, environment=store.environment) as server:
            yield Shop(server, store, proxy, bucket)


@pytest.fixture(scope="module")
def seaweed_shop(seaweedfs: SeaweedFS) -> Iterator[Shop]:
    with open_shop(seaweedfs) as shop:
        yield shop


@pytest.fixture(scope="module")
def azure_shop(azurite: Azurite) -> Iterator[Shop]:
    with open_shop(azurite) as shop:
        yield shop


@pytest.fixture(params=["seaweed_shop", pytest.param("azure_shop", marks=pytest.mark.long)])
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    shop: Shop = request.getfixturevalue(request.param)
    shop.proxy.requests.clear()
    yield shop
    shop.proxy.plan = Plan()
    shop.proxy.disconnect()


@pytest.fixture
def client(shop: Shop) -> Iterator[httpx.Client]:
    with client_of(shop.server) as client:
        yield client


@pytest.fixture
def folder() -> str:
    return f"s{secrets.token_hex(6)}"


def test_a_folder_is_copied_and_moved_without_a_byte_here(
    shop: Shop, client: httpx.Client, folder: str
) -> None:
    """By whole files, and, above the limit of these, by parts."""
    files = {**SMALL, "large.bin": DATA}
    for path, data in files.items():
        shop.put(f"{folder}/{path}", data)
    response = done(client, "copy", "one", folder, to="two")
    assert response["copied"] == len(files)
    assert {path: shop.read(f"{folder}/{path}") for path in files} == files
    assert sum(map(_is_part, shop.proxy.requests)) == 3
    again = done(client, "copy", "one", folder, to="two", folder="again")
    assert again["copied"] == len(files)
    moved = done(client, "move", "one", folder, to="two", folder="moved")
    assert moved["removed"] is not None
    assert {path: shop.read(f"moved/{folder}/{path}") for path in files} == files
    renamed = done(client, "rename", "two", f"moved/{folder}", name="named")
    assert renamed["made"]["path"] == "moved/named"
    assert {path: shop.read(f"moved/named/{path}") for path in files} == files
    assert shop.bytes_here == 0


@pytest.mark.long
def test_through_another_door_the_bytes_come_here(shop: Shop, client: httpx.Client, folder: str) -> None:
    """What is at another address may be another store; so they are read and sent."""
    shop.put(folder, DATA)
    done(client, "copy", "one", folder, to="elsewhere")
    assert shop.read(folder) == DATA
    assert any(map(_is_read, shop.proxy.requests))


@pytest.mark.long
def test_parts_that_a_dead_worker_had_copied_are_not_copied_again(
    shop: Shop, client: httpx.Client, folder: str
) -> None:
    def logs() -> set[Path]:
        return set((shop.server.data_dir / "bigupload").rglob("op-*.parts"))

    before = logs()
    shop.put(folder, DATA)
    shop.proxy.plan = Plan([Rule(Wait(seconds=600), where=_is_part, skip=2)])
    operation = begin(client, "copy", folder, destination="one", parameters={"to": "two"})
    until(lambda: sum(map(_is_part, shop.proxy.requests)) == 3)
    # At least one is in the record by now.
    until(lambda: any(log.read_text().count("\n") > 2 for log in logs() - before))
    (worker,) = workers(shop.server.data_dir)
    os.kill(worker, 9)
    assert finished(client, operation)["error"]["reason"] == "worker_died"
    shop.proxy.plan = Plan()
    shop.proxy.disconnect()
    shop.proxy.requests.clear()
    done(client, "copy", "one", folder, to="two")
    assert sum(map(_is_part, shop.proxy.requests)) < 3
    assert shop.read(folder) == DATA
    assert shop.store.unfinished(f"{shop.bucket}-2") == []


@pytest.mark.long
def test_a_source_that_changes_meanwhile(shop: Shop, client: httpx.Client, folder: str) -> None:
    name = f"{folder}.bin"
    shop.put(name, DATA)
    shop.proxy.plan = Plan([Rule(Wait(seconds=2), where=_is_part, skip=1)])
    operation = begin(client, "copy", name, destination="one", parameters={"to": "two"})
    until(lambda: sum(map(_is_part, shop.proxy.requests)) >= 2)
    shop.put(name, DATA[::-1])
    over = finished(client, operation)
    assert over["error"]["reason"] == "changed", over
    assert shop.store.unfinished(f"{shop.bucket}-2") == []
