"""How quickly the server answers others: `GET api/status` every 20 ms, from a process of its own.

`python -m benchmarks.latency URL TOKEN` prints one `<seconds since 1970> <seconds taken>` a line until its
standard input closes.
"""

from __future__ import annotations

import http.client
import math
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from .browser import Span
from .processes import end

_INTERVAL = 0.02
_TIMEOUT = 30


class Probe:
    """What has been measured so far, in the file that the other process writes."""

    def __init__(self, output: Path) -> None:
        self._output = output

    def during(self, span: Span) -> list[float]:
        """Return the seconds that each request took which was due within `span`."""
        taken = []
        for line in self._output.read_text().splitlines():
            due, seconds = line.split()
            if span.start <= float(due) <= span.end:
                taken.append(float(seconds))
        return taken


@contextmanager
def probing(url: str, token: str, output: Path) -> Iterator[Probe]:
    """Measure in a process of its own for as long as the context lasts."""
    with output.open("wb") as file:
        process = psutil.Popen(
            [sys.executable, "-m", "benchmarks.latency", url, token],
            stdin=subprocess.PIPE,
            stdout=file,
            cwd=Path(__file__).parent.parent,
        )
        try:
            yield Probe(output)
            if process.poll() is not None:
                raise RuntimeError("the latency probe died")
        finally:
            end(process)


def percentile(values: list[float], share: float) -> float:
    """Return the smallest value that at least `share` of all values do not exceed (nearest rank)."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def _probe(url: str, token: str) -> None:
    with suppress(PermissionError):  # what it measures must not be its own wait for a core
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=_TIMEOUT)
    due = time.time()
    while not select.select([sys.stdin], [], [], 0)[0]:
        wait = due - time.time()
        if wait > 0:
            time.sleep(wait)
            due = time.time()
        # Otherwise the answer before this one came late, and whoever asked at `due` has waited since then.
        connection.request("GET", parts.path, headers={"Authorization": f"token {token}"})
        response = connection.getresponse()
        response.read()
        if response.status != http.HTTPStatus.OK:
            raise RuntimeError(f"GET {parts.path} answered {response.status}")
        print(f"{due:.6f} {time.time() - due:.6f}", flush=True)
        due += _INTERVAL


if __name__ == "__main__":
    _probe(sys.argv[1], sys.argv[2])
