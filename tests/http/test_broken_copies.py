"""Copies that end in the middle: workers die, networks fail, people change their minds."""

from __future__ import annotations

import os
import re
import secrets
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.support.faults import FaultProxy, LostAnswer, Plan, Request, Rule, Stall
from tests.support.forked_server import ForkedServer
from tests.support.object_stores import SeaweedFS
from tests.support.server import RunningServer, workers

from .conftest import client_of
from .half_request import until
from .operations import begin, finished, get
from .site import PART

#: Parts of the file.
_PARTS = 8
DATA = os.urandom(_PARTS * PART)
#: A line of that log: where a part begins and ends, and its digest.
_RECORDED = re.compile(rb"^[0-9]+ [0-9]+ \S+=:", re.MULTILINE)
#: Parts that the store gets before it is stuck.
_PASS = 3


@dataclass(frozen=True)
class Way:
    """A server whose bucket is behind a proxy that breaks things."""

    server: RunningServer
    seaweedfs: SeaweedFS
    proxy: FaultProxy
    bucket: str

    @property
    def parts(self) -> int:
        """Parts that were on their way by now."""
        return sum(_is_part(request) for request in self.proxy.requests)

    def put(self, name: str) -> Path:
        """Make the file in the home folder."""
        path = self.server.root / name
        path.write_bytes(DATA)
        return path

    def read(self, name: str) -> bytes:
        """Return what came of it in the bucket."""
        return self.seaweedfs.read(self.bucket, name)

    def unfinished(self) -> list[str]:
        """Return the keys of unfinished uploads."""
        return self.seaweedfs.unfinished(self.bucket)


def _is_part(request: Request) -> bool:
    return request.method == "PUT" and "partNumber" in request.target


def _is_completion(request: Request) -> bool:
    return request.method == "POST" and "uploadId" in request.target


@pytest.fixture(scope="module")
def _way(seaweedfs: SeaweedFS) -> Iterator[Way]:
    bucket = f"broken-{secrets.token_hex(6)}"
    seaweedfs.make_bucket(bucket)
    address = urlsplit(seaweedfs.endpoint)
    assert address.hostname is not None
    assert address.port is not None
    with FaultProxy((address.hostname, address.port)) as proxy:
        settings = {**seaweedfs.settings(bucket, name="far"), "endpoint_url": proxy.url.rstrip("/")}
        config = {"BigUpload": {"min_free_space": 0, "destinations": [{**settings, "part_size": PART}]}}
        with ForkedServer(config=config, environment=seaweedfs.environment) as server:
            yield Way(server, seaweedfs, proxy, bucket)


@pytest.fixture
def way(_way: Way) -> Iterator[Way]:
    _way.proxy.requests.clear()
    yield _way
    _way.proxy.plan = Plan()
    _way.proxy.disconnect()


@pytest.fixture
def client(way: Way) -> Iterator[httpx.Client]:
    with client_of(way.server) as client:
        yield client


@pytest.fixture
def name(way: Way) -> str:
    name = f"{secrets.token_hex(6)}.bin"
    way.put(name)
    return name


def stuck(way: Way, client: httpx.Client, name: str, kind: str = "copy") -> tuple[Any, int]:
    """Start a copy with some parts there and recorded, and others stuck; return it, and its process."""
    way.proxy.plan = Plan([Rule(Stall(seconds=600, at=0), where=_is_part, skip=_PASS)])
    operation = begin(client, kind, name, parameters={"to": "far"})
    until(lambda: way.parts > _PASS and _parts_there(way, name) >= _PASS)
    until(lambda: _parts_recorded(way, name) >= _PASS)
    (worker,) = workers(way.server.data_dir)
    return operation, worker


def _parts_there(way: Way, name: str) -> int:
    client = way.seaweedfs.client
    uploads = client.list_multipart_uploads(Bucket=way.bucket, Prefix=name).get("Uploads", [])
    found = [client.list_parts(Bucket=way.bucket, Key=name, UploadId=one["UploadId"]) for one in uploads]
    return sum(len(parts.get("Parts", [])) for parts in found)


def _parts_recorded(way: Way, name: str) -> int:
    """Return how many parts of the unfinished copy are in the log that is gone on with."""
    found = 0
    for record in way.server.data_dir.glob("bigupload/*/*.json"):
        log = record.with_suffix(".parts")
        if name.encode() in record.read_bytes() and log.exists():
            found += len(_RECORDED.findall(log.read_bytes()))
    return found


def again(way: Way, client: httpx.Client, name: str, kind: str = "copy") -> tuple[Any, int]:
    """Start it once more, now that the way is free; return it once it is over, and how many parts it sent."""
    way.proxy.plan = Plan()
    way.proxy.disconnect()
    way.proxy.requests.clear()
    operation = finished(client, begin(client, kind, name, parameters={"to": "far"}))
    return operation, way.parts


def test_a_copy_goes_on_where_a_dead_worker_was(way: Way, client: httpx.Client, name: str) -> None:
    operation, worker = stuck(way, client, name)
    os.kill(worker, signal.SIGKILL)
    over = finished(client, operation)
    assert over["error"]["reason"] == "worker_died"
    assert way.unfinished() == [name]
    over, parts = again(way, client, name)
    assert over["metadata"]["state"] == "done", over
    assert parts <= _PARTS - _PASS
    assert way.read(name) == DATA
    assert way.unfinished() == []


