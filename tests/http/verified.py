"""Chunks with the digest of their bytes, and what stands for all of them."""

from __future__ import annotations

import hashlib
from typing import Any

import httpx

from jupyter_bigupload.digests import Digest, Hasher


def digest(data: bytes, algorithm: str = "xxh3-128") -> Digest:
    hasher = Hasher(algorithm)
    hasher.update(data)
    return hasher.digest


def send_verified(
    client: httpx.Client,
    upload_id: str,
    data: bytes,
    span: tuple[int, int],
    stated: Digest | str | None = None,
) -> httpx.Response:
    start, end = span
    return client.post(
        "api/upload_handlers",
        params={"upload": upload_id},
        content=data[start:end],
        headers={
            "Content-Range": f"bytes {start}-{end - 1}/{len(data)}",
            "Content-Digest": str(stated or digest(data[start:end])),
        },
    )


def composite(upload: dict[str, Any]) -> str:
    lines = "".join(f"{start} {end} {stated}\n" for start, end, stated in upload["parts"])
    return hashlib.sha256(lines.encode()).hexdigest()
