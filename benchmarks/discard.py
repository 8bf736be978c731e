"""A Jupyter server extension that takes bodies and throws them away: the most that this server can receive.

Login, authorisation, XSRF and the way in which the socket is read are those of `jupyter_bigupload` itself, so
that what lies between the two is the price of keeping the bytes.
"""

from __future__ import annotations

from typing import Any

from jupyter_server.auth.decorator import authorized
from jupyter_server.serverapp import ServerApp
from jupyter_server.utils import url_path_join
from tornado import web

from jupyter_bigupload.http.base import RESOURCE, ServiceHandler
from jupyter_bigupload.http.bodies.body import StreamingBody
from jupyter_bigupload.http.bodies.connection import prepare_connection
from jupyter_bigupload.http.bodies.incoming import Sink


@web.stream_request_body
class DiscardHandler(ServiceHandler):
    """Counts the bytes of a body."""

    def initialize(self) -> None:  # type: ignore[override]  # needs no service, since it keeps nothing
        """Begin to count."""
        self._received = 0

    async def accept_body(self) -> Sink | None:
        """Take a body of any size, in large pieces, which `data_received` drops."""
        prepare_connection(self.request)
        return StreamingBody()  # of which nothing is asked, but that nobody ends it after a minute

    async def data_received(self, chunk: bytes) -> None:
        """Drop what came."""
        self._received += len(chunk)

    @web.authenticated
    @authorized(action="write", resource=RESOURCE)  # type: ignore[untyped-decorator]  # jupyter_server's
    def post(self) -> None:
        """Tell how much came."""
        self.finish({"received": self._received})


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(server: ServerApp) -> None:
    route = url_path_join(server.web_app.settings["base_url"], "benchmarks/discard")
    server.web_app.add_handlers(".*$", [(route, DiscardHandler)])  # type: ignore[no-untyped-call]  # tornado's
