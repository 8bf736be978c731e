"""A web site on the loopback interface that does what a test wants, and counts who comes."""

from __future__ import annotations

import re
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

#: Bytes that are sent at once.
_PIECE = 2**18

#: Answers a request instead of the site's own file.
Answering = Callable[["Handler"], None]


@dataclass
class File:
    """A file, and how the site gives it."""

    data: bytes = b"0123456789"
    etag: str | None = '"one"'
    last_modified: str | None = "Wed, 21 Oct 2015 07:28:00 GMT"
    ranges: bool = True
    #: Whether it says that there are ranges.
    says_ranges: bool = True
    head: bool = True
    #: After how many bytes of a body the next answers break off, one after the other.
    cuts: list[int] = field(default_factory=list)
    #: Added to the length that it says.
    lie: int = 0
    chunked: bool = False
    headers: dict[str, str] = field(default_factory=dict)


class Site:
    """A site with one file under every path, and other answers under those of `routes`."""

    def __init__(self, context: ssl.SSLContext | None = None, address: str = "127.0.0.1") -> None:
        self.file = File()
        self.routes: dict[str, Answering] = {}
        #: Method, path, headers.
        self.requests: list[tuple[str, str, Message]] = []
        self.connections = 0
        #: Bytes of bodies that were sent, and after how many of them all answers wait until told to go on.
        self.sent = 0
        self.hold_after: int | None = None
        self.go = threading.Event()
        self._sending = threading.Lock()
        #: Set when answers that would go on for ever are to end.
        self.stopping = threading.Event()
        self._server = _Server((address, 0), Handler)
        self._server.site, self._server.context = self, context
        self._scheme = "http" if context is None else "https"
        self._thread = threading.Thread(target=self._server.serve_forever, args=[0.01], daemon=True)
        self._thread.start()

    def take_turn(self, most: int) -> int:
        """Return how many bytes an answer may send now, up to `most`; waits until it is some."""
        while True:
            with self._sending:
                left = most if self.hold_after is None or self.go.is_set() else self.hold_after - self.sent
                if (count := min(most, left)) > 0:
                    self.sent += count
                    return count
            self.go.wait(0.05)
            if self.stopping.is_set():
                raise ConnectionAbortedError("the site is closed")

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def url(self, path: str = "/file.bin", host: str = "127.0.0.1") -> str:
        return f"{self._scheme}://{host}:{self.port}{path}"

    def asked(self, header: str) -> list[str | None]:
        return [headers[header] for _, _, headers in self.requests]

    @property
    def methods(self) -> list[str]:
        return [method for method, _, _ in self.requests]

    def close(self) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    #: No answer is sent in pieces that wait for each other.
    disable_nagle_algorithm = True

    @property
    def site(self) -> Site:
        assert isinstance(self.server, _Server)
        return self.server.site

    def do_GET(self) -> None:
        self.site.requests.append((self.command, self.path, self.headers))
        self.site.routes.get(self.path, give_file)(self)

    def do_HEAD(self) -> None:
        self.do_GET()

    def answer(self, status: int, headers: dict[str, str], body: bytes = b"") -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        rest = memoryview(body if self.command != "HEAD" else b"")
        while rest:
            count = self.site.take_turn(min(len(rest), _PIECE))
            self.wfile.write(rest[:count])
            rest = rest[count:]

    def break_off(self) -> None:
        self.close_connection = True
        with suppress(OSError):
            socket.socket.shutdown(self.connection, socket.SHUT_RDWR)

    def log_message(self, *_arguments: Any) -> None:
        """Nothing is logged."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    site: Site
    context: ssl.SSLContext | None

    def get_request(self) -> tuple[Any, Any]:
        connection, address = super().get_request()
        self.site.connections += 1
        return connection, address

    def finish_request(self, request: Any, client_address: Any) -> None:
        if self.context is not None:
            request = self.context.wrap_socket(request, server_side=True)
        super().finish_request(request, client_address)

    def handle_error(self, *_arguments: Any) -> None:
        """Clients that go away are what the tests are about."""


def give_file(handler: Handler) -> None:
    file = handler.site.file
    if handler.command == "HEAD" and not file.head:
        return handler.answer(405, {"Content-Length": "0"})
    headers = dict(file.headers)
    if file.etag is not None:
        headers["ETag"] = file.etag
    if file.last_modified is not None:
        headers["Last-Modified"] = file.last_modified
    if file.says_ranges:
        headers["Accept-Ranges"] = "bytes" if file.ranges else "none"
    status, body = 200, file.data
    wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", handler.headers["Range"] or "")
    if wanted and file.ranges and handler.headers["If-Range"] in {None, file.etag}:
        first, last = int(wanted[1]), min(int(wanted[2] or len(body)), len(body) - 1)
        if first > last:
            headers |= {"Content-Range": f"bytes */{len(body)}", "Content-Length": "0"}
            return handler.answer(416, headers)
        headers["Content-Range"] = f"bytes {first}-{last}/{len(body)}"
        status, body = 206, body[first : last + 1]
    cut = file.cuts.pop(0) if file.cuts and handler.command == "GET" else None
    if file.chunked:
        headers["Transfer-Encoding"] = "chunked"
        framed = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in _halves(body)) + b"0\r\n\r\n"
        handler.answer(status, headers, framed if cut is None else framed[:cut])
    else:
        headers["Content-Length"] = str(len(body) + file.lie)
        handler.answer(status, headers, body[:cut])
    if cut is not None or file.lie:
        handler.break_off()
    return None


def _halves(body: bytes) -> list[bytes]:
    middle = len(body) // 2
    return [piece for piece in (body[:middle], body[middle:]) if piece]


def redirect(location: str, status: int = 302, **headers: str) -> Answering:
    """Answer with a redirect; underscores in names of headers stand for hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda handler: handler.answer(status, {"Location": location, "Content-Length": "0"} | named)


def status(code: int, **headers: str) -> Answering:
    """Answer with a status alone."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda handler: handler.answer(code, {"Content-Length": "0"} | named)
