"""One long body, cut again and again at any byte: what came stays, and nothing of it is sent twice.

`python -m tests.faults.cuts --cuts 200 --mebibytes 1024`
"""
# ruff: noqa: T201  # a command prints what it found

from __future__ import annotations

import argparse
import os
import random
import socket
import sys
import time
from dataclasses import dataclass, field

from jupyter_bigupload.uploads import Limits
from tests.support.forked_server import ForkedServer

from .wire import WireUpload

MIB = 2**20
_PIECE = 2**18
#: Seconds without any change after which the server has entered all that came.
_SOON = 15.0


@dataclass
class Report:
    """What was cut, and what that cost.

    Parameters
    ----------
    most_lost : int
        Most bytes that had left and were not kept, of one cut.
    lost : int
        Of all cuts together.
    """

    cuts: int = 0
    most_lost: int = 0
    lost: int = 0
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.cuts} cuts, most lost of one {self.most_lost} bytes, of all {self.lost} bytes"


def cuts(count: int, *, size: int, seed: int, block_size: int = Limits.block_size) -> Report:
    """Send a file of `size` bytes, the rest of it in one body each time, and cut each of them."""
    report = Report()
    chance = random.Random(seed)  # noqa: S311  # a run that can be repeated
    data = os.urandom(MIB) * (size // MIB)
    at = 0
    with (
        ForkedServer(config={"BigUpload": {"block_size": block_size}}) as server,
        WireUpload(server.url, server.token, "long.bin", data) as upload,
    ):
        # A body that is no longer than a block is a chunk like any other: what is left in the end is one.
        for end in sorted(chance.sample(range(1, size - block_size), count)):
            if end <= at:
                continue
            _send_and_cut(server, upload.id, data, at, end)
            kept = _kept(upload, at, end)
            report.cuts += 1
            report.most_lost = max(report.most_lost, end - kept)
            report.lost += end - kept
            at = kept
        upload.send(at, size).raise_for_status()
        answer = upload.complete(stated=True)
        if answer.status_code != 200:
            report.wrong.append(answer.text)
        elif (server.root / "long.bin").read_bytes() != data:
            report.wrong.append("the file differs")
    return report


def _send_and_cut(server: ForkedServer, upload_id: str, data: bytes, start: int, end: int) -> None:
    """Announce all from `start` on, send it up to `end`, and close the connection."""
    view = memoryview(data)
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection:
        head = (
            f"POST /api/upload_handlers?upload={upload_id} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Authorization: token {server.token}\r\nContent-Length: {len(data) - start}\r\n"
            f"Content-Range: bytes {start}-{len(data) - 1}/{len(data)}\r\n\r\n"
        )
        connection.sendall(head.encode())
        for at in range(start, end, _PIECE):
            connection.sendall(view[at : min(end, at + _PIECE)])


def _kept(upload: WireUpload, before: int, sent: int) -> int:
    """Return how far the server has the file, once it has noticed that the connection is gone."""
    deadline = time.monotonic() + _SOON
    kept = before
    while kept < sent and time.monotonic() < deadline:
        received: list[list[int]] = upload.status()["received"]
        reached = received[0][1] if received else 0
        if reached != kept:
            kept, deadline = reached, time.monotonic() + _SOON
        time.sleep(0.02)
    return kept


def main() -> int:
    """Run, and say what was found."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--cuts", type=int, default=200)
    parser.add_argument("--mebibytes", type=int, default=1024)
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    report = cuts(arguments.cuts, size=arguments.mebibytes * MIB, seed=arguments.seed)
    print(report, *report.wrong, sep="\n  ")
    return 1 if report.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
