"""Connections to stores, kept between requests: straight, or through the proxy that the environment names.

`HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` mean what they do for the stores' own client libraries. aiohttp's
`trust_env` is no use: it would also send what is in `~/.netrc`, with requests that are signed already.
"""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import SplitResult, urlsplit
from urllib.request import getproxies, proxy_bypass

from aiohttp import ClientSession, ClientTimeout, DummyCookieJar, TCPConnector, ThreadedResolver, TraceConfig

from ...errors import StoreUnreachable
from ...threads import in_thread
from .certificates import Certificates

#: Seconds for name look-up, TCP and TLS; and for all of that through a proxy.
_CONNECT_TIMEOUT = 10.0
_CONNECT_TIMEOUT_IN_ALL = 2 * _CONNECT_TIMEOUT
#: Seconds that a connection is kept without a request. What closes it earlier is noticed.
_KEPT_IDLE = 15.0
#: One for all stores: most of them trust the same.
_CERTIFICATES = Certificates()


#: Of each event loop the session that keeps connections, and the one that makes one for each request.
_SESSIONS: dict[asyncio.AbstractEventLoop, tuple[ClientSession, ClientSession]] = {}


async def route_to(url: str, ca_file: str | None) -> dict[str, Any]:
    """Return how to reach the store that `url` is of, as keywords of `ClientSession.request`.

    Parameters
    ----------
    ca_file : str or None
        The certificates to trust; None for the system's. When others are in it, no connection is used that
        was made before.

    Raises
    ------
    StoreUnreachable
        When that can't be done.
    """
    parts = urlsplit(url)
    proxy = _proxy_for(parts)
    context = await in_thread(_CERTIFICATES.context)(ca_file) if parts.scheme == "https" else True
    return {"ssl": context, "proxy": proxy}


def session(*, keep: bool) -> ClientSession:
    """Return the event loop's session: the one that keeps connections, or the other."""
    loop = asyncio.get_running_loop()
    if loop not in _SESSIONS:
        for ended in [one for one in _SESSIONS if one.is_closed()]:
            del _SESSIONS[ended]
        _SESSIONS[loop] = _session(keepalive_timeout=_KEPT_IDLE), _session(force_close=True)
    return _SESSIONS[loop][0 if keep else 1]


async def close_connections() -> None:
    """Close the event loop's connections to stores."""
    for one in _SESSIONS.pop(asyncio.get_running_loop(), ()):
        await one.close()


def _session(**options: Any) -> ClientSession:
    tracing = TraceConfig()
    tracing.on_request_headers_sent.append(_note_headers)
    return ClientSession(
        # Names are looked up as the stores' own libraries do it, whatever else is installed.
        connector=TCPConnector(limit=0, resolver=ThreadedResolver(), **options),
        cookie_jar=DummyCookieJar(),
        # How long a body takes is for whoever sends it to judge.
        timeout=ClientTimeout(total=None, connect=_CONNECT_TIMEOUT_IN_ALL, sock_connect=_CONNECT_TIMEOUT),
        skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
        trace_configs=[tracing],
    )


async def _note_headers(_session: ClientSession, context: Any, _sent: object) -> None:
    """Set the event that the request was made with as its `trace_request_ctx`."""
    context.trace_request_ctx.set()


def _proxy_for(url: SplitResult) -> str | None:
    proxies = getproxies()
    address = proxies.get(url.scheme) or proxies.get("all")
    if not address or proxy_bypass(url.netloc):
        return None
    scheme, separator, _ = address.partition("://")
    if separator and scheme.lower() != "http":
        raise StoreUnreachable(
            f"The store can't be reached through a proxy of the kind {scheme}: only http is known here."
        )
    return address if separator else f"http://{address}"
