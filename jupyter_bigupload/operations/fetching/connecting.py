"""One request to one host, at an address that was checked: looked up once, checked, connected to as a number.

urllib3 gets the address as the host, so that it has no name to look up again; the name goes into the `Host`
header, the server name of TLS (SNI) and the check of the certificate.
"""

from __future__ import annotations

import os
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from urllib3 import (
    BaseHTTPResponse,
    HTTPConnectionPool,
    HTTPResponse,
    HTTPSConnectionPool,
    PoolManager,
    Timeout,
)
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError, SSLError
from urllib3.exceptions import TimeoutError as Late

from ...errors import AddressRefused, BigUploadError, RemoteFailed, RemoteRefused
from .addresses import parse_address
from .rules import Rules
from .url import Url

#: The addresses and ports that a host's name and a port lead to, as of getaddrinfo.
Resolver = Callable[[str, int], Sequence[tuple[str, int]]]

#: Of a host with more, the first are tried.
_MOST_ADDRESSES = 4
_PROXIES = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")


def look_up(host: str, port: int) -> list[tuple[str, int]]:
    """Return what a host's name leads to now, by the system's resolver.

    Raises
    ------
    RemoteRefused
        When there is no such host.
    RemoteFailed
        When the name server gives no answer.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        if error.errno == socket.EAI_AGAIN:
            raise RemoteFailed(f"The name server gives no answer about {host}.") from error
        raise RemoteRefused(f"There is no host {host}.{_about_proxies()}") from error
    except UnicodeError as error:
        raise RemoteRefused(f"There is no host {host}.") from error
    return list(dict.fromkeys((str(address[0]), int(address[1])) for *_, address in found))


class Connections:
    """Requests to hosts that the rules allow. Connections are kept; several threads may ask at once.

    Parameters
    ----------
    rules : Rules
        What is checked.
    timeout : float
        Seconds to wait for a connection, for all headers of an answer, and for each next piece of a body.
    resolver : Resolver
        Where names are looked up.
    context : ssl.SSLContext or None
        Which certificates are trusted; None for those of the system.
    alive : Callable
        Called before each try of a connection.
    """

    def __init__(
        self,
        rules: Rules,
        *,
        timeout: float,
        resolver: Resolver = look_up,
        context: ssl.SSLContext | None = None,
        alive: Callable[[], None] = lambda: None,
    ) -> None:
        self._rules = rules
        self._resolver = resolver
        self._alive = alive
        self._pools = PoolManager(
            num_pools=16,
            maxsize=8,
            retries=False,
            timeout=Timeout(connect=timeout, read=timeout),
            ssl_context=context or ssl.create_default_context(),
        )
        self._pools.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}

    def request(self, method: str, url: Url, headers: Mapping[str, str]) -> BaseHTTPResponse:
        """Return the answer to a request, with its body unread. Redirects are not followed.

        Raises
        ------
        AddressRefused
            When the rules don't allow the link, or one of the addresses that its host has.
        RemoteRefused
            When there is no such host, or it can't prove to be it.
        RemoteFailed
            When there is no answer.
        """
        self._rules.require_url(url)
        failed: BigUploadError | None = None
        for address, port in self._checked(url)[:_MOST_ADDRESSES]:
            self._alive()
            pool = self._pools.connection_from_host(address, port, url.scheme, pool_kwargs=_named(url))
            sent = {"Host": url.authority, "Accept-Encoding": "identity", "User-Agent": "jupyter_bigupload"}
            try:
                return pool.urlopen(
                    method, url.target, headers={**sent, **headers}, redirect=False, preload_content=False,
                    decode_content=False,
                )  # fmt: skip
            except (NewConnectionError, ConnectTimeoutError) as error:
                failed = failure(error, url)
            except HTTPError as error:
                raise failure(error, url) from error
        raise failed or RemoteRefused(f"{url.host} has no address.")

    def close(self) -> None:
        """Close the connections that are kept."""
        self._pools.clear()

    def _checked(self, url: Url) -> list[tuple[str, int]]:
        found = [(url.host, url.port)] if url.address is not None else self._resolver(url.host, url.port)
        try:
            addresses = [(parse_address(address), port) for address, port in found]
        except ValueError:
            raise AddressRefused(f"The address of {url.host} is none that can be read.") from None
        self._rules.require_addresses(url, [address for address, _ in addresses])
        # As they were read and checked, not as they came.
        return [(str(address), port) for address, port in addresses]


def failure(error: HTTPError, url: Url) -> BigUploadError:
    """Return what urllib3 raised as an error of this package. It says no more of the link than the host."""
    cause = error.args[-1] if error.args else None
    if isinstance(error, SSLError) and isinstance(cause, ssl.SSLCertVerificationError):
        return RemoteRefused(f"{url.host} can't prove that it is {url.host}: {cause.verify_message}.")
    if isinstance(error, NewConnectionError | ConnectTimeoutError):
        return RemoteFailed(f"{url.host} can't be reached.{_about_proxies()}")
    if isinstance(error, Late):
        return RemoteFailed(f"{url.host} gave no answer in time.")
    return RemoteFailed(f"The connection to {url.host} broke.")


def _named(url: Url) -> dict[str, Any]:
    return {"server_hostname": url.host} if url.scheme == "https" else {}


def _about_proxies() -> str:
    """Return what to say where the way out seems to be a proxy: it would be the one to choose the address."""
    if not any(map(os.environ.get, _PROXIES)):
        return ""
    return (
        " This server is set to reach the internet by a proxy; links are fetched without one, since a proxy "
        "looks names up by itself, so that nobody could check to which address."
    )


@contextmanager
def _shut_after(connection: HTTPConnection, seconds: float) -> Iterator[None]:
    """End the connection when the block has not ended in time, however little arrives again and again.

    Raises
    ------
    TimeoutError
        Instead of whatever came of that: http.client takes headers that end so for all of them.
    """
    late = threading.Event()

    def shut() -> None:
        late.set()
        if connection.sock is not None:
            try:
                # Not the method of a TLS socket, which takes its state away from under the thread that reads.
                socket.socket.shutdown(connection.sock, socket.SHUT_RDWR)
            except OSError:  # it is closed
                return

    timer = threading.Timer(seconds, shut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        if late.is_set():
            raise TimeoutError("no headers in time")


class _Connection(HTTPConnection):
    def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # as in urllib3 itself
        # urllib3 has set what it waits for each time that bytes come; this bounds all the headers together.
        with _shut_after(self, float(self.timeout or 0)):
            return super().getresponse()


class _SecureConnection(HTTPSConnection):
    def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # as in urllib3 itself
        with _shut_after(self, float(self.timeout or 0)):
            return super().getresponse()


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection
