"""Memory in a virtual machine, brought into the same state before each measurement.

Hosts take back what is free, and give it again page by page when it is touched: the first write of a GiB into
the page cache then costs two to three processor seconds, and the next only a quarter of one. Whoever comes
second would be ahead. So free memory is filled with pages of a file that is nothing but a hole, which the
kernel drops for others.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

import psutil

_LEFT_FREE = 256 * 2**20
_PIECE = 2**20


def settle_memory(folder: Path, files: Iterable[Path]) -> None:
    """Touch all free memory of a virtual machine, and keep `files` in it; elsewhere do nothing.

    The hole stays in `folder`.
    """
    if "hypervisor" not in Path("/proc/cpuinfo").read_text().split():
        return
    free = psutil.virtual_memory().free - _LEFT_FREE
    if free > 0:
        descriptor, hole = tempfile.mkstemp(dir=folder)
        os.truncate(descriptor, free)
        os.close(descriptor)
        _read(Path(hole))
    for file in files:
        for _ in range(2):  # the kernel keeps longer what was read twice
            _read(file)


def _read(path: Path) -> None:
    buffer = bytearray(_PIECE)
    with path.open("rb", buffering=0) as file:
        while file.readinto(buffer):
            pass
