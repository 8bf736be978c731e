"""A server as the rest of the client sees it: requests that are repeated until they succeed or can't."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from .connection import Connection
from .retrying import Retrying

UPLOADS = "api/bigupload/uploads"


class Server:
    """What can be asked of one server.

    Parameters
    ----------
    patience : float
        Seconds without any success after which a request is given up.
    """

    def __init__(self, connection: Connection, patience: float) -> None:
        self.connection = connection
        self._patience = patience

    def retrying(self, stop: threading.Event | None = None) -> Retrying:
        """Return what repeats the requests of one thread, until `stop` is set."""
        return Retrying(self._patience, stop or threading.Event())

    def ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        json: object = None,
        headers: Mapping[str, str] | None = None,
        stop: threading.Event | None = None,
    ) -> Any:
        """Send a request that is safe to repeat, until it is answered; return the JSON.

        Raises
        ------
        BigUploadError
            As the server says, or `Unreachable`.
        """
        return self.retrying(stop).run(
            lambda: self.connection.ask(method, path, query=query, json=json, headers=headers)
        )

    def unfinished(self) -> Iterator[Mapping[str, Any]]:
        """Yield all unfinished uploads, the oldest first, without their parts."""
        after: str | None = None
        while True:
            page = self.ask("GET", UPLOADS, query={} if after is None else {"after": after})
            yield from page["uploads"]
            after = page["next"]
            if after is None:
                return


def path_of(upload_id: str) -> str:
    """Return the path of an upload's resource."""
    return f"{UPLOADS}/{quote(upload_id, safe='')}"
