"""A server process that is started, killed and started again, and leaves nothing running."""

from __future__ import annotations

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing_extensions import Self

#: Below those that Linux gives to outgoing connections, so that none of these takes the port of a server
#: that was killed and is about to be started again.
_PORTS = range(20_000, 32_000)


class StoreFailed(Exception):
    """The server is not installed, ended, or did not answer in time; the message says which."""


class StoreProcess(ABC):
    """An object store's server, from `__enter__` to `__exit__`.

    Parameters
    ----------
    folder : Path
        Where its data and its log go; made when it is missing, and left there at the end.
    ports : int
        How many it listens on.
    patience : float
        Seconds that it may take to answer.
    """

    def __init__(self, folder: Path, *, ports: int, patience: float = 60.0) -> None:
        self.folder = folder
        self.ports = _free_ports(ports)
        self._patience = patience
        self._process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def _command(self) -> Sequence[str]:
        """Return the program and its arguments."""

    @abstractmethod
    def _answers(self) -> bool:
        """Whether it does its work by now."""

    def _secrets(self) -> Mapping[str, str]:
        """Return what the process, and it alone, finds in its environment."""
        return {}

    @property
    def pid(self) -> int:
        """The process id of the server."""
        assert self._process is not None, "the server was never started"  # noqa: S101  # narrows the type
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
        StoreFailed
            When it ends instead, or takes too long.
        """
        with self._log_file.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603  # a program that the tests installed
                self._command(),
                cwd=self.folder,
                env={**os.environ, **self._secrets()},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # So that whatever it starts itself is ended with it.
                start_new_session=True,
            )
        deadline = time.monotonic() + self._patience
        while not self._answers():
            if self._process.poll() is not None:
                raise StoreFailed(f"the server ended with {self._process.returncode}:\n{self._tail()}")
            if time.monotonic() > deadline:
                raise StoreFailed(f"no answer in {self._patience} s:\n{self._tail()}")
            time.sleep(0.05)

    def kill(self) -> None:
        """End the server the way a crash does (`kill -9`): it gets to do nothing more."""
        if self._process is None or self._process.returncode is not None:
            return
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        """End the server the way an administrator does, and return when it has ended."""
        if self._process is None or self._process.returncode is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()

    def restart(self) -> None:
        """Start the server again, with the same ports, secrets and data, if need be after a stop."""
        self.stop()
        self.start()

    @property
    def _log_file(self) -> Path:
        return self.folder / "server.log"

    def _tail(self) -> str:
        return "\n".join(self.log.splitlines()[-40:])


def program(name: str, install: str) -> str:
    """Return the path of an installed program: of this Python's own environment, or of `PATH`.

    Raises
    ------
    StoreFailed
        When there is none; `install` says how to get it.
    """
    here = Path(sys.executable).parent
    found = shutil.which(name, path=os.pathsep.join([str(here), os.environ.get("PATH", os.defpath)]))
    if found is None:
        raise StoreFailed(f"there is no program {name}; install it with: {install}")
    return found


def _free_ports(count: int) -> Sequence[int]:
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
