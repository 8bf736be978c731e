"""Copies of files from one destination to another: verified, gone on with, and never made twice."""

from __future__ import annotations

import os
import secrets
from typing import Any

import httpx
import pytest

from .operations import begin, finished
from .site import PART, Site

#: Three parts, the last of them short.
DATA = os.urandom(2 * PART + 1000)
NAME = "ü 漢 #?&+%20;=.bin"


@pytest.fixture
def folder(site: Site) -> str:
    """A folder of the home folder, for one test; buckets have prefixes of that name."""
    name = f"t{secrets.token_hex(6)}"
    (site.server.root / name).mkdir()
    return name


def put(site: Site, destination: str, path: str, data: bytes) -> None:
    """Make a file, past our server."""
    if destination == "home":
        target = site.server.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    else:
        site.put(destination, path, data)


def read(site: Site, destination: str, path: str) -> bytes:
    """Read a file, past our server."""
    return (site.server.root / path).read_bytes() if destination == "home" else site.read(destination, path)


def names(site: Site, destination: str, folder: str) -> set[str]:
    """Return the paths of all files below a folder, from there."""
    if destination == "home":
        root = site.server.root / folder
        return {path.relative_to(root).as_posix() for path in root.rglob("*") if not path.is_dir()}
    return site.names(destination, folder)


def run(client: httpx.Client, kind: str, source: str, path: str, **parameters: Any) -> Any:
    """Return an operation once it is over."""
    return finished(client, begin(client, kind, path, destination=source, parameters=parameters))


def done(client: httpx.Client, kind: str, source: str, path: str, **parameters: Any) -> Any:
    """Return the response of an operation that is to be done."""
    operation = run(client, kind, source, path, **parameters)
    assert operation["metadata"]["state"] == "done", operation
    return operation["response"]


def refused(client: httpx.Client, kind: str, source: str, path: str, **parameters: Any) -> tuple[str, str]:
    """Return reason and message of an operation that is to fail."""
    operation = run(client, kind, source, path, **parameters)
    assert operation["metadata"]["state"] == "failed", operation
    return operation["error"]["reason"], operation["error"]["message"]


@pytest.mark.parametrize(
    ("source", "to"),
    [
        ("home", "lab"),
        ("home", "archive"),
        ("home", "home"),
        ("lab", "home"),
        ("archive", "home"),
        ("lab", "archive"),
        ("archive", "lab"),
        ("lab", "plain"),
        ("archive", "archive"),
    ],
)
def test_a_file_is_copied_once(site: Site, visitor: httpx.Client, folder: str, source: str, to: str) -> None:
    put(site, source, f"{folder}/{NAME}", DATA)
    (site.server.root / folder / "to").mkdir()
    response = done(visitor, "copy", source, f"{folder}/{NAME}", to=to, folder=f"{folder}/to")
    target = f"{folder}/to/{NAME}"
    assert response["made"] == {"destination": to, "path": target, "size": len(DATA)}
    assert (response["copied"], response["identical"], response["bytes"]) == (1, 0, len(DATA))
    assert read(site, to, target) == DATA
    assert read(site, source, f"{folder}/{NAME}") == DATA
    again = done(visitor, "copy", source, f"{folder}/{NAME}", to=to, folder=f"{folder}/to")
    assert (again["copied"], again["identical"], again["made"]) == (0, 1, response["made"])
    assert names(site, to, f"{folder}/to") == {NAME}
    assert site.unfinished() == []
