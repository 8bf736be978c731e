"""Copies and moves as a client asks for them, and what came of them, seen past our server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx

from .operations import begin, finished
from .site import Site


def home(site: Site, path: str) -> Path:
    """Return where something of the home folder is."""
    return site.server.root / path


def put(site: Site, destination: str, path: str, data: bytes) -> None:
    """Make a file."""
    if destination == "home":
        home(site, path).parent.mkdir(parents=True, exist_ok=True)
        home(site, path).write_bytes(data)
    else:
        site.put(destination, path, data)


def read(site: Site, destination: str, path: str) -> bytes:
    """Read a file."""
    return home(site, path).read_bytes() if destination == "home" else site.read(destination, path)


def names(site: Site, destination: str, folder: str) -> set[str]:
    """Return the paths of all files below a folder, from there."""
    if destination != "home":
        return site.names(destination, folder)
    root = home(site, folder)
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if not path.is_dir()}


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