@pytest.mark.long
def test_what_a_dead_worker_left_goes_with_its_record(way: Way, client: httpx.Client, name: str) -> None:
    operation, worker = stuck(way, client, name)
    os.kill(worker, signal.SIGKILL)
    finished(client, operation)
    assert client.delete(f"api/bigupload/{operation['name']}").status_code == 204
    assert way.unfinished() == []


@pytest.mark.long
def test_the_record_of_a_dead_one_goes_while_another_goes_on(
    way: Way, client: httpx.Client, name: str
) -> None:
    operation, worker = stuck(way, client, name)
    os.kill(worker, signal.SIGKILL)
    finished(client, operation)
    second = begin(client, "copy", name, parameters={"to": "far"})
    way.proxy.requests.clear()
    until(lambda: way.parts > 0)
    assert client.delete(f"api/bigupload/{operation['name']}").status_code == 204
    way.proxy.plan = Plan()
    way.proxy.disconnect()
    over = finished(client, second)
    if over["metadata"]["state"] == "done":
        assert way.read(name) == DATA
    assert way.unfinished() == []


@pytest.mark.parametrize("is_dead", [pytest.param(False, marks=pytest.mark.long), True])
def test_a_cancelled_one_leaves_nothing(way: Way, client: httpx.Client, name: str, *, is_dead: bool) -> None:
    operation, worker = stuck(way, client, name)
    if is_dead:
        os.kill(worker, signal.SIGSTOP)
    assert client.post(f"api/bigupload/{operation['name']}/cancel").status_code == 200
    if is_dead:
        os.kill(worker, signal.SIGKILL)
    else:
        way.proxy.plan = Plan()
        way.proxy.disconnect()
    over = finished(client, operation)
    assert over["metadata"]["state"] == "cancelled"
    assert way.unfinished() == []
    until(lambda: not workers(way.server.data_dir))


@pytest.mark.long
def test_a_server_that_dies_with_its_worker(way: Way, client: httpx.Client, name: str) -> None:
    operation, worker = stuck(way, client, name)
    way.server.kill()
    os.kill(worker, signal.SIGKILL)
    way.server.start()
    with client_of(way.server) as later:
        assert finished(later, get(later, operation))["error"]["reason"] == "worker_died"
        over, parts = again(way, later, name)
    assert over["metadata"]["state"] == "done", over
    assert parts <= _PARTS - _PASS
    assert way.read(name) == DATA


@pytest.mark.long
def test_the_answer_to_the_last_request_is_lost(way: Way, client: httpx.Client, name: str) -> None:
    way.proxy.plan = Plan([Rule(LostAnswer(), where=_is_completion)])
    over = finished(client, begin(client, "copy", name, parameters={"to": "far"}))
    if over["metadata"]["state"] == "failed":
        assert over["error"]["reason"] == "store_unreachable"
        over, parts = again(way, client, name)
        assert parts == 0
    assert over["metadata"]["state"] == "done", over
    assert way.read(name) == DATA
    assert way.unfinished() == []


@pytest.mark.long
def test_parts_that_the_store_loses_are_sent_again(way: Way, client: httpx.Client, name: str) -> None:
    way.proxy.plan = Plan([Rule(LostAnswer(), where=_is_part, most=4)])
    over = finished(client, begin(client, "copy", name, parameters={"to": "far"}))
    assert over["metadata"]["state"] == "done", over
    assert way.read(name) == DATA


def test_a_source_that_changes_meanwhile(way: Way, client: httpx.Client, name: str) -> None:
    path = way.server.root / name
    path.write_bytes(2 * DATA)  # more than what is read ahead
    operation, _ = stuck(way, client, name)
    path.write_bytes(DATA)
    way.proxy.plan = Plan()
    way.proxy.disconnect()
    over = finished(client, operation)
    assert over["error"]["reason"] == "changed", over
    assert way.unfinished() == []
    assert way.seaweedfs.client.list_objects_v2(Bucket=way.bucket, Prefix=name)["KeyCount"] == 0


@pytest.mark.long
def test_a_target_that_appears_meanwhile(way: Way, client: httpx.Client, name: str) -> None:
    operation, _ = stuck(way, client, name)
    way.seaweedfs.client.put_object(Bucket=way.bucket, Key=name, Body=b"somebody else's")
    way.proxy.plan = Plan()
    way.proxy.disconnect()
    over = finished(client, operation)
    assert over["error"]["reason"] == "exists", over
    assert way.read(name) == b"somebody else's"
    assert way.unfinished() == []


def test_a_move_that_dies_loses_nothing(way: Way, client: httpx.Client, name: str) -> None:
    operation, worker = stuck(way, client, name, "move")
    os.kill(worker, signal.SIGKILL)
    assert finished(client, operation)["error"]["reason"] == "worker_died"
    assert (way.server.root / name).read_bytes() == DATA
    over, parts = again(way, client, name, "move")
    assert over["metadata"]["state"] == "done", over
    assert parts <= _PARTS - _PASS
    assert way.read(name) == DATA
    assert not (way.server.root / name).exists()
