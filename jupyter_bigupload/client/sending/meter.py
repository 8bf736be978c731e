"""Counts what is sent, and tells whoever wants to know."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from ..model import OnProgress, Progress


class Meter:
    """The progress of several files.

    Parameters
    ----------
    sizes : Iterable
        Bytes of each file; None where nobody knows.
    told : Callable or None
        Who is told; what it raises ends the upload.
    """

    def __init__(self, sizes: Iterable[int | None], told: OnProgress | None) -> None:
        known = list(sizes)
        self._told = told
        self._lock = threading.Lock()
        self._files = len(known)
        self._done = 0
        self._total = sum(size or 0 for size in known)
        self._sent = 0

    def file(self, path: str, size: int | None) -> FileMeter:
        """Return what counts the bytes of one of them."""
        return FileMeter(self, path, size)

    def tell(self, file: FileMeter, change: int, state: str) -> None:
        """Count `change` bytes more of a file."""
        with self._lock:
            self._sent += change
            if file.size is None:
                self._total += change
            if state in {"done", "failed"}:
                self._done += 1
            if self._told is not None:
                self._told(
                    Progress(
                        path=file.path,
                        sent=file.sent,
                        size=file.size,
                        state=state,
                        files_done=self._done,
                        files=self._files,
                        bytes_sent=self._sent,
                        bytes_total=self._total,
                    )
                )


class FileMeter:
    """The progress of one file."""

    def __init__(self, meter: Meter, path: str, size: int | None) -> None:
        self.path = path
        self.size = size
        self.sent = 0
        self._meter = meter
        self._lock = threading.Lock()

    def add(self, change: int) -> None:
        """Count bytes that went on their way, or (negative) that have to be sent again."""
        with self._lock:
            self.sent += change
            self._meter.tell(self, change, "sending")

    def reset(self, sent: int) -> None:
        """Count `sent` bytes of it, and no others."""
        self.add(sent - self.sent)

    def completing(self) -> None:
        """Say that all of it was sent."""
        self._meter.tell(self, 0, "completing")

    def over(self, *, done: bool) -> None:
        """Say that it is there, or that it failed."""
        with self._lock:
            change = 0 if self.size is None else self.size - self.sent
            self.sent += change
            self._meter.tell(self, change, "done" if done else "failed")
