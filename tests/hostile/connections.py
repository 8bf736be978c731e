"""What a server has open."""

from __future__ import annotations

import time
from pathlib import Path

from tests.support.server import RunningServer

#: Files that a server opens once and keeps, such as the one with its locks.
_KEPT = 8
#: Seconds in which a connection that has ended is closed on the other side, on however busy a machine.
_PATIENCE = 90.0


def descriptors(server: RunningServer) -> int:
    """Return how many descriptors the server has open."""
    return len(list(Path(f"/proc/{server.pid}/fd").iterdir()))


def settles_at(server: RunningServer, before: int) -> bool:
    """Return whether the server soon has no more than `before` open, but for a few that it keeps."""
    until = time.monotonic() + _PATIENCE
    while descriptors(server) > before + _KEPT:
        if time.monotonic() > until:
            return False
        time.sleep(0.2)
    return True
