"""Sites, fetchers that may reach them, and a watch on every connection of this process."""

from __future__ import annotations

import ssl
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from jupyter_bigupload.operations.fetching import Fetcher, Rules

from .site import Site

#: Rules of a test that talks to a site on this machine.
LOOPBACK = Rules(schemes=("http", "https"), allow=("127.0.0.0/8",), ports=None)

#: Trusts nobody; the system's certificates take long to read.
NO_AUTHORITIES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class Watch:
    """Whom this thread connected to, or looked up, while the watch was on."""

    def __init__(self) -> None:
        self.connected: list[Any] = []
        self.looked_up: list[Any] = []
        self.thread: int | None = None

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.thread != threading.get_ident():
            return
        if event in {"socket.connect", "socket.sendto"}:
            self.connected.append(arguments[1])
        elif event.startswith(("socket.getaddrinfo", "socket.gethost")):
            self.looked_up.append(arguments[0])


_watches: list[Watch] = []


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    for watch in _watches:
        watch.hear(event, arguments)


sys.addaudithook(_hear)  # which can't be taken away again


@pytest.fixture
def watch() -> Iterator[Watch]:
    own = Watch()
    own.thread = threading.get_ident()
    _watches.append(own)
    yield own
    _watches.remove(own)


@pytest.fixture
def site() -> Iterator[Site]:
    own = Site()
    yield own
    own.close()


class Waits:
    """Instead of sleeping: what was waited for."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
def make(waits: Waits) -> Iterator[Callable[..., Fetcher]]:
    """Make fetchers that may reach this machine, and don't sleep."""
    made: list[Fetcher] = []

    def fetcher(rules: Rules = LOOPBACK, **options: Any) -> Fetcher:
        given: dict[str, Any] = {"timeout": 20.0, "sleep": waits, "context": NO_AUTHORITIES}
        made.append(Fetcher(rules, **(given | options)))
        return made[-1]

    yield fetcher
    for each in made:
        each.close()


@pytest.fixture
def fetcher(make: Callable[..., Fetcher]) -> Fetcher:
    return make()
