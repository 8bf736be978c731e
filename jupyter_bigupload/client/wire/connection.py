"""The way to one server: its address, who asks, and what its answers mean."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Iterator, Mapping
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from ..errors import error_of

#: Seconds that a connection may take to be made.
_CONNECT = 15.0
#: How much longer than for a byte to go an answer is waited for: much of the body may still be on a slow way,
#: and the server may be busy. A network that is gone the system itself notices (see `_socket_options`).
_FOR_ANSWERS = 5
#: Bytes that wait in the system to be sent, so that what counts as sent is on its way.
_UNSENT = 2**19
#: Connections that are kept for later.
_KEPT = 32


class Connection:
    """Requests to a server, whose failures are errors of ours.

    Parameters
    ----------
    base_url : str
        The server's address, with its base path.
    token : str or None
        Jupyter's token, or the hub's; None where the server wants none.
    verify : bool or str
        Whether to check certificates, or a file with those of authorities to trust.
    unix_socket : str or None
        Path of a Unix socket to reach the server by, instead of the host of `base_url`.
    timeout : float
        Seconds in which the server has to take or bring the next bytes.
    """

    def __init__(
        self,
        base_url: str,
        token: str | None,
        *,
        timeout: float,
        verify: bool | str = True,
        unix_socket: str | None = None,
    ) -> None:
        self.base_url = base_url.rstrip("/") + "/"
        self._http = httpx.Client(
            base_url=self.base_url,
            headers={"Authorization": f"token {token}"} if token else {},
            timeout=httpx.Timeout(timeout, connect=min(timeout, _CONNECT), read=_FOR_ANSWERS * timeout),
            transport=httpx.HTTPTransport(
                verify=verify,
                uds=unix_socket,
                proxy=None if unix_socket else _proxy(self.base_url),
                limits=httpx.Limits(max_connections=None, max_keepalive_connections=_KEPT),
                socket_options=[] if unix_socket else list(_socket_options(timeout)),
            ),
        )

    def close(self) -> None:
        """Close all connections."""
        self._http.close()

    def __enter__(self) -> Connection:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        json: object = None,
        content: bytes | Iterable[bytes] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """Send one request, and return the JSON of its answer; None for one without a body.

        Raises
        ------
        BigUploadError
            As the server says.
        httpx.TransportError
            When there is no answer.
        """
        answer = self._http.request(
            method, path, params=query, json=json, content=content, headers=headers, follow_redirects=False
        )
        try:
            fields = answer.json() if answer.content else None
        except ValueError:
            fields = answer.text
        if answer.is_success and not isinstance(fields, str):
            return fields
        error = error_of(answer.status_code, fields)
        after = answer.headers.get("Retry-After", "")
        if after.isdecimal():
            error.details.setdefault("retry_after", int(after))
        raise error


def _proxy(url: str) -> str | None:
    """Return the proxy that the environment, or the system, names for a server, if any."""
    parts = urlsplit(url)
    if parts.hostname is None or proxy_bypass(parts.hostname):
        return None
    return getproxies().get(parts.scheme)


def _socket_options(timeout: float) -> Iterator[tuple[int, int, int]]:
    """Yield options with which the system notices within `timeout` seconds that the other side is gone.

    Where it does not know one (macOS, old kernels), it is left out.
    """
    yield socket.IPPROTO_TCP, socket.TCP_NODELAY, 1
    yield socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1
    seconds = max(1, round(timeout / 4))
    options = {
        "TCP_USER_TIMEOUT": round(timeout * 1000),
        "TCP_KEEPIDLE": seconds,
        "TCP_KEEPINTVL": seconds,
        "TCP_KEEPCNT": 3,
        "TCP_NOTSENT_LOWAT": _UNSENT,
    }
    for name, value in options.items():
        if hasattr(socket, name):
            yield socket.IPPROTO_TCP, getattr(socket, name), value
