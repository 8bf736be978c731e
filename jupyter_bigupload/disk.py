"""File operations that aiofiles lacks, wrapped the way it wraps its own.

Every call runs in threads of this package's own: a hung NFS server must not use up the event loop's default
threads, on which name look-ups and other extensions depend. There are two pools, so that a look at a record
never waits for a thread until somebody else's gigabytes are on the disk.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from aiofiles.os import wrap

P = ParamSpec("P")
T = TypeVar("T")

_QUICK = ThreadPoolExecutor(max_workers=8, thread_name_prefix="bigupload-quick")
_BYTES = ThreadPoolExecutor(max_workers=8, thread_name_prefix="bigupload-bytes")


def in_thread(function: Callable[P, T]) -> Callable[P, Coroutine[Any, Any, T]]:
    """Return `function`, which a disk that works is quick at, as a coroutine function."""
    return _run_in(_QUICK, function)


def in_bytes_thread(function: Callable[P, T]) -> Callable[P, Coroutine[Any, Any, T]]:
    """Return `function` as a coroutine function that runs in the threads for the bytes of files.

    Whatever takes the longer the more bytes there are belongs here: writing, fsync, reading for a digest, and
    closing after a write, which on NFS waits for what was written.
    """
    return _run_in(_BYTES, function)


def _run_in(pool: ThreadPoolExecutor, function: Callable[P, T]) -> Callable[P, Coroutine[Any, Any, T]]:
    wrapped = wrap(function)

    async def run(*args: P.args, **kwargs: P.kwargs) -> T:
        return await wrapped(*args, executor=pool, **kwargs)

    return run


def write_at(fd: int, data: bytes | memoryview, offset: int) -> None:
    """Write all of `data` at `offset` bytes, however many calls that takes.

    Raises
    ------
    OSError
        As the operating system reports it (`ENOSPC`, `EDQUOT`, `EIO`, …).
    """
    rest = memoryview(data)
    while rest:
        written = os.pwrite(fd, rest, offset)
        rest = rest[written:]
        offset += written


def replace_file(path: Path, data: bytes) -> None:
    """Put `data` under `path` in one step: a reader sees the old content or the new, never a mixture.

    The new content outlives the death of the process, not a power loss.
    """
    temporary = path.with_name(f"{path.name}.new")
    temporary.write_bytes(data)
    temporary.replace(path)
