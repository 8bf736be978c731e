"""Operations of a server, as a client starts and follows them."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import httpx

OPERATIONS = "api/bigupload/operations"

#: Seconds in which whatever is asked for here is over, however busy the machine.
PATIENCE = 120


def begin(client: httpx.Client, kind: str, path: str, *, key: str | None = None, **fields: Any) -> Any:
    """Start an operation, and return its resource."""
    answer = client.post(
        OPERATIONS,
        json={"kind": kind, "path": path, **fields},
        headers={} if key is None else {"Idempotency-Key": key},
    )
    assert answer.status_code == 201, answer.text
    operation = answer.json()
    assert answer.headers["Location"].endswith(f"/api/bigupload/{operation['name']}")
    return operation


def get(client: httpx.Client, operation: Any, **query: Any) -> Any:
    """Return the resource as it is now."""
    answer = client.get(f"api/bigupload/{operation['name']}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def finished(client: httpx.Client, operation: Any) -> Any:
    """Return the resource once it is over."""
    deadline = time.monotonic() + PATIENCE
    while not operation["done"]:
        assert time.monotonic() < deadline, operation
        operation = get(client, operation, wait=10, since=operation.get("version", ""))
    return operation


def at_work(client: httpx.Client, operation: Any) -> Any:
    """Return the resource once its worker has made progress."""
    deadline = time.monotonic() + PATIENCE
    while not operation["metadata"]["progress"]["done"]:
        assert time.monotonic() < deadline, operation
        assert not operation["done"], operation
        operation = get(client, operation, wait=10, since=operation.get("version", ""))
    return operation


def workers(data_dir: Path) -> list[int]:
    """Return the processes that work on operations whose records are below a folder."""
    found = []
    for process in Path("/proc").iterdir():
        if not process.name.isdigit():
            continue
        try:
            command = (process / "cmdline").read_bytes()
            place = os.readlink(process / "cwd")  # noqa: PTH115  # it may be of a folder that is gone
        except OSError:
            continue
        if b"jupyter_bigupload.operations.worker" in command and place.startswith(str(data_dir)):
            found.append(int(process.name))
    return found
