"""`python -m benchmarks.buckets.wire_program ORDER`: upload a file through our server, once told to."""

from __future__ import annotations

import base64
import json
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Any
from urllib.parse import urlencode

from awscrt.checksums import crc64nvme

from ..connection import Connection


class _Sender:
    """Sends parts until none is left."""

    def __init__(self, order: dict[str, Any]) -> None:
        self._order = order
        self._file = os.open(order["file"], os.O_RDONLY)
        self._size = os.fstat(self._file).st_size
        self._lock = Lock()
        self._parts: Iterator[int] = iter(())

    def check(self) -> None:
        """Have the server check the bucket, as our page does: it loads what the first request loads."""
        self._connect().get(f"/api/bigupload/destinations?{urlencode({'check': self._order['destination']})}")

    def upload(self) -> None:
        order = self._order
        control = self._connect()
        upload = control.post_json(
            "/api/bigupload/uploads",
            {
                "destination": order["destination"],
                "path": order["path"],
                "size": self._size,
                "digests": ["crc64nvme"],
            },
        )
        self._parts = iter(range(0, self._size, upload["part_size"]))
        with ThreadPoolExecutor(order["parallel"]) as threads:
            for lane in [threads.submit(self._lane, upload) for _ in range(order["parallel"])]:
                lane.result()
        control.post_json(f"/api/bigupload/uploads/{upload['id']}/complete", {})

    def _connect(self) -> Connection:
        return Connection(self._order["url"], self._order["token"])

    def _lane(self, upload: dict[str, Any]) -> None:
        connection = self._connect()
        path = f"/api/upload_handlers?{urlencode({'upload': upload['id']})}"
        while (start := self._next()) is not None:
            end = min(start + upload["part_size"], self._size)
            part = os.pread(self._file, end - start, start)
            digest = base64.b64encode(crc64nvme(part).to_bytes(8, "big")).decode()
            connection.post(
                path,
                part,
                {
                    "Content-Type": "application/octet-stream",
                    "Content-Range": f"bytes {start}-{end - 1}/{self._size}",
                    "Content-Digest": f"crc64nvme=:{digest}:",
                },
            )

    def _next(self) -> int | None:
        with self._lock:
            return next(self._parts, None)


def main() -> None:
    """Wait, upload, and say when."""
    sender = _Sender(json.loads(sys.argv[1]))
    sender.check()
    print("ready", flush=True)
    sys.stdin.readline()
    start = time.time()
    sender.upload()
    print(f"{start:.6f} {time.time():.6f}", flush=True)
    sys.stdin.readline()  # until the costs are read


if __name__ == "__main__":
    main()
