"""The proxy that breaks things, before a real HTTP server: each kind does what it says, and nothing else."""

from __future__ import annotations

import asyncio
import http.client
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.request import urlopen

import pytest
from tornado.httpserver import HTTPServer
from tornado.ioloop import IOLoop
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler, stream_request_body
from tornado.websocket import WebSocketHandler, websocket_connect

from tests.support.faults import (
    BodyLimit,
    Duplicate,
    Fault,
    FaultProxy,
    FlipBit,
    HalfOpen,
    Injected,
    Link,
    LostAnswer,
    Plan,
    Request,
    Reset,
    Rule,
    Stall,
    Truncate,
    Unavailable,
)

BODY = secrets.token_bytes(300_000)


@stream_request_body
class Keep(RequestHandler):
    """Keeps every body that comes, and says how many bytes it had."""

    def initialize(self, bodies: list[bytes], broken: list[int]) -> None:
        self.bodies = bodies
        self.broken = broken
        self.received = b""
        self.whole = False

    def data_received(self, chunk: bytes) -> None:
        self.received += chunk

    def post(self) -> None:
        self.whole = True
        self.bodies.append(self.received)
        self.write({"bytes": len(self.received)})

    def get(self) -> None:
        for _ in range(3):
            self.write(b"x" * 1000)
            self.flush()  # without a length: it comes in chunks

    def on_connection_close(self) -> None:
        if not self.whole:
            self.broken.append(len(self.received))


class Echo(WebSocketHandler):
    """Says what it hears."""

    def on_message(self, message: str | bytes) -> None:
        self.write_message(message)


