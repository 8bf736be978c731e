"""Worker processes: how one starts, how it is known again, and how it ends with all that it started."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..uploads.verification.boot import boot_id
from .model import Worker

#: The fields of `/proc/<pid>/stat` behind the command's name: which one is the start, in ticks.
_START_FIELD = 19


def start(folder: Path, output: Path, orders: Mapping[str, Any]) -> subprocess.Popen[bytes]:
    """Start a worker, in a session and process group of its own, so that it outlives this server.

    Parameters
    ----------
    folder : Path
        Where it runs.
    output : Path
        File that it prints to.
    orders : Mapping
        What it is told by its standard input, as JSON: there may be secrets in it, which no file shall have.

    Raises
    ------
    OSError
        When the system can't start it.
    """
    with output.open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyter_bigupload.operations.worker"],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            cwd=folder,
            start_new_session=True,
        )
    assert process.stdin is not None  # noqa: S101  # it is a pipe
    with contextlib.suppress(BrokenPipeError), process.stdin:  # it died at once: its output says why
        process.stdin.write(json.dumps(dict(orders)).encode())
    return process


def this_process() -> Worker:
    """Return what names the process that calls this."""
    pid = os.getpid()
    return Worker(boot_id(), pid, _started(pid) or "", time.time())


def end(worker: Worker, with_signal: signal.Signals) -> None:
    """Send a signal to a worker and all that it started, if it is of this machine."""
    if worker.boot != boot_id():
        return
    # Where it is gone itself, the group may still have what it started. Its number is given to nobody else as
    # long as that is so; if it is another process's, there is nothing left of the worker.
    if _started(worker.pid) in {worker.started, None}:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(worker.pid, with_signal)


def _started(pid: int) -> str | None:
    """Return when a process started; None when there is none, `""` where the system does not say."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except (FileNotFoundError, ProcessLookupError):
        if Path("/proc/self/stat").exists():
            return None
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return None
        except PermissionError:
            pass
        return ""
    return text.rpartition(")")[2].split()[_START_FIELD]
