"""A process in which doltlite is loaded: it would take the place of the `sqlite3` that the tests have."""

from __future__ import annotations

import contextlib
import pickle
import subprocess
import sys
from collections.abc import Callable
from types import TracebackType
from typing import Any, BinaryIO, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class Child:
    """Calls functions of modules in a process of its own, one after the other."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def __call__(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Return what the function returns there, or raise what it raises."""
        self.begin(function, *args, **kwargs)
        return self.answer()  # type: ignore[no-any-return]  # of the function

    def begin(self, function: Callable[P, Any], *args: P.args, **kwargs: P.kwargs) -> None:
        """Have it begin; whoever wants to know what came of it asks for the `answer`."""
        assert self.process.stdin is not None
        pickle.dump((function, args, kwargs), self.process.stdin)
        self.process.stdin.flush()

    def answer(self) -> Any:
        """Return what the function returned, or raise what it raised."""
        assert self.process.stdout is not None
        result, error = pickle.load(self.process.stdout)  # noqa: S301  # of our own child
        if error is not None:
            raise error
        return result

    def kill(self) -> None:
        """End it by SIGKILL, whatever it does."""
        self.process.kill()
        self.close()

    def close(self) -> None:
        """Let it end."""
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            with contextlib.suppress(BrokenPipeError):
                pipe.close()
        self.process.wait()

    def __enter__(self) -> Child:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _serve(orders: BinaryIO, answers: BinaryIO) -> None:
    while True:
        try:
            function, args, kwargs = pickle.load(orders)  # noqa: S301  # of our own parent
        except EOFError:
            return
        answer: tuple[Any, BaseException | None]
        try:
            answer = function(*args, **kwargs), None
        except Exception as error:  # noqa: BLE001  # raised by the parent
            answer = None, error
        pickle.dump(answer, answers)
        answers.flush()


if __name__ == "__main__":
    from jupyter_bigupload.operations.dolt.database.library import load

    load()  # before anything that a test imports loads sqlite3
    _answers, sys.stdout = sys.stdout.buffer, sys.stderr
    _serve(sys.stdin.buffer, _answers)
