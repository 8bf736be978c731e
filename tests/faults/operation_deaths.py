# ruff: noqa: T201  # commands print their tables
"""What the commands have in common that kill who works on operations."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Protocol

import httpx

from tests.support.forked_server import ForkedServer
from tests.support.server import workers

#: Seconds without progress after which an operation of their servers is ended.
TIMEOUT = 20
#: Seconds in which each has to have ended: its deadline, and what a server takes to see that.
MOST_SECONDS = TIMEOUT + 60


@dataclass
class Report:
    """What became of everything."""

    rounds: int = 0
    kills: Counter[str] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        kills = ", ".join(f"{count} of {name}" for name, count in sorted(self.kills.items()))
        ends = ", ".join(f"{count} {name}" for name, count in sorted(self.ends.items()))
        return f"{self.rounds} rounds; kills: {kills}; operations: {ends}; {len(self.wrong)} wrong"


class Killer(Protocol):
    """Whoever does rounds."""

    report: Report

    def round(self) -> None:
        """Start some operations, kill some processes meanwhile, and look at what came of it."""


def rounds_of(killer: Killer, rounds: int, *, tell: bool) -> Report:
    """Do so many rounds, or fewer when something went wrong."""
    while killer.report.rounds < rounds and not killer.report.wrong:
        killer.round()
        if tell:
            print(killer.report, flush=True)
    return killer.report


def kill(server: ForkedServer, who: str) -> None:
    """Kill the workers of a server, the `server`, which is started again, or `both`."""
    if who != "server":
        for worker in workers(server.data_dir):
            with contextlib.suppress(ProcessLookupError):
                os.kill(worker, signal.SIGKILL)
    if who != "worker":
        server.kill()
        server.start()


def over(client: httpx.Client, name: str, deadline: float) -> Any:
    """Return an operation once it is over, or as it is at a deadline of the monotonic clock."""
    operation: Any = {"done": False}
    while not operation["done"] and time.monotonic() < deadline:
        query = {"wait": 5, "since": operation.get("version", "")}
        operation = client.get(f"api/bigupload/{name}", params=query).json()
    return operation
