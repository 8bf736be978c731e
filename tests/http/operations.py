"""Operations of a server, as a client starts and follows them."""

from __future__ import annotations

import time
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
