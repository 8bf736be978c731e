"""A program that uploads a file, and one run of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

#: Nothing of the machine's own proxies is used.
_ENVIRONMENT = {**os.environ, "NO_PROXY": "*", "no_proxy": "*"}


@dataclass(frozen=True)
class Job:
    """A file that a program is to upload.

    Parameters
    ----------
    url : str
        The server's address, with a `/` at its end.
    name : str
        What the file is to be called there.
    state : Path
        Folder in which the program keeps what it needs to go on.
    """

    url: str
    token: str
    file: Path
    name: str
    state: Path


@dataclass(frozen=True)
class Program:
    """A client of one of the protocols.

    Parameters
    ----------
    command : Sequence[str]
        What starts it, without the arguments that every one gets.
    digests : bool
        Whether it sends digests, so that bytes are noticed that change on their way.
    has_patience : bool
        Whether it gives a connection up by itself on which nothing comes.
    """

    name: str
    command: Sequence[str]
    digests: bool
    has_patience: bool = True

    def start(self, job: Job) -> Run:
        """Start it."""
        return Run(self, job)


@dataclass
class Run:
    """A program at work on a job; it may be killed, and started again."""

    program: Program
    job: Job
    starts: int = 0
    process: subprocess.Popen[str] = field(init=False)

    def __post_init__(self) -> None:
        self.job.state.mkdir(parents=True, exist_ok=True)
        self.start()

    def start(self) -> None:
        """Start a process; what an earlier one kept is there."""
        job = self.job
        self.starts += 1
        self.process = subprocess.Popen(
            [*self.program.command, job.url, job.token, str(job.file), job.name, str(job.state)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=_ENVIRONMENT,
            start_new_session=True,
        )

    def kill(self) -> None:
        """End it at once, with whatever it started."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.communicate()

    def is_running(self) -> bool:
        """Return whether it has not ended by itself."""
        return self.process.poll() is None

    def ended_for_good(self, starts: int, seconds: float) -> str | None:
        """Wait for its end, and start it again when it gives up, as a person would, up to so many `starts`.

        Returns and raises as `ended`; `seconds` are those of each start.
        """
        reason = self.ended(seconds)
        while reason is not None and self.starts < starts:
            self.start()
            reason = self.ended(seconds)
        return reason

    def ended(self, seconds: float) -> str | None:
        """Wait for its end; return None when it says that all is well, else the reason that it gives.

        Raises
        ------
        subprocess.TimeoutExpired
            When it has not ended in time; it is killed then.
        """
        try:
            output, _ = self.process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise
        if self.process.returncode == 0:
            return None
        return (output.strip().splitlines() or [""])[-1] or f"exit {self.process.returncode}, without a word"


def python_program(module: str) -> Sequence[str]:
    """Return the command that starts a module of this package."""
    return (sys.executable, "-m", f"{__package__}.{module}")


#: A function that makes a job of a file and the name that it is to get.
MakeJob = Callable[[Path, str], Job]
