"""A tree of any names arrives as it was, or each one that does not is refused with its reason."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.forked_server import ForkedServer
from tests.support.server import RunningServer
from tests.tiers import examples

from .batches import File, batch
from .conftest import client_of
from .test_names import NAMES
from .verified import digest

#: Names as long as a folder takes, and longer; hidden ones; what is no name; text that is none.
_EDGES = ["x" * 255, "é" * 127, "x" * 256, "😀" * 64, ".hidden", "...", ".", "..", "", "a\0b", "\ud800"]
_TWINS = ["\u00e9", "e\u0301", "K", "\u212a", "ß", "SS"]
_STEPS = NAMES | st.sampled_from([*_EDGES, *_TWINS])
_PATHS = st.lists(_STEPS, min_size=1, max_size=4).map("/".join) | st.builds(
    lambda step, depth, name: "/".join([step] * depth + [name]), NAMES, st.integers(10, 50), NAMES
)
_TREES = st.dictionaries(_PATHS, st.binary(max_size=40), max_size=30)
_EXPECTED = {"invalid_name", "outside_root", "hidden", "folder_missing", "exists"}


def refusal(path: str) -> set[str]:
    """The reasons for which a path may be refused whatever else is in its tree; none for one that may not."""
    steps = path.split("/")
    reasons = set()
    if "\0" in path or any(0xD800 <= ord(char) < 0xE000 for char in path):
        reasons.add("invalid_name")
    if len(path.encode("utf-8", "surrogatepass")) > 4096 or any(
        len(step.encode("utf-8", "surrogatepass")) > 255 or step in {"", "."} for step in steps
    ):
        reasons.add("invalid_name")
    if ".." in steps[:-1]:
        reasons.add("outside_root")
    if steps[-1] == "..":
        reasons.add("invalid_name")
    if any(step.startswith(".") and step not in {".", ".."} for step in steps):
        reasons.add("hidden")
    return reasons


def arrived(root: Path) -> dict[str, bytes]:
    """Every file, by its path, as the system has its names."""
    found = {}
    for folder, _, names in os.walk(root):
        for name in names:
            path = Path(folder, name)
            found[path.relative_to(root).as_posix()] = path.read_bytes()
    return found


@pytest.fixture(scope="module")
def trees_server() -> Iterator[RunningServer]:
    with ForkedServer() as running:
        yield running
        running.require_no_traceback()


@pytest.fixture(scope="module")
def client(trees_server: RunningServer) -> Iterator[httpx.Client]:
    with client_of(trees_server) as client:
        yield client


@settings(max_examples=examples(100), suppress_health_check=list(HealthCheck))
@given(tree=_TREES, folders=st.lists(_PATHS, max_size=5))
def test_a_tree_of_any_names(
    trees_server: RunningServer, client: httpx.Client, tree: dict[str, bytes], folders: list[str]
) -> None:
    root = trees_server.root
    top = secrets.token_hex(8)
    files = {f"{top}/{path}": data for path, data in tree.items()}
    made = [f"{top}/{path}" for path in folders]
    answer = client.post(
        "api/bigupload/batches", content=batch([File(path, data) for path, data in files.items()], made)
    )
    assert answer.status_code == 200, answer.text
    outcomes: list[dict[str, Any]] = answer.json()["files"]
    folder_outcomes: list[dict[str, Any]] = answer.json()["folders"]
    there = arrived(root / top)
    for (path, data), outcome in zip(files.items(), outcomes, strict=True):
        reasons = refusal(path)
        if outcome["state"] == "done":
            assert reasons == set()
            assert outcome["path"] == path
            assert there.pop(path.removeprefix(f"{top}/")) == data
        else:
            # A name that another of the tree, or a folder of it, has already may be refused, too.
            assert outcome["error"]["reason"] in (reasons or {"exists", "folder_missing"})
            assert outcome["error"]["message"]
    assert there == {}, "nothing else is there"
    for path, outcome in zip(made, folder_outcomes, strict=True):
        if outcome["state"] == "done":
            assert refusal(path) == set()
            assert (root / path).is_dir()
        else:
            assert outcome["error"]["reason"] in _EXPECTED
    asked = [{"path": path, "size": len(data), "digest": str(digest(data))} for path, data in files.items()]
    answer = client.post("api/bigupload/existing", content=json.dumps({"files": asked}).encode())
    found = answer.json()["existing"]
    done = [index for index, outcome in enumerate(outcomes) if outcome["state"] == "done"]
    assert [one["index"] for one in found if one["identical"]] == done
