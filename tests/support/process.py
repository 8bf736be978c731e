"""A server process that is started, killed and started again, and leaves nothing running."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO, Protocol

if TYPE_CHECKING:
    from typing_extensions import Self

#: Below those that Linux gives to outgoing connections, so that none of these takes the port of a server
#: that was killed and is about to be started again.
_PORTS = range(20_000, 32_000)
#: Seconds in which a server that was asked to end has done so.
_LAST_WORDS = 10


class ServerFailed(Exception):
    """The server is not installed, ended, or did not answer in time; the message says which."""


class Process(Protocol):
    """As much of `subprocess.Popen` as is used of it."""

    @property
    def pid(self) -> int:
        """Its id, which is that of its process group too."""
        ...

    @property
    def returncode(self) -> int | None:
        """How it ended; None while nobody has waited for that."""
        ...

    def poll(self) -> int | None:
        """Return how it ended, or None."""
        ...

    def terminate(self) -> None:
        """Ask it to end."""
        ...

    def wait(self, timeout: float | None = None) -> int | None:
        """Wait for its end."""
        ...


class ServerProcess(ABC):
    """A server, from `__enter__` to `__exit__`.

    Parameters
    ----------
    folder : Path
        Where it runs and keeps its log; made when it is missing.
    patience : float
        Seconds that it may take to answer.
    """

    def __init__(self, folder: Path, *, patience: float = 60.0) -> None:
        self.folder = folder
        self._patience = patience
        self._process: Process | None = None

    @abstractmethod
    def _command(self) -> Sequence[str]:
        """Return the program and its arguments."""

    @abstractmethod
    def _answers(self) -> bool:
        """Whether it does its work by now."""

    def _environment(self) -> Mapping[str, str]:
        """Return all that the process finds in its environment."""
        return os.environ

    @property
    def pid(self) -> int:
        """The process id of the server."""
        assert self._process is not None, "the server was never started"  # narrows the type
        return self._process.pid

    @property
    def log(self) -> str:
        """All that the server has said, over all its restarts."""
        return self._log_file.read_text("utf-8", "replace")

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            self.start()
        except BaseException:
            self.kill()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def start(self) -> None:
        """Start the process and return once it does its work.

        Raises
        ------
        ServerFailed
            When it ends instead, or takes too long.
        """
        with self._log_file.open("ab") as log:
            self._process = self._spawn(log)
        deadline = time.monotonic() + self._patience
        while not self._answers():
            if self._process.poll() is not None:
                raise ServerFailed(f"the server ended with {self._process.returncode}:\n{self._tail()}")
            if time.monotonic() > deadline:
                raise ServerFailed(f"no answer in {self._patience} s:\n{self._tail()}")
            time.sleep(0.02)

    def kill(self) -> None:
        """End the server, and what it has started, the way a crash does (`kill -9`)."""
        if self._process is None or self._process.returncode is not None:
            return
        self._end_group()
        self._process.wait()

    def stop(self) -> None:
        """End the server the way an administrator does, and return when it has ended."""
        if self._process is None or self._process.returncode is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(_LAST_WORDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def restart(self) -> None:
        """Start the server again, with the same ports, secrets and files, if need be after a stop."""
        self.stop()
        self.start()

    def _spawn(self, log: BinaryIO) -> Process:
        return subprocess.Popen(  # our own interpreter, or a program that the tests installed
            self._command(),
            cwd=self.folder,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            # So that whatever it starts itself is ended with it.
            start_new_session=True,
        )

    def _end_group(self) -> None:
        """End whatever the server has started and not ended."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    @property
    def _log_file(self) -> Path:
        return self.folder / "server.log"

    def _tail(self) -> str:
        return "\n".join(self.log.splitlines()[-40:])


def free_ports(count: int) -> Sequence[int]:
    """Return ports of the loopback interface that nobody listens on."""
    free: list[int] = []
    for port in random.SystemRandom().sample(_PORTS, len(_PORTS)):
        if len(free) == count:
            break
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            free.append(port)
    return free
