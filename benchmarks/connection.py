"""One connection of a plain program to our server, which stays open."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

_TIMEOUT = 300


class Connection:
    """A connection to a server that knows us.

    Parameters
    ----------
    url : str
        The server's address.
    token : str
        Logs us in.
    """

    def __init__(self, url: str, token: str) -> None:
        self._http = http.client.HTTPConnection(urlsplit(url).netloc, timeout=_TIMEOUT, blocksize=2**18)
        self._token = token

    def get(self, path: str) -> dict[str, Any]:
        """Return the answer, an object of JSON."""
        return self._request("GET", path, b"", {})

    def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> dict[str, Any]:
        """Send a body, and return the answer."""
        return self._request("POST", path, body, headers)

    def post_json(self, path: str, body: object) -> dict[str, Any]:
        """Send JSON, and return the answer."""
        return self.post(path, json.dumps(body).encode(), {"Content-Type": "application/json"})

    def _request(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> dict[str, Any]:
        self._http.request(method, path, body, {"Authorization": f"token {self._token}", **headers})
        answer = self._http.getresponse()
        content = json.loads(answer.read())
        if answer.status >= http.client.BAD_REQUEST:
            raise RuntimeError(f"{method} {path}: {content}")
        return dict(content)
