"""tuspy and aiotus, from their published packages."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.faults import FaultProxy, FlipBit, Plan, Rule

from .site import MIB, SIZE, Way

_PROGRAM = Path(__file__).with_name("python_client.py")

pytestmark = pytest.mark.services


def run(library: str, way: Way, **arguments: Any) -> str:
    """Upload in a process of its own, and return where the upload is."""
    said = {
        "endpoint": way.endpoint,
        "headers": way.headers,
        "file": str(way.file),
        "name": "a.bin",
        **arguments,
    }
    ran = subprocess.run(
        [sys.executable, str(_PROGRAM), library, json.dumps(said)],
        capture_output=True,
        check=False,
        timeout=180,
    )
    assert ran.returncode == 0, ran.stderr.decode()
    return ran.stdout.decode()


@pytest.fixture
def storage(tmp_path: Path) -> str:
    """Where tuspy keeps the URLs of its uploads."""
    return str(tmp_path / "urls")


@pytest.mark.parametrize("checksum", [False, True])
def test_tuspy(direct: Way, storage: str, *, checksum: bool) -> None:
    assert run("tuspy", direct, storage=storage, checksum=checksum)
    direct.require("a.bin")


@pytest.mark.long
@pytest.mark.parametrize("checksum", [False, True])
def test_tuspy_in_one_request(direct: Way, storage: str, *, checksum: bool) -> None:
    assert run("tuspy", direct, storage=storage, checksum=checksum, chunk_size=2**40)
    direct.require("a.bin")


def test_tuspy_goes_on_in_another_process(watched: Way, storage: str) -> None:
    url = run("tuspy", watched, storage=storage, stop_at=5 * MIB)
    assert not list(watched.server.root.glob("a.bin"))
    assert run("tuspy", watched, storage=storage) == url
    assert len(watched.requests("POST")) == 1
    assert sum(request.body_bytes for request in watched.requests("PATCH")) == SIZE
    watched.require("a.bin")


@pytest.mark.parametrize("checksum", [False, pytest.param(True, marks=pytest.mark.long)])
def test_tuspy_on_a_network_that_breaks(broken: Way, storage: str, *, checksum: bool) -> None:
    assert run("tuspy", broken, storage=storage, checksum=checksum)
    broken.require("a.bin")


def test_tuspy_with_bits_that_flip(watched: Way, storage: str) -> None:
    """What came otherwise than it was sent is sent again, where the client sends checksums."""
    proxy = watched.proxy
    assert isinstance(proxy, FaultProxy)
    proxy.plan = Plan(
        [Rule(FlipBit(), lambda request: request.method == "PATCH", chance=0.4, most=6)], seed=3
    )
    assert run("tuspy", watched, storage=storage, checksum=True)
    assert proxy.count("flipped bit") >= 2
    watched.require("a.bin")


def test_aiotus(direct: Way) -> None:
    assert run("aiotus", direct)
    direct.require("a.bin")


def test_aiotus_in_parallel(direct: Way) -> None:
    assert run("aiotus", direct, parts=3)
    direct.require("a.bin")


def test_aiotus_goes_on_in_another_process(watched: Way) -> None:
    url = run("aiotus", watched, stop_at=5 * MIB)
    assert run("aiotus", watched, url=url) == url
    assert len(watched.requests("POST")) == 1
    assert sum(request.body_bytes for request in watched.requests("PATCH")) == SIZE
    watched.require("a.bin")


@pytest.mark.parametrize("parts", [1, pytest.param(3, marks=pytest.mark.long)])
def test_aiotus_on_a_network_that_breaks(broken: Way, parts: int) -> None:
    assert run("aiotus", broken, parts=parts)
    broken.require("a.bin")
