"""Bodies that nobody asked for, from anyone, with clients that go away at every point."""

from __future__ import annotations

import contextlib
import itertools
import re
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from jupyter_bigupload.http.routes import ROUTES
from tests.hostile.connections import descriptors
from tests.support.forked_server import ForkedServer
from tests.support.server import RunningServer

VERBS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW"]
MIB = 2**20
#: A piece of a body. Two of them are more than a server keeps for a reader that does not come.
PIECE = bytes(5 * MIB // 4)
#: When a client goes away: the pieces that it announces, and the bytes of them that it sends.
LEAVING = {
    "before": (4, 0),
    "early": (4, 100_000),
    "late": (4, 17 * MIB // 4),
    "at the end": (2, 2 * len(PIECE)),
    "half-closed": (2, 2 * len(PIECE)),
}
#: Seconds that all may take on a machine that does much else.
PATIENCE = 60


def paths() -> list[str]:
    """A path of every route."""
    found = []
    for pattern, _ in ROUTES:
        path = re.sub(r"\(\?P<folder>[^)]*\)\?", "", pattern)
        path = re.sub(r"\(\?P<\w+>\[\^/\]\+\)", "some", path)
        assert "(" not in path, f"say here what stands for {pattern}"
        found.append(path)
    return found


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    with ForkedServer(config={"BigUpload": {"min_free_space": 0}}) as running:
        yield running
        running.require_no_traceback()


def head(server: RunningServer, verb: str, path: str, *headers: str, login: bool) -> bytes:
    lines = [f"{verb} {path} HTTP/1.1", f"Host: 127.0.0.1:{server.port}", *headers]
    if login:
        lines.append(f"Authorization: token {server.token}")
    return "\r\n".join([*lines, "", ""]).encode()


def leave(server: RunningServer, verb: str, path: str, *, fixed: bool, login: bool, when: str) -> None:
    """Send a request and go away."""
    pieces, sent = LEAVING[when]
    if fixed:
        framing, body = f"Content-Length: {pieces * len(PIECE)}", pieces * PIECE
    else:
        chunk = b"%x\r\n%b\r\n" % (len(PIECE), PIECE)
        framing, body = "Transfer-Encoding: chunked", pieces * chunk + b"0\r\n\r\n"
    name = 'Content-Disposition: attachment; filename="x"'
    with (
        socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as connection,
        # The server may have closed it: then the client has gone away no less.
        contextlib.suppress(BrokenPipeError, ConnectionResetError),
    ):
        connection.sendall(head(server, verb, path, framing, name, login=login))
        connection.sendall(body if sent == pieces * len(PIECE) else body[:sent])
        if when == "half-closed":
            with contextlib.suppress(OSError):  # closed already
                connection.shutdown(socket.SHUT_WR)
            while connection.recv(2**16):
                pass


def resident(server: RunningServer) -> int:
    """Bytes of memory that the server has."""
    return int(Path(f"/proc/{server.pid}/statm").read_text().split()[1]) * 4096


def wait_until(true: Callable[[], bool]) -> bool:
    end = time.monotonic() + PATIENCE
    while not true() and time.monotonic() < end:
        time.sleep(0.05)
    return true()


def all_leave(server: RunningServer) -> None:
    """Have clients go away in every way, eight at a time."""
    with ThreadPoolExecutor(8) as pool:
        leaving = [
            pool.submit(leave, server, verb, path, fixed=fixed, login=login, when=when)
            for verb, path, fixed, login, when in itertools.product(
                VERBS, paths(), [True, False], [True, False], LEAVING
            )
        ]
    for one in leaving:
        one.result()


@pytest.mark.long
def test_nothing_is_kept_of_those_who_go_away(server: RunningServer) -> None:
    # The first round lets the server load and allocate what it needs for so many at once.
    for path in paths():
        leave(server, "POST", path, fixed=True, login=True, when="half-closed")
    files = descriptors(server)
    all_leave(server)
    memory = resident(server)
    all_leave(server)
    assert wait_until(lambda: descriptors(server) <= files), f"{descriptors(server)} open files, not {files}"
    # A server that has much to do frees what they left a moment later.
    assert wait_until(lambda: resident(server) - memory < 40 * MIB), f"{resident(server)} bytes, not {memory}"
    with httpx.Client(headers={"Authorization": f"token {server.token}"}, trust_env=False) as client:
        assert client.get(f"{server.url}api/status", timeout=5).status_code == 200
