"""The proxy itself: a listening socket in a thread of its own."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Coroutine
from random import Random
from types import TracebackType
from typing import Any

from .connection import Connection
from .exchange import Exchange, Over
from .link import Direction, Link
from .message import Request, read_request
from .plan import Injected, Plan

_BACKLOG = 256
_READ = 256 * 2**10


class FaultProxy:
    """Sits between clients and one HTTP/1.1 server, and lets things go wrong.

    Everything that no rule strikes passes unchanged, websockets too. It runs in a thread, from `__enter__` to
    `__exit__`, so that tests of any kind can use it. `plan`, `link` and `server` may be replaced at any time,
    and hold for the requests (link and server: for the connections) that come after.

    Parameters
    ----------
    server : tuple of str and int
        Host and port of the server.
    plan : Plan, optional
        What happens to which request.
    link : Link, optional
        What the way between the clients and the proxy is like.
    """

    def __init__(
        self, server: tuple[str, int], *, plan: Plan | None = None, link: Link | None = None
    ) -> None:
        self.server = server
        self.plan = plan or Plan()
        self.injected: list[Injected] = []
        """Everything that has happened, in order; what a link does is counted once for each request."""
        self.requests: list[Request] = []
        """Every request that has come, in order."""
        self.port = 0
        self._random = Random(0)  # noqa: S311  # a test that can be repeated
        self.link = link or Link()
        self._loop = asyncio.new_event_loop()
        self._tasks: set[asyncio.Task[None]] = set()
        self._thread = threading.Thread(target=self._loop.run_forever, name="fault-proxy", daemon=True)

    @property
    def link(self) -> Link:
        """What the way between the clients and the proxy is like."""
        return self._link

    @link.setter
    def link(self, link: Link) -> None:
        self._link = link
        self._directions = (Direction(link, self._random), Direction(link, self._random))

    @property
    def url(self) -> str:
        """The proxy's address, with a `/` at its end."""
        return f"http://127.0.0.1:{self.port}/"

    def count(self, kind: str) -> int:
        """How often something of this kind has happened."""
        return sum(injected.kind == kind for injected in self.injected)

    def disconnect(self) -> None:
        """Reset every connection that there is; new ones are taken on."""
        self._run(self._end_connections())

    def __enter__(self) -> FaultProxy:
        self._thread.start()
        self._run(self._listen())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._run(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _listen(self) -> None:
        self._listener = await asyncio.start_server(
            self._accept, "127.0.0.1", self.port, backlog=_BACKLOG, limit=_READ
        )
        self.port = self._listener.sockets[0].getsockname()[1]

    async def _stop(self) -> None:
        self._listener.close()
        await self._end_connections()
        await self._loop.shutdown_asyncgens()

    async def _end_connections(self) -> None:
        ending = set(self._tasks)
        for task in ending:
            task.cancel()
        if ending:
            await asyncio.wait(ending)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        link = self._directions if self._link.kinds else None
        self._spawn(self._serve(Connection(reader, writer, link)))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, client: Connection) -> None:
        """Serve one client's connection, with one to the server beside it."""
        server: Connection | None = None
        try:
            while (head := await self._next_head(client, server)) is not None:
                request = read_request(head)
                exchange = Exchange(
                    request,
                    client=client,
                    connect=self._connect,
                    server=server,
                    random=self.plan.random,
                    later=self._spawn_later,
                )
                try:
                    await self._pass_on(request, exchange)
                finally:
                    server = exchange.server
        except Over:
            pass
        except OSError:
            # One side went away, and the other is to see it the same way.
            self._reset(client, server)
        except asyncio.CancelledError:
            self._reset(client, server)
            raise
        finally:
            if server is not None:
                await server.close()
            await client.close()

    def _reset(self, *connections: Connection | None) -> None:
        for connection in connections:
            if connection is not None:
                connection.reset()

    async def _pass_on(self, request: Request, exchange: Exchange) -> None:
        self.requests.append(request)
        fault = self.plan.choose(request)
        for kind in (*self._link.kinds, *((fault.kind,) if fault else ())):
            self.injected.append(Injected(kind, request.method, request.target))
        if fault is None:
            await exchange.forward()
        else:
            await fault.act(exchange)

    async def _next_head(self, client: Connection, server: Connection | None) -> bytes | None:
        """Wait for the client's next request; None when there will be none: one of the two has gone."""
        asked = asyncio.create_task(client.inbox.head())
        waiting: set[asyncio.Task[Any]] = {asked}
        if server is not None:
            waiting.add(asyncio.create_task(server.inbox.until_more()))
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            return asked.result() if asked.done() else None
        finally:
            for task in waiting:
                task.cancel()
            await asyncio.wait(waiting)

    async def _connect(self) -> Connection:
        return await Connection.open(*self.server)

    def _spawn_later(self, work: Coroutine[Any, Any, None]) -> None:
        async def quietly() -> None:
            with contextlib.suppress(OSError):
                await work

        self._spawn(quietly())
