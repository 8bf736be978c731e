"""The files that are uploaded."""

from __future__ import annotations

import hashlib
import os
import time
from dataclasses import dataclass
from pathlib import Path

_PIECE = 1 << 20


@dataclass(frozen=True)
class Payload:
    """A file of random bytes: neither sparse nor compressible."""

    path: Path
    size: int
    """Bytes."""
    sha256: str

    @property
    def name(self) -> str:
        """What it is called, here and there."""
        return self.path.name


def create_payload(folder: Path, size: int) -> Payload:
    """Write a file of `size` random bytes, and leave it in the page cache."""
    path = folder / f"payload-{size}.bin"
    digest = hashlib.sha256()
    with path.open("xb") as file:
        left = size
        while left:
            piece = os.urandom(min(left, _PIECE))
            digest.update(piece)
            file.write(piece)
            left -= len(piece)
        file.flush()
        os.fsync(file.fileno())
    return Payload(path=path, size=size, sha256=digest.hexdigest())


def sha256_of(path: Path) -> str:
    """Return the digest of a file, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def disk_rate(payload: Payload, folder: Path) -> float:
    """Copy the payload into `folder`, fsync, and return bytes a second: the most for any durable upload."""
    target = folder / "disk-rate.bin"
    buffer = bytearray(_PIECE)
    started = time.perf_counter()
    with payload.path.open("rb", buffering=0) as source, target.open("xb", buffering=0) as file:
        while read := source.readinto(buffer):
            file.write(memoryview(buffer)[:read])
        os.fsync(file.fileno())
    seconds = time.perf_counter() - started
    target.unlink()
    return payload.size / seconds
