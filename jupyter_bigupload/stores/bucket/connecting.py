"""Connections to stores: straight, or through the proxy that the environment names.

`HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` mean what they do for the stores' own client libraries.
"""

from __future__ import annotations

import asyncio
import base64
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from tornado.iostream import IOStream, StreamClosedError, UnsatisfiableReadError
from tornado.tcpclient import TCPClient

from ...errors import StoreUnreachable
from ...threads import in_thread
from .certificates import Certificates

#: Seconds that each step of a connection may take.
_PATIENCE = 10.0
#: Bytes of what a proxy says before the connection is the store's.
_MOST_SAID = 2**16
_HTTP, _HTTPS = 80, 443
#: One for all stores: most of them trust the same.
_CERTIFICATES = Certificates()


@dataclass(frozen=True)
class Route:
    """An open connection, and how a request for the store is put on it.

    Parameters
    ----------
    target : str
        Of the request's first line.
    headers : Mapping
        What the proxy is to be told, where the request itself passes it.
    """

    stream: IOStream
    target: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


async def connect(url: SplitResult, ca_file: str | None) -> Route:
    """Connect to the store that `url` is of.

    Parameters
    ----------
    ca_file : str or None
        The certificates to trust; None for the system's.

    Raises
    ------
    StoreUnreachable
        When that can't be done.
    """
    context = await in_thread(_CERTIFICATES.context)(ca_file) if url.scheme == "https" else None
    proxy = _proxy_for(url)
    target = f"{url.path}?{url.query}"
    try:
        if proxy is None:
            port = url.port or (_HTTPS if context else _HTTP)
            stream = await TCPClient().connect(
                url.hostname or "", port, ssl_options=context, timeout=_PATIENCE
            )
            return Route(stream, target)
        stream = await TCPClient().connect(proxy.hostname or "", proxy.port or _HTTP, timeout=_PATIENCE)
        if context is None:
            return Route(stream, f"{url.scheme}://{url.netloc}{target}", _authorization(proxy))
        try:
            return Route(await asyncio.wait_for(_tunnel(stream, url, proxy, context), _PATIENCE), target)
        except BaseException:
            stream.close()
            raise
    except ssl.SSLError:
        raise StoreUnreachable(
            "The store's certificate is not trusted; name a file with its authority's in AWS_CA_BUNDLE."
        ) from None
    except (OSError, StreamClosedError, asyncio.TimeoutError):
        through = "" if proxy is None else f" through the proxy {proxy.hostname}"
        raise StoreUnreachable(f"The store can't be reached{through}.") from None


def _proxy_for(url: SplitResult) -> SplitResult | None:
    proxies = getproxies()
    said = proxies.get(url.scheme) or proxies.get("all")
    if not said or proxy_bypass(url.netloc):
        return None
    proxy = urlsplit(said if "://" in said else f"http://{said}")
    if proxy.scheme != "http":
        raise StoreUnreachable(
            f"The store can't be reached through a proxy of the kind {proxy.scheme}: only http is known here."
        )
    return proxy


async def _tunnel(
    stream: IOStream, url: SplitResult, proxy: SplitResult, context: ssl.SSLContext
) -> IOStream:
    """Have the proxy connect to the store (RFC 9110, section 9.3.6), and return the connection to that."""
    place = url.netloc if url.port else f"{url.netloc}:{_HTTPS}"
    told = {"Host": place, **_authorization(proxy)}
    lines = [f"CONNECT {place} HTTP/1.1", *(f"{name}: {value}" for name, value in told.items())]
    await stream.write("\r\n".join([*lines, "", ""]).encode())
    try:
        answer = await stream.read_until(b"\r\n\r\n", max_bytes=_MOST_SAID)
    except UnsatisfiableReadError:
        answer = b""
    status = re.match(rb"HTTP/1\.[01] ([0-9]{3})", answer)
    if status is None or not status[1].startswith(b"2"):
        said = status[1].decode() if status else "nothing that is known here"
        raise StoreUnreachable(f"The proxy {proxy.hostname} answered {said} when asked for the store.")
    return await stream.start_tls(server_side=False, ssl_options=context, server_hostname=url.hostname)


def _authorization(proxy: SplitResult) -> Mapping[str, str]:
    if not proxy.username:
        return {}
    login = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
    return {"Proxy-Authorization": f"Basic {base64.b64encode(login.encode()).decode()}"}
