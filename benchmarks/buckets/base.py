"""What the benchmark needs of a way into a bucket."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import psutil

from ..browser import Span
from ..payload import Payload
from ..servers import Server
from .store import Bucket


@dataclass(frozen=True)
class Ready:
    """All that takes part is running, and has only to be told to begin.

    Parameters
    ----------
    upload : Callable
        Upload, at most for so many seconds, and return when that began and ended.
    client : Callable
        Find the processes that send the file.
    server : Server or None
        Our Jupyter server, where it takes part.
    """

    upload: Callable[[float], Span]
    client: Callable[[], list[psutil.Process]]
    server: Server | None = None


class BucketContender(Protocol):
    """One way to bring a file into a bucket."""

    @property
    def key(self) -> str:
        """For the command line."""

    @property
    def title(self) -> str:
        """For the tables."""

    def prepare(self, bucket: Bucket, payload: Payload, scratch: Path) -> AbstractContextManager[Ready]:
        """Start fresh processes for one upload of `payload`, to a key that is its name."""