class KeepServer:
    """The server, in a thread."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.broken: list[int] = []
        ready = threading.Event()
        threading.Thread(target=self._run, args=(ready,), daemon=True).start()
        ready.wait()

    def stop(self) -> None:
        self._loop.add_callback(self._loop.stop)

    def _run(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(asyncio.new_event_loop())
        self._loop = IOLoop.current()
        kept = {"bodies": self.bodies, "broken": self.broken}
        server = HTTPServer(Application([("/echo", Echo), ("/.*", Keep, kept)]))
        sockets = bind_sockets(0, "127.0.0.1")
        self.address = ("127.0.0.1", sockets[0].getsockname()[1])
        server.add_sockets(sockets)
        ready.set()
        self._loop.start()


@pytest.fixture
def server() -> Iterator[KeepServer]:
    server = KeepServer()
    yield server
    server.stop()


@pytest.fixture
def proxy(server: KeepServer) -> Iterator[FaultProxy]:
    with FaultProxy(server.address) as proxy:
        yield proxy


def always(fault: Fault, **when: Any) -> Plan:
    return Plan([Rule(fault, **when)], seed=1)


def connect(proxy: FaultProxy, *, timeout: float = 10) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=timeout)


def post(proxy: FaultProxy, body: bytes = BODY, *, timeout: float = 10) -> tuple[int, bytes]:
    connection = connect(proxy, timeout=timeout)
    connection.request("POST", "/file", body)
    answer = connection.getresponse()
    return answer.status, answer.read()


def until(condition: Any) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.01)


def test_without_a_plan_everything_passes(proxy: FaultProxy, server: KeepServer) -> None:
    connection = connect(proxy)
    for size in (0, 1, 300_000, 5_000_000):
        body = secrets.token_bytes(size)
        connection.request("POST", "/file", body)
        assert connection.getresponse().read() == f'{{"bytes": {size}}}'.encode()
        assert server.bodies[-1] == body
    connection.request("GET", "/")
    answer = connection.getresponse()
    assert answer.headers["Transfer-Encoding"] == "chunked"
    assert answer.read() == b"x" * 3000
    connection.request("HEAD", "/")
    answer = connection.getresponse()
    answer.read()
    assert answer.status == 405
    connection.request("POST", "/file", iter([b"in ", b"chunks"]), encode_chunked=True)
    assert connection.getresponse().read() == b'{"bytes": 9}'
    assert server.bodies[-1] == b"in chunks"
    assert proxy.injected == []
    assert [request.method for request in proxy.requests] == ["POST"] * 4 + ["GET", "HEAD", "POST"]


def test_websockets_pass(proxy: FaultProxy) -> None:
    async def talk() -> list[Any]:
        connection = await websocket_connect(f"ws://127.0.0.1:{proxy.port}/echo")
        heard = []
        for message in ("hello", "x" * 200_000):
            await connection.write_message(message)
            heard.append(await connection.read_message())
        connection.close()
        return heard

    assert asyncio.run(talk()) == ["hello", "x" * 200_000]


def test_a_client_that_leaves_is_gone_for_the_server_too(proxy: FaultProxy, server: KeepServer) -> None:
    connection = connect(proxy)
    connection.putrequest("POST", "/file")
    connection.putheader("Content-Length", "100")
    connection.endheaders(b"only this")
    time.sleep(0.2)
    connection.close()
    until(lambda: server.broken == [9])


def test_disconnecting_resets_what_is_there_and_takes_on_new(proxy: FaultProxy) -> None:
    connection = connect(proxy)
    connection.request("POST", "/file", BODY)
    assert connection.getresponse().read()
    proxy.disconnect()
    with pytest.raises((ConnectionResetError, BrokenPipeError)):
        connection.request("POST", "/file", BODY)
    assert post(proxy)[0] == 200


def test_a_server_that_is_down_resets(proxy: FaultProxy) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        proxy.server = unused.getsockname()
        with pytest.raises(ConnectionResetError):
            post(proxy)


@pytest.mark.parametrize("at", [0, 5, 123_456])
def test_reset_within_the_request(proxy: FaultProxy, server: KeepServer, at: int) -> None:
    proxy.plan = always(Reset(at=at))
    with pytest.raises((ConnectionResetError, BrokenPipeError)):
        post(proxy)
    assert server.bodies == []
    assert proxy.injected == [Injected("reset", "POST", "/file")]
    if at > 5:
        until(lambda: len(server.broken) == 1 and server.broken[0] <= at)


def test_reset_within_the_answer(proxy: FaultProxy, server: KeepServer) -> None:
    proxy.plan = always(Reset(of="answer", at=20))
    with pytest.raises((ConnectionResetError, http.client.RemoteDisconnected, http.client.BadStatusLine)):
        post(proxy)
    assert server.bodies == [BODY]


def test_lost_answer(proxy: FaultProxy, server: KeepServer) -> None:
    proxy.plan = always(LostAnswer())
    with pytest.raises(ConnectionResetError):
        post(proxy)
    assert server.bodies == [BODY]
    assert proxy.count("lost answer") == 1


def test_half_open_tells_nobody_anything(proxy: FaultProxy, server: KeepServer) -> None:
    proxy.plan = always(HalfOpen(at=1000), most=1)
    with pytest.raises(TimeoutError):
        post(proxy, timeout=1)
    time.sleep(0.5)
    assert server.bodies == []
    assert server.broken == [], "although the client has long gone"
    assert post(proxy)[0] == 200, "others pass"


def test_duplicates_at_once(proxy: FaultProxy, server: KeepServer) -> None:
    proxy.plan = always(Duplicate())
    assert post(proxy) == (200, b'{"bytes": 300000}')
    until(lambda: server.bodies == [BODY, BODY])
    assert proxy.count("duplicate") == 1


def test_duplicates_that_come_late(proxy: FaultProxy, server: KeepServer) -> None:
    proxy.plan = always(Duplicate(late=0.3))
    assert post(proxy)[0] == 200
    assert server.bodies == [BODY]
    until(lambda: server.bodies == [BODY, BODY])


def test_truncated(proxy: FaultProxy, server: KeepServer) -> None:
    proxy.plan = always(Truncate(at=200_000))
    with pytest.raises((ConnectionResetError, BrokenPipeError)):
        post(proxy)
    until(lambda: server.broken == [200_000])
    assert server.bodies == []


@pytest.mark.parametrize("at", [0, 8 * 123_456 + 3, 8 * len(BODY) - 1, None])
def test_one_flipped_bit(proxy: FaultProxy, server: KeepServer, at: int | None) -> None:
    proxy.plan = always(FlipBit(at=at))
    assert post(proxy)[0] == 200
    (arrived,) = server.bodies
    difference = int.from_bytes(arrived, "little") ^ int.from_bytes(BODY, "little")
    assert difference.bit_count() == 1
    if at is not None:
        assert difference == 1 << at


def test_body_limit(proxy: FaultProxy, server: KeepServer) -> None:
    proxy.plan = always(BodyLimit(limit=1000))
    assert post(proxy, BODY[:1000])[0] == 200
    status, page = post(proxy)
    assert status == 413
    assert page.startswith(b"<html>")
    assert server.bodies == [BODY[:1000]]


@pytest.mark.parametrize("status", [502, 503, 504])
@pytest.mark.parametrize("arrived", [0, 1])
def test_unavailable(proxy: FaultProxy, server: KeepServer, status: Any, arrived: int) -> None:
    proxy.plan = always(Unavailable(status, reached=arrived == 1))
    answered, page = post(proxy)
    assert answered == status
    assert page.startswith(b"<html>")
    assert len(server.bodies) == arrived


def test_stall(proxy: FaultProxy, server: KeepServer) -> None:
    proxy.plan = always(Stall(seconds=0.5))
    began = time.monotonic()
    assert post(proxy)[0] == 200
    assert time.monotonic() - began >= 0.5
    assert server.bodies == [BODY]


def test_a_link_with_delay_is_not_slower(server: KeepServer) -> None:
    with FaultProxy(server.address, link=Link(delay=0.2)) as proxy:
        connection = connect(proxy)
        connection.connect()
        body = secrets.token_bytes(10 * 2**20)
        for _ in range(2):
            began = time.monotonic()
            connection.request("POST", "/file", body)
            assert connection.getresponse().read()
        # Forty pieces, one after another, would take eight seconds.
        assert 0.4 <= time.monotonic() - began < 8
    assert server.bodies == [body, body]
    assert proxy.count("delay") == 2


def test_bandwidth_is_shared(server: KeepServer) -> None:
    with FaultProxy(server.address, link=Link(bandwidth=1_000_000)) as proxy:
        began = time.monotonic()
        with ThreadPoolExecutor() as threads:
            assert [status for status, _ in threads.map(lambda _: post(proxy), range(3))] == [200] * 3
        # Each by itself would be as fast as all together; upwards, the machine alone sets a limit.
        assert time.monotonic() - began >= 0.9
    assert server.bodies == [BODY] * 3


def test_stalls_of_a_link(server: KeepServer) -> None:
    with FaultProxy(server.address, link=Link(stall_chance=10, stall=0.5)) as proxy:
        began = time.monotonic()
        assert post(proxy)[0] == 200
        assert time.monotonic() - began >= 0.5
        assert proxy.injected == [Injected("stalls", "POST", "/file")]


def test_loss_holds_a_stream_to_what_tcp_gets(server: KeepServer) -> None:
    """Mathis et al., 1997: MSS / round trip * 1.22 / sqrt(loss)."""
    link = Link(delay=0.01, loss=0.02)
    expected = 1460 / 0.02 * 1.22 / 0.02**0.5
    with FaultProxy(server.address, link=link) as proxy:
        body = secrets.token_bytes(2_000_000)
        began = time.monotonic()
        assert post(proxy, body)[0] == 200
        seconds = time.monotonic() - began
        # A machine that has more to do is slower than the link; without loss it would be many times as fast.
        assert 0.1 < len(body) / seconds / expected < 1.5
        assert server.bodies == [body]
        assert proxy.count("loss") == 1


def test_a_plan_strikes_the_requests_that_it_names(proxy: FaultProxy, server: KeepServer) -> None:
    proxy.plan = Plan([Rule(Unavailable(503), where=lambda request: request.path == "/b", skip=1, most=2)])
    connection = connect(proxy)
    seen = []
    for target in ("/a", "/b?x=1", "/b", "/a", "/b", "/b"):
        connection.request("POST", target, b"x")
        answer = connection.getresponse()
        answer.read()
        seen.append(answer.status)
    assert seen == [200, 200, 503, 200, 503, 200]
    assert proxy.injected == [Injected("unavailable", "POST", "/b")] * 2


def test_the_same_seed_strikes_the_same_requests() -> None:
    request = Request("POST", "/", {}, b"", 10)

    def struck(seed: int) -> list[bool]:
        plan = Plan([Rule(FlipBit(), chance=0.3)], seed=seed)
        return [plan.choose(request) is not None for _ in range(1000)]

    assert struck(1) == struck(1)
    assert struck(1) != struck(2)
    assert 200 < sum(struck(1)) < 400


def test_the_log_is_there_for_a_person_too(proxy: FaultProxy) -> None:
    with urlopen(proxy.url) as answer:  # noqa: S310  # our own server
        assert answer.read() == b"x" * 3000
    assert [request.path for request in proxy.requests] == ["/"]
