"""What processes cost: CPU seconds and memory, from /proc (Linux)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

_RESET_PEAK = "5"
"""Written to /proc/<pid>/clear_refs, this sets VmHWM back to the present RSS (man 5 proc)."""


@dataclass(frozen=True)
class Cost:
    """What a set of processes used between two moments."""

    cpu_seconds: float
    peak_growth: int
    """Bytes of resident memory over the start, each process at its own peak, added up."""
    resident: int
    """Bytes of resident memory at the start, of those that were there."""


class Meter:
    """Measures the processes that `find` returns; those born in between count from nothing.

    The kernel keeps the peaks (VmHWM), so no sampler disturbs the measurement or misses a spike.
    """

    def __init__(self, find: Callable[[], list[psutil.Process]]) -> None:
        self._find = find
        self._cpu: dict[psutil.Process, float] = {}
        self._resident: dict[psutil.Process, int] = {}

    def start(self) -> None:
        """Begin."""
        for process in self._find():
            self._cpu[process] = _cpu_seconds(process)
            (_proc(process) / "clear_refs").write_text(_RESET_PEAK)
            self._resident[process] = _peak(process)

    def stop(self) -> Cost:
        """Return what has been used since `start`."""
        cpu = 0.0
        growth = 0
        for process in self._find():
            with suppress(psutil.NoSuchProcess, FileNotFoundError):  # a helper that just ended
                cpu += _cpu_seconds(process) - self._cpu.get(process, 0.0)
                growth += max(0, _peak(process) - self._resident.get(process, 0))
        return Cost(cpu_seconds=cpu, peak_growth=growth, resident=sum(self._resident.values()))


@contextmanager
def on_core(number: int | None) -> Iterator[None]:
    """Start processes on one core alone; None for all."""
    before = os.sched_getaffinity(0)
    if number is not None:
        os.sched_setaffinity(0, {number})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def tree(process: psutil.Process) -> list[psutil.Process]:
    """Return the process and all its descendants."""
    return [process, *process.children(recursive=True)]


def end(process: psutil.Popen, patience: float = 10.0) -> None:
    """Terminate the process and its children; kill what is left after `patience` seconds."""
    members = tree(process) if process.is_running() else []
    for member in members:
        with suppress(psutil.NoSuchProcess):
            member.terminate()
    _, stubborn = psutil.wait_procs(members, timeout=patience)
    for member in stubborn:
        with suppress(psutil.NoSuchProcess):
            member.kill()
    process.wait()


def _proc(process: psutil.Process) -> Path:
    return Path("/proc", str(process.pid))


def _cpu_seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _peak(process: psutil.Process) -> int:
    for line in (_proc(process) / "status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0  # a zombie has no memory
