"""Connections that send next to nothing, and never end."""

from __future__ import annotations

import random
import socket
import time

import httpx

from tests.support.server import RunningServer

from .connections import descriptors, settles_at
from .report import Report

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_TARGETS = ("/api/upload_handlers/slow", "/api/bigupload/uploads", "/api/bigupload/catalog")
#: Seconds for which the server has to answer others meanwhile.
_WHILE = 8.0
_ANSWERS_WITHIN = 10.0


def attack(server: RunningServer, rng: random.Random, report: Report, *, connections: int) -> None:
    """Hold `connections` open, each with a body of which a byte comes now and then."""
    before = descriptors(server)
    held = [_begin(server, rng, report) for _ in range(connections)]
    until = time.monotonic() + _WHILE
    headers = {"Authorization": f"token {server.token}"}
    longest = 0.0
    with httpx.Client(base_url=server.url, headers=headers, trust_env=False, timeout=60) as client:
        while time.monotonic() < until:
            for one in held:
                try:
                    one.send(b"x")
                except OSError:
                    continue  # the server has ended it
            began = time.monotonic()
            client.get("api/bigupload/uploads").raise_for_status()
            longest = max(longest, time.monotonic() - began)
    report.require(longest < _ANSWERS_WITHIN, f"a list took {longest:.1f} s beside slow senders")
    for one in held:
        one.close()
    report.require(settles_at(server, before), "connections of slow senders stay open")


def _begin(server: RunningServer, rng: random.Random, report: Report) -> socket.socket:
    method, target = rng.choice(_METHODS), rng.choice(_TARGETS)
    login = rng.choice([b"", b"Authorization: token " + server.token.encode()])
    framing = rng.choice([b"Content-Length: 9000000", b"Transfer-Encoding: chunked"])
    connection = socket.create_connection(("127.0.0.1", server.port))
    head = [f"{method} {target} HTTP/1.1".encode(), b"Host: 127.0.0.1", framing, *filter(None, [login])]
    connection.sendall(b"\r\n".join([*head, b"", b""]))
    report.count(f"{method} {'with' if login else 'without'} a login", "held")
    return connection
