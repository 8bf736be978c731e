"""The wire of docs/wire.md, spoken by a program: as dense as the page, but faster to take through faults."""

from __future__ import annotations

import base64
import hashlib
import time
from typing import Any

import httpx
import xxhash

UPLOADS = "api/bigupload/uploads"


def content_digest(data: bytes, algorithm: str) -> str:
    """Return the member of `Content-Digest` for these bytes, computed without any of our own code."""
    value = xxhash.xxh3_128_digest(data) if algorithm == "xxh3-128" else hashlib.sha256(data).digest()
    return f"{algorithm}=:{base64.b64encode(value).decode()}:"


class WireUpload:
    """One upload of `data`, created on the server at `url`."""

    def __init__(self, url: str, token: str, path: str, data: bytes, *, algorithm: str = "xxh3-128") -> None:
        self.data = data
        self._algorithm = algorithm
        self._http = httpx.Client(
            base_url=url, headers={"Authorization": f"token {token}"}, timeout=60, trust_env=False
        )
        answer = self._http.post(
            UPLOADS, json={"path": path, "size": len(data), "digests": [algorithm]}
        ).raise_for_status()
        self.id: str = answer.json()["id"]

    def __enter__(self) -> WireUpload:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def send(self, start: int, end: int) -> httpx.Response:
        """Send the bytes `[start, end)` with their digest."""
        body = self.data[start:end]
        return self._http.post(
            "api/upload_handlers",
            params={"upload": self.id},
            content=body,
            headers={
                "Content-Range": f"bytes {start}-{end - 1}/{len(self.data)}",
                "Content-Type": "application/octet-stream",
                "Content-Digest": content_digest(body, self._algorithm),
            },
        )

    def status(self, *, seconds: float = 60) -> dict[str, Any]:
        """Return the upload, once the server has read back what it has to."""
        return self._ask("GET", f"{UPLOADS}/{self.id}", seconds).raise_for_status().json()  # type: ignore[no-any-return]  # JSON

    def complete(self, *, seconds: float = 60, stated: bool = False) -> httpx.Response:
        """Complete the upload; the answer may be an error, but none that passes by itself.

        With `stated`, the digests of what came without any are sent along.
        """
        body: dict[str, object] = {}
        if stated:
            body["digests"] = [
                [start, end, content_digest(self.data[start:end], self._algorithm)]
                for start, end in self.status()["unconfirmed"]
            ]
        return self._ask("POST", f"{UPLOADS}/{self.id}/complete", seconds, body)

    def _ask(
        self, method: str, path: str, seconds: float, body: dict[str, object] | None = None
    ) -> httpx.Response:
        deadline = time.monotonic() + seconds
        while True:
            answer = self._http.request(method, path, json=body)
            if answer.status_code != 503 or time.monotonic() > deadline:
                return answer
            time.sleep(0.05)
