"""Requests of tus, as a client sends them that is logged in."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import httpx

CHUNK = "application/offset+octet-stream"
VERSION = {"Tus-Resumable": "1.0.0"}


def metadata(**fields: str | bytes) -> dict[str, str]:
    """Return the header with these fields."""
    pairs = ((key, value.encode() if isinstance(value, str) else value) for key, value in fields.items())
    return {"Upload-Metadata": ",".join(f"{key} {base64.b64encode(value).decode()}" for key, value in pairs)}


def post(
    client: httpx.Client,
    size: int | None,
    headers: dict[str, str] | None = None,
    *,
    body: bytes | None = None,
    **fields: str | bytes,
) -> httpx.Response:
    """Ask for a new upload (`size` None: of a size that is said later)."""
    length = {"Upload-Defer-Length": "1"} if size is None else {"Upload-Length": str(size)}
    typed = {} if body is None else {"Content-Type": CHUNK}
    every = {**VERSION, **length, **typed, **metadata(**fields), **(headers or {})}
    return client.post("api/bigupload/tus", content=body, headers=every)


def create(
    client: httpx.Client, size: int | None, headers: dict[str, str] | None = None, **fields: str
) -> str:
    """Create an upload, and return its URL."""
    answer = post(client, size, {**(metadata(**fields) if fields else {}), **(headers or {})})
    assert answer.status_code == 201, answer.text
    return str(answer.headers["Location"])


def head(client: httpx.Client, url: str) -> httpx.Response:
    """Ask how far an upload is."""
    return client.head(url, headers=VERSION)


def patch(
    client: httpx.Client,
    url: str,
    offset: int,
    body: bytes | Iterator[bytes],
    headers: dict[str, str] | None = None,
) -> httpx.Response:
    """Send bytes of an upload."""
    every = {**VERSION, "Content-Type": CHUNK, "Upload-Offset": str(offset), **(headers or {})}
    return client.patch(url, content=body, headers=every)
