"""An event loop in which a test decides what happens next, and whether anything does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from typing import Any

#: Turns without an operation after which the tasks are taken to wait for a time, and for what never comes.
_IDLE, _STUCK = 20, 300


class Crashed(Exception):
    """The process died before the tasks ended."""


class SimulatedLoop(asyncio.SelectorEventLoop):
    """Runs one thing at a time, in one thread, in an order that `choices` decides.

    What other loops do in threads happens here in turns of its own: which of the operations that wait is
    next, and whether tasks go on before it, is drawn from `choices`. So every order in which operations on a
    disk can happen can be had, and had again; and a process can die between any two of them. Time is
    simulated too: a test never waits.

    Parameters
    ----------
    tick : float
        Seconds that an operation takes.
    """

    def __init__(self, tick: float) -> None:
        super().__init__()
        self._tick = tick
        self._choices: list[int] = []
        self._waiting: list[tuple[asyncio.Future[Any], Callable[[], object]]] = []
        self._now = 0.0
        self._operations = 0

    def time(self) -> float:
        """Return the simulated time."""
        return self._now

    def run_in_executor(  # type: ignore[override]  # the base class says Future of anything as well
        self, executor: Executor | None, func: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        """Let `func` be called in a turn of its own."""
        future = self.create_future()
        self._waiting.append((future, lambda: func(*args)))
        return future

    def run(
        self,
        enough: Callable[[], bool],
        *,
        choices: Iterable[int] = (),
        crash_after: int | None = None,
    ) -> None:
        """Let things happen until `enough` is so and no operation waits.

        Parameters
        ----------
        crash_after : int, optional
            Operations on the disk after which the process dies.

        Raises
        ------
        Crashed
            When it died before.
        """
        self._choices = list(choices)
        self._operations = idle = 0
        while not enough() or self._waiting:
            if crash_after is not None and self._operations >= crash_after:
                raise Crashed
            idle = 0 if self._waiting else idle + 1
            assert idle < _STUCK, f"these wait for ever: {asyncio.all_tasks(self)}"
            if idle > _IDLE:
                self._now += 1
            self._step()

    def end(self) -> None:
        """Cancel whatever is left, let it clean up, and close the loop."""
        self._choices = []
        self.set_exception_handler(lambda *_: None)  # nobody is there any more to whom an error is news
        for _ in range(100 * _STUCK):
            if not self._waiting:
                if not asyncio.all_tasks(self):
                    break
                for task in asyncio.all_tasks(self):
                    task.cancel()
            self._step()
        self.run_until_complete(self.shutdown_asyncgens())
        self.close()

    def _step(self) -> None:
        """Let the tasks go on by one turn; perhaps one operation on the disk happens first."""
        if self._waiting:
            self._now += self._tick
            choice = self._choices.pop(0) % (len(self._waiting) + 1) if self._choices else 0
            if choice < len(self._waiting):
                self._operate(*self._waiting.pop(choice))
        self.call_soon(self.stop)
        self.run_forever()

    def _operate(self, future: asyncio.Future[Any], function: Callable[[], object]) -> None:
        self._operations += 1
        try:
            result = function()
        except Exception as error:  # noqa: BLE001  # as an executor does: whoever waits for it gets it
            if not future.done():
                future.set_exception(error)
        else:
            # Who waited may have been cancelled; a thread can't be, so the operation happens all the same.
            if not future.done():
                future.set_result(result)
