"""The server's side: starts the process that answers when it is needed, and ends it when it is not."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...errors import BigUploadError, ProcessFailed, TooSlow
from ...threads import in_thread

#: Bytes of the longest answer.
_LONGEST = 64 * 2**20
#: Seconds without a question after which the process ends; seconds that it has for that.
_IDLE, _GRACE = 600.0, 5.0
#: Bytes of what it printed last that are told when it died.
_OUTPUT = 2000


class Answering:
    """Asks questions of a process of its own, which is started with the first of them.

    Parameters
    ----------
    orders : Mapping
        What the process is told at its start; there may be secrets in it, which no file shall have.
    output : Path
        File that it prints to.
    timeout : float
        Seconds that one answer may take.
    """

    def __init__(self, orders: Mapping[str, Any], output: Path, *, timeout: float = 60.0) -> None:
        self._orders = orders
        self._output = output
        self.timeout = timeout
        self._starting = asyncio.Lock()
        self._child: _Child | None = None
        self._idle: asyncio.TimerHandle | None = None

    @property
    def pid(self) -> int | None:
        """That of the process; None when there is none."""
        return None if self._child is None or not self._child.is_alive else self._child.pid

    async def ask(self, what: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Return the answer.

        Raises
        ------
        TooSlow
            When it takes too long; whatever else was asked at the time fails too.
        ProcessFailed
            When the process can't be started, or dies.
        BigUploadError
            Whatever the answer is instead.
        """
        child = await self._started()
        if self._idle is not None:
            self._idle.cancel()
        try:
            return await asyncio.wait_for(child.ask(what, fields), self.timeout)
        except asyncio.TimeoutError:
            child.kill()
            raise TooSlow(f"There was no answer in {self.timeout:g} seconds.") from None
        finally:
            if not child.is_busy:
                self._idle = asyncio.get_running_loop().call_later(_IDLE, self._retire, child)

    async def close(self) -> None:
        """End the process."""
        if self._idle is not None:
            self._idle.cancel()
        child, self._child = self._child, None
        if child is not None:
            await child.close()

    async def _started(self) -> _Child:
        async with self._starting:
            if self._child is None or not self._child.is_alive:
                self._child = await _Child.start(self._orders, self._output)
            return self._child

    def _retire(self, child: _Child) -> None:
        if child is self._child and not child.is_busy:
            self._child = None
            self._ending = asyncio.ensure_future(child.close())


class _Child:
    """One process, and the questions that it has not answered."""

    def __init__(self, process: Process, output: Path) -> None:
        self._process = process
        self._output = output
        self._numbers = itertools.count()
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._is_killed = False
        self._reading = asyncio.ensure_future(self._read())

    @classmethod
    async def start(cls, orders: Mapping[str, Any], output: Path) -> _Child:
        def log_file() -> Any:
            output.parent.mkdir(parents=True, exist_ok=True)
            return output.open("wb")

        try:
            with await in_thread(log_file)() as log:
                process = await asyncio.create_subprocess_exec(
                    *(sys.executable, "-m", "jupyter_bigupload.operations.answering.process"),
                    stdin=PIPE,
                    stdout=PIPE,
                    stderr=log,
                    cwd=output.parent,
                    limit=_LONGEST,
                    start_new_session=True,
                )
        except OSError as error:
            raise ProcessFailed(f"No process could be started: {error.strerror}.") from None
        child = cls(process, output)
        child.send(dict(orders))
        return child

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        return not self._is_killed and not self._reading.done()

    @property
    def is_busy(self) -> bool:
        return bool(self._waiting)

    def send(self, value: dict[str, Any]) -> None:
        assert self._process.stdin is not None  # noqa: S101  # it is a pipe
        with contextlib.suppress(ConnectionError):  # it died: who reads from it says so
            self._process.stdin.write(json.dumps(value).encode() + b"\n")

    async def ask(self, what: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        if not self.is_alive:
            raise await self._died()
        number = next(self._numbers)
        answer = self._waiting[number] = asyncio.get_running_loop().create_future()
        try:
            self.send({"number": number, "what": what, "fields": dict(fields)})
            found: dict[str, Any] = await answer
        finally:
            self._waiting.pop(number, None)
        return found

    def kill(self) -> None:
        self._is_killed = True
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    async def close(self) -> None:
        assert self._process.stdin is not None  # noqa: S101  # it is a pipe
        self._process.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), _GRACE)
        except asyncio.TimeoutError:
            self.kill()
            await self._process.wait()
        await self._reading

    async def _read(self) -> None:
        assert self._process.stdout is not None  # noqa: S101  # it is a pipe
        with contextlib.suppress(ValueError, ConnectionError):  # a line that is too long ends it
            while line := await self._process.stdout.readline():
                self._answer(json.loads(line))
        self.kill()
        await self._process.wait()
        error = await self._died()
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(error)

    def _answer(self, fields: dict[str, Any]) -> None:
        answer = self._waiting.get(fields["number"])
        if answer is None or answer.done():
            return  # nobody waits for it any more
        if "error" in fields:
            answer.set_exception(BigUploadError.parse(fields["error"]))
        else:
            answer.set_result(fields["answer"])

    async def _died(self) -> BigUploadError:
        output = await in_thread(_last_of)(self._output)
        return ProcessFailed("The process that looks at tables has ended. Try again.", output=output)


def _last_of(path: Path) -> str:
    with contextlib.suppress(OSError), path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _OUTPUT))
        return file.read().decode("utf-8", "replace")
    return ""
