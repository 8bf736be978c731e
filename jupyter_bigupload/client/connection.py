"""The way to one server: its address, who asks, and what its answers mean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Any

import httpx

from .errors import error_of

#: Seconds that a connection may take to be made.
_CONNECT = 15.0
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
    socket : str or None
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
        socket: str | None = None,
    ) -> None:
        self.base_url = base_url.rstrip("/") + "/"
        transport = None if socket is None else httpx.HTTPTransport(uds=socket)
        self._http = httpx.Client(
            base_url=self.base_url,
            headers={"Authorization": f"token {token}"} if token else {},
            timeout=httpx.Timeout(timeout, connect=min(timeout, _CONNECT)),
            verify=verify,
            transport=transport,
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=_KEPT),
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
