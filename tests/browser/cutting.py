"""A network between a browser and a server that breaks in the middle of a download."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

_PIECE = 2**16


class CutOnce:
    """Passes bytes on as they come; the first download is cut off, with a reset, once it has sent so many.

    Parameters
    ----------
    port : int
        Of the server, on the loopback interface.
    after : int
        Bytes to the browser.
    """

    def __init__(self, port: int, *, after: int) -> None:
        self._port = port
        self._after = after
        #: The heads of the requests for downloads, as they came.
        self.requests: list[str] = []
        self.cuts = 0

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncIterator[str]:
        """Listen; yields the address for the browser."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        try:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        finally:
            server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self._port)
        has_begun = asyncio.Event()
        carrying = asyncio.create_task(self._carry_in(reader, back, has_begun))
        sent = 0
        with contextlib.suppress(ConnectionError):
            while data := await there.read(_PIECE):
                writer.write(data)
                await writer.drain()
                sent += len(data) if has_begun.is_set() else 0
                if not self.cuts and sent >= self._after:
                    self.cuts += 1
                    writer.transport.abort()
        carrying.cancel()
        writer.close()
        back.close()

    async def _carry_in(
        self, reader: asyncio.StreamReader, back: asyncio.StreamWriter, has_begun: asyncio.Event
    ) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(_PIECE):
                # A browser sends the whole head of such a request at once.
                if data.startswith(b"GET ") and b"/download?" in data.partition(b"\r\n")[0]:
                    has_begun.set()
                    self.requests.append(data.partition(b"\r\n\r\n")[0].decode("latin-1"))
                back.write(data)
                await back.drain()
            back.close()
